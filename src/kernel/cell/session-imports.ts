/** @file What the session's cells have imported, bound to their names again when the file behind it was edited. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTypeScript, lastChange } from "./module-version.ts";
import { importFrom, resolveFrom } from "./modules.ts";
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

interface Bound {
  readonly specifier: string;
  readonly names: Readonly<Record<string, string>>;
  readonly attributes: ImportAttributes;
  /** The local TypeScript file behind it. */
  readonly file: string;
  /** Its last change when it was bound, or of what it imports: milliseconds since 1970. */
  readonly changed: number;
}

/**
 * No imports yet.
 *
 * @param directory of the cells, an absolute path
 */
export function createSessionImports(directory: string, { declare, declareFailing }: SessionScope): SessionImports {
  const bound = new Map<string, Bound>();

  function declareNames(specifier: string, names: Bound["names"], namespace: Readonly<Record<string, unknown>>): void {
    for (const [local, imported] of Object.entries(names)) {
      if (imported === "*") declare[local] = namespace;
      else if (imported in namespace) declare[local] = namespace[imported];
      else declareFailing(local, () => missingExport(specifier, imported)); // a type, or a mistake
    }
  }

  async function reloadOne(key: string, old: Bound, changed: number): Promise<Reload> {
    const { file } = old;
    const names = Object.keys(old.names);
    bound.set(key, { ...old, changed }); // a broken file is reported once for each edit
    try {
      declareNames(old.specifier, old.names, await importFrom(directory, old.specifier, old.attributes));
      return { file, names, error: undefined };
    } catch (error) {
      return { file, names, error: error as Error };
    }
  }

  return {
    async bind(specifier, names, attributes) {
      declareNames(specifier, names, await importFrom(directory, specifier, attributes));
      const file = localFileOf(resolveFrom(directory, specifier));
      if (file === undefined) return;
      const key = `${specifier} ${Object.keys(names)}`;
      bound.set(key, { specifier, names, attributes, file, changed: lastChange(file) });
    },
    async reload() {
      const reloads: Reload[] = [];
      for (const [key, old] of bound) {
        const changed = existsSync(old.file) ? lastChange(old.file) : old.changed; // a deleted file is still loaded
        if (changed !== old.changed) reloads.push(await reloadOne(key, old, changed));
      }
      return reloads;
    },
  };
}

function localFileOf(address: string | undefined): string | undefined {
  if (!address?.startsWith("file:")) return undefined;
  const path = fileURLToPath(new URL(address));
  return isTypeScript(path) ? path : undefined;
}

function missingExport(specifier: string, name: string): Error {
  return new SyntaxError(`The module '${specifier}' has no export named '${name}' that is a value`);
}
