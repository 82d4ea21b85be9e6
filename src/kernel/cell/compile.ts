/** @file A cell's text as a function that is ready to run. */
import { Script } from "node:vm";
import { type KnownNames, type Rewritten, rewriteCell } from "./rewrite.ts";
import { installStopChecks } from "./stop-checks.ts";
import { transpile } from "./transpile.ts";
import { takeUsing } from "./using.ts";

export interface Compiled {
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
  const { code: typescript, usings } = takeUsing(code.replace(/^#!/, "//")); // a script that was pasted in
  const { code: javascript, map: transpiledMap } = transpile(typescript, name);
  const rewritten = rewriteCell(javascript, known, usings);
  const evaluate = new Script(rewritten.code, { filename: name }).runInThisContext();
  return { evaluate, rewritten, transpiledMap };
}
