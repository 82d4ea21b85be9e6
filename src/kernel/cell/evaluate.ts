/** @file Runs one cell after another in one session: text -> JavaScript -> value. */
import { join, relative } from "node:path";
import { type Compiled, compileCell } from "./compile.ts";
import { createDebugAnswers, type DebugAnswers } from "./debug-answers.ts";
import { createDisposables } from "./disposables.ts";
import { recordCell } from "./frames.ts";
import { withIntrinsics } from "./intrinsics.ts";
import { type Last, settled } from "./last-value.ts";
import { type CommonJsScope, commonJsScope } from "./local-scope.ts";
import { importCall, moduleMeta } from "./modules.ts";
import { remember } from "./recent.ts";
import type { Rewritten } from "./rewrite.ts";
import { rewriteEval } from "./rewrite-eval.ts";
import { createSessionImports, type Reload } from "./session-imports.ts";
import { createSessionScope } from "./session-scope.ts";
import { type CellRun, staleCells } from "./stale-cells.ts";
import { checkStop } from "./stop-checks.ts";
import { compilerOptions } from "./tsconfig.ts";

export interface Session {
  /**
   * Runs a cell to its end.
   *
   * @param code TypeScript text
   * @param name shown in stack traces, one for each run
   * @param kind "aside" for code that is no cell of the notebook: it is never called stale
   * @returns the value of its last expression, settled; undefined when it ends with another statement
   * @throws what the cell throws; SourceError when it cannot be parsed
   */
  run(code: string, name: string, kind?: "cell" | "aside"): Promise<Last>;
  /**
   * Loads edited files again that cells have imported.
   *
   * @returns a line for each of them, naming the cells that hold results of the old code
   */
  reload(): Promise<readonly string[]>;
  /** What cells, and nobody else, find by name. */
  provide(names: Readonly<Record<string, unknown>>): void;
  /** Its variables, as own properties; to look at, not to change. */
  readonly variables: object;
  /** `require` of its cells, and the other names of CommonJS. */
  readonly commonJs: CommonJsScope;
  /** What it answers a debugger. */
  readonly debugAnswers: DebugAnswers;
}

/** Stands below a cell, by its file, until the cell awaits for the first time. */
export const EVALUATES = import.meta.url;

/**
 * A new session.
 *
 * @param directory where relative imports and package names are looked up: an absolute path
 */
export function createSession(directory: string): Session {
  const session = createSessionScope();
  const imports = createSessionImports(directory, session);
  const runs = new Map<string, CellRun>(); // by name, in the order in which they ran
  const commonJs = commonJsScope(join(directory, "cell.ts"), true);
  const runtime = {
    commonJs,
    import: (specifier: unknown, options?: unknown) => importCall(directory, specifier, options),
    meta: moduleMeta(directory),
    hoist: session.hoist,
    bind: imports.bind,
    disposables: createDisposables,
    evalText: (text: unknown, locals: readonly string[]) => withIntrinsics(() => rewriteEval(text, session, locals)),
    constant(name: string): never {
      throw new TypeError(`Assignment to constant variable ${name}`);
    },
    tooEarly(name: string): never {
      throw new ReferenceError(`Cannot access '${name}' before initialization`);
    },
  };
  return {
    commonJs,
    debugAnswers: createDebugAnswers(session, runtime),
    provide: session.provide,
    get variables() {
      return session.values();
    },
    async reload() {
      const reloads = await imports.reload();
      if (reloads.length === 0) return [];
      return withIntrinsics(() =>
        reloads.map((reload) => reloadNotice(reload, staleCells([...runs.values()], new Set(reload.names)), directory)),
      );
    },
    async run(code, name, kind = "cell") {
      const evaluate = withIntrinsics(() => compile(code, name, kind));
      const list = await evaluate(session.scope, session.declare, session.maybe, runtime); // the order of RUNTIME_NAMES
      const last = await settled(list?.[0]);
      checkStop();
      return last;
    },
  };

  function compile(code: string, name: string, kind: "cell" | "aside"): ReturnType<Compiled["prepare"]> {
    const { source, prepare, rewritten, transpiledMap } = compileCell(code, name, session, {
      options: compilerOptions(directory),
      keepsImports: true,
    });
    recordCell({ name, code, source, transpiledMap, rewrittenMap: rewritten.map });
    session.announce(rewritten.declared);
    if (kind === "cell") remember(runs, name, cellRun(name, code, rewritten));
    return prepare(); // a debugger that halts there finds the maps
  }
}

function cellRun(name: string, code: string, { reads, declared }: Rewritten): CellRun {
  const imports = [...declared].filter(([, how]) => how === "import").map(([local]) => local);
  return { name, code, reads, declares: new Set(declared.keys()), imports: new Set(imports) };
}

function reloadNotice({ file, error }: Reload, stale: readonly string[], directory: string): string {
  const path = relative(directory, file);
  if (error !== undefined) return `${path} was edited but cannot be loaded: ${error.message}`;
  if (stale.length === 0) return `${path} was edited and loaded again`;
  return `${path} was edited and loaded again; these cells ran with the old one: ${stale.join(", ")}`;
}
