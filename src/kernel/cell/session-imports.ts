/** @file What the session's cells have imported, bound to their names again when the file behind it was edited. */
import { existsSync } from "node:fs";
import { withIntrinsics } from "./intrinsics.ts";
import { versionOf } from "./module-version.ts";
import { importFrom, reloadableFile } from "./modules.ts";
import { forgetFiles } from "./resolver.ts";
import type { SessionScope } from "./session-scope.ts";

/** An edited file: loaded again, or why it could not be. */
export interface Reload {
  readonly file: string;
  /** Names that have new values. */
  readonly names: readonly string[];
  /** What loading it threw; the names keep their old values. */
  readonly error: Error | undefined;
}

export interface SessionImports {
  /** Imports a module and declares names of it: {local: imported}, where "*" is the whole namespace. */
  bind(specifier: string, names: Readonly<Record<string, string>>, attributes: ImportAttributes): Promise<void>;
  /** Loads again what was edited since it was bound, with all that imports it. */
  reload(): Promise<readonly Reload[]>;
}

/** A name that a cell has imported from a local file. */
interface Bound {
  readonly specifier: string;
  /** What the module calls it, "*" for the whole namespace; undefined for an import without names. */
  readonly imported: string | undefined;
  readonly attributes: ImportAttributes;
  readonly file: string;
  /** What the file and what it imports held when it was bound. */
  readonly version: string;
}

/**
 * No imports yet.
 *
 * @param directory of the cells, an absolute path
 */
export function createSessionImports(directory: string, session: SessionScope): SessionImports {
  const bound = new Map<string, Bound>(); // by local name; an import without names by its specifier in quotes
  let isUsed = false;

  async function bind(specifier: string, names: Readonly<Record<string, string>>, attributes: ImportAttributes) {
    const namespace = await importFrom(directory, specifier, attributes);
    withIntrinsics(() => {
      for (const [local, imported] of Object.entries(names)) {
        const from = holderOf(namespace, imported);
        if (imported === "*") session.declareModule(local, namespace);
        else if (from !== undefined) session.declareImport(local, from, imported);
        else session.declareFailing(local, () => missingExport(specifier, imported)); // a type, or a mistake
      }
    });
  }

  /** The names behind whose files is something new, by file; names that a cell has declared since are forgotten. */
  function edited(): Map<string, Map<string, Bound>> {
    forgetFiles();
    const versions = new Map<string, string>();
    const found = new Map<string, Map<string, Bound>>();
    for (const [local, old] of bound) {
      const { file, imported } = old;
      if (imported !== undefined && session.declared.get(local) !== "import") {
        bound.delete(local);
        continue;
      }
      const version = versions.get(file) ?? (existsSync(file) ? versionOf(file) : old.version); // deleted: still loaded
      versions.set(file, version);
      if (version === old.version) continue;
      bound.set(local, { ...old, version }); // a broken file is reported once for each edit
      found.set(file, (found.get(file) ?? new Map<string, Bound>()).set(local, old));
    }
    return found;
  }

  async function bindAgain(file: string, edited: ReadonlyMap<string, Bound>): Promise<Reload> {
    const names: string[] = [];
    try {
      for (const [local, { specifier, imported, attributes }] of edited) {
        await bind(specifier, imported === undefined ? {} : { [local]: imported }, attributes);
        if (imported !== undefined) names.push(local);
      }
      return { file, names, error: undefined };
    } catch (error) {
      return { file, names, error: error as Error };
    }
  }

  return {
    async bind(specifier, names, attributes) {
      isUsed = true;
      await bind(specifier, names, attributes);
      const file = reloadableFile(directory, specifier);
      const version = file === undefined ? "" : versionOf(file);
      const entries: [string, string | undefined][] = Object.entries(names);
      if (entries.length === 0) entries.push([JSON.stringify(specifier), undefined]);
      for (const [local, imported] of entries) {
        if (file === undefined) bound.delete(local);
        else bound.set(local, { specifier, imported, attributes, file, version });
      }
    },
    async reload() {
      if (!isUsed) return [];
      const files = withIntrinsics(() =>
        Array.from(
          edited(),
          ([file, names]) =>
            () =>
              bindAgain(file, names),
        ),
      );
      const reloads: Reload[] = [];
      for (let at = 0; at < files.length; at++) reloads[at] = (await files[at]?.()) as Reload; // a cell may have changed all iterators
      return reloads;
    },
  };
}

/** Where a name is read: Node does not find all names of a CommonJS module, but its default export has them. */
function holderOf(namespace: Readonly<Record<string, unknown>>, name: string): object | undefined {
  if (name in namespace) return namespace;
  const { default: whole } = namespace;
  const isObject = (typeof whole === "object" && whole !== null) || typeof whole === "function";
  return isObject && name in whole ? whole : undefined;
}

function missingExport(specifier: string, name: string): Error {
  return new SyntaxError(`The module '${specifier}' has no export named '${name}' that is a value`);
}
