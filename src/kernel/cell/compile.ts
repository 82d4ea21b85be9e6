/** @file A cell's text as a function that is ready to run. */
import { Script } from "node:vm";
import { syntaxHint } from "./hints.ts";
import { withObjectLiteral } from "./object-literal.ts";
import { type KnownNames, type Rewritten, rewriteCell } from "./rewrite.ts";
import { installStopChecks } from "./stop-checks.ts";
import { SourceError, type Transpiled, transpile } from "./transpile.ts";
import { takeUsing } from "./using.ts";

export interface Compiled {
  /** The text that its positions count in: the cell's own, or an object literal in parentheses. */
  readonly source: string;
  /** Takes the values of RUNTIME_NAMES; returns the value of the last expression, or its promise. */
  readonly evaluate: (...runtimeValues: unknown[]) => unknown;
  readonly rewritten: Rewritten;
  /** Source map from the rewriter's JavaScript to the TypeScript, as JSON text. */
  readonly transpiledMap: string;
}

/**
 * Compiles a cell; nothing of it runs.
 *
 * @param code TypeScript text
 * @param name shown in stack traces
 * @param known what earlier cells declared
 * @throws SourceError when it cannot be parsed
 */
export function compileCell(code: string, name: string, known: KnownNames): Compiled {
  installStopChecks();
  const source = withObjectLiteral(code.replace(/^#!/, "//")); // a script that was pasted in
  const { code: typescript, usings } = takeUsing(source);
  const { code: javascript, map: transpiledMap } = transpileCell(typescript, name);
  const rewritten = rewriteCell(javascript, known, usings);
  const evaluate = new Script(rewritten.code, { filename: name }).runInThisContext();
  return { source, evaluate, rewritten, transpiledMap };
}

function transpileCell(code: string, name: string): Transpiled {
  try {
    return transpile(code, name);
  } catch (error) {
    const hint = error instanceof SourceError ? syntaxHint(code, error.start) : undefined;
    if (hint !== undefined) (error as SourceError).message = `not TypeScript (hint: ${hint})`;
    throw error;
  }
}
