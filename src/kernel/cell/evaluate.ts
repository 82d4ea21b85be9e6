/** @file Runs one cell after another in one session: text -> JavaScript -> value. */
import { Script } from "node:vm";
import { importFrom, moduleMeta } from "./modules.ts";
import { RUNTIME_NAMES, rewriteCell } from "./rewrite.ts";
import { createSessionScope } from "./session-scope.ts";
import { recordCell } from "./stack-trace.ts";
import { transpile } from "./transpile.ts";

export interface Session {
  /**
   * Runs a cell to its end.
   *
   * @param code TypeScript text
   * @param name shown in stack traces, one for each run
   * @returns the value of its last expression, undefined when it ends with another statement
   * @throws what the cell throws; SourceError when it cannot be parsed
   */
  run(code: string, name: string): Promise<unknown>;
}

/**
 * A new session.
 *
 * @param directory where relative imports and package names are looked up: an absolute path
 */
export function createSession(directory: string): Session {
  const session = createSessionScope();
  const runtime = {
    import: (specifier: string, options?: ImportCallOptions) => importFrom(directory, specifier, options?.with),
    meta: moduleMeta(directory),
    hoist: session.hoist,
    async bind(
      specifier: string,
      names: Readonly<Record<string, string>>,
      attributes: ImportAttributes,
    ): Promise<void> {
      const namespace = await importFrom(directory, specifier, attributes);
      for (const [local, imported] of Object.entries(names)) {
        if (imported === "*") session.declare[local] = namespace;
        else if (imported in namespace) session.declare[local] = namespace[imported];
        else session.declareFailing(local, () => missingExport(specifier, imported)); // a type, or a mistake
      }
    },
    constant(name: string): never {
      throw new TypeError(`Assignment to constant variable ${name}`);
    },
    tooEarly(name: string): never {
      throw new ReferenceError(`Cannot access '${name}' before initialization`);
    },
  };
  return {
    async run(code, name) {
      const transpiled = transpile(code, name);
      const cell = rewriteCell(transpiled.code, session);
      recordCell({ name, source: code, transpiledMap: transpiled.map, rewrittenMap: cell.map });
      const script = new Script(cell.code, { filename: name });
      const evaluate: (...values: unknown[]) => unknown = script.runInThisContext();
      for (const [declared, kind] of cell.declared) session.declared.set(declared, kind);
      const values = { __scope: session.scope, __declare: session.declare, __maybe: session.maybe, __cell: runtime };
      return await evaluate(...RUNTIME_NAMES.map((runtimeName) => values[runtimeName]));
    },
  };
}

function missingExport(specifier: string, name: string): Error {
  return new SyntaxError(`The module '${specifier}' has no export named '${name}' that is a value`);
}
