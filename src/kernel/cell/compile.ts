/** @file A cell's text as a function that is ready to run. */
import { constants, Script } from "node:vm";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Dialect, Transpiled } from "./dialect.ts";
import { withHeadComments } from "./head-lines.ts";
import { syntaxHint } from "./hints.ts";
import { withObjectLiteral } from "./object-literal.ts";
import { type KnownNames, type Rewritten, rewriteCell } from "./rewrite.ts";
import { SourceError } from "./source-error.ts";
import { installStopChecks } from "./stop-checks.ts";
import { transpile } from "./transpile.ts";
import { takeUsing, type Usings } from "./using.ts";

/** The value of a cell's last expression; nothing when it ends with another statement. */
type Returned = readonly [unknown] | undefined;

export interface Compiled {
  /** The text that its positions count in: the cell's own, or an object literal in parentheses. */
  readonly source: string;
  /** Gives the function that takes the values of RUNTIME_NAMES and returns what `Rewritten` says. */
  readonly prepare: () => (...runtimeValues: unknown[]) => Returned | Promise<Returned>;
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
 * @param dialect by the tsconfig.json of its folder
 * @throws SourceError when it cannot be parsed
 */
export function compileCell(code: string, name: string, known: KnownNames, dialect?: Dialect): Compiled {
  installStopChecks();
  const source = withObjectLiteral(withHeadComments(code));
  const { code: typescript, usings } = takeUsing(source);
  const transpiled = transpileCell(typescript, name, dialect);
  const rewritten = rewrite(transpiled, known, usings, typescript);
  const script = new Script(rewritten.code, {
    filename: name,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER, // for `new Function` and an indirect `eval`
  });
  return { source, prepare: () => script.runInThisContext(), rewritten, transpiledMap: transpiled.map };
}

function transpileCell(code: string, name: string, dialect: Dialect | undefined): Transpiled {
  try {
    return transpile(code, name, dialect);
  } catch (error) {
    const hint = error instanceof SourceError ? syntaxHint(code, error.start) : undefined;
    if (hint !== undefined) (error as SourceError).message = `not TypeScript (hint: ${hint})`;
    throw error;
  }
}

/** Its errors stand in the TypeScript. */
function rewrite({ code, map, generated }: Transpiled, known: KnownNames, usings: Usings, source: string): Rewritten {
  try {
    return rewriteCell(code, known, usings, generated);
  } catch (error) {
    if (!(error instanceof SourceError) || error.start === undefined) throw error;
    const before = code.slice(0, error.start).split("\n");
    const { line, column } = originalPositionFor(new TraceMap(map), {
      line: before.length,
      column: before.at(-1)?.length ?? 0,
    });
    const lines = source.split("\n").slice(0, (line ?? 1) - 1);
    const start = lines.reduce((length, text) => length + text.length + 1, column ?? 0);
    throw new SourceError(error.message, source, line === null ? undefined : start);
  }
}
