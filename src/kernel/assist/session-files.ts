/** @file A session as TypeScript modules that stand in no folder: one for each cell that ran, one for the cell being typed. */
import { declaredNames, namesBeingDeclared } from "./declared-names.ts";

/** File name -> text; names are relative to the notebook's folder. */
export type Files = ReadonlyMap<string, string>;

/** The cell being typed: it imports every name of the session, so that it may declare each of them again. */
export const DRAFT = "draft~.ts";

/** Lines that stand in the draft before the cell's own. */
export const DRAFT_HEADER_LINES = 1;

/** Every name of the session, from the cell that declared it last. */
const SESSION = "session~.ts";

export interface SessionFiles {
  /** The files when this text is the cell being typed, each before those that it imports. */
  withDraft(code: string): Files;
  /** Takes a cell that ran into the session; returns whether it declares anything: one that cannot be parsed does not. */
  add(code: string): boolean;
}

interface CellModule {
  readonly file: string;
  readonly text: string;
  /** Files of the cells whose names it uses. */
  readonly uses: ReadonlySet<string>;
}

/**
 * The modules of an empty session.
 *
 * A module a cell makes redeclaration plain: a later cell imports a name from wherever it was declared last, and an
 * earlier cell keeps the types that it was checked with.
 */
export function createSessionFiles(): SessionFiles {
  const owners = new Map<string, string>(); // name -> file of the cell that declared it last
  const modules = new Map<string, CellModule>();
  let count = 0;
  let session = "export {};\n";
  let drafted: { readonly code: string; readonly files: Files } | undefined; // several questions are asked of one text

  /** Import lines, without line breaks, for the names that a text mentions. */
  function importsOf(code: string, own: ReadonlySet<string>): { header: string; uses: ReadonlySet<string> } {
    const byFile = new Map<string, string[]>();
    for (const [name] of code.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) {
      const file = owners.get(name);
      if (file === undefined || own.has(name)) continue;
      const names = byFile.get(file) ?? [];
      if (!names.includes(name)) names.push(name);
      byFile.set(file, names);
    }
    const header = [...byFile].map(([file, names]) => `import { ${names.join(", ")} } from "./${file}";`).join(" ");
    return { header, uses: new Set(byFile.keys()) };
  }

  /** Cells that nothing can reach any more are let go, so that a long session does not grow. */
  function prune(): void {
    const reached = new Set<string>();
    const pending = [...new Set(owners.values())];
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      pending.push(...(modules.get(file)?.uses ?? []));
    }
    for (const file of modules.keys()) if (!reached.has(file)) modules.delete(file);
  }

  return {
    withDraft(code) {
      if (drafted?.code === code) return drafted.files;
      const own = declaredNames(code)?.names ?? namesBeingDeclared(code);
      const imported = [...owners.keys()].filter((name) => !own.has(name));
      const header = `import { ${imported.join(", ")} } from "./${SESSION}";`;
      const cells = [...modules.values()].toReversed().map(({ file, text }) => [file, text] as const);
      const files = new Map([[DRAFT, `${header}\n${code}`], [SESSION, session], ...cells]);
      drafted = { code, files };
      return files;
    },
    add(code) {
      const declared = declaredNames(code);
      if (declared === undefined || declared.names.size === 0) return false;
      const { names, exported } = declared;
      const { header, uses } = importsOf(code, names);
      const file = `cell~${++count}.ts`;
      const unexported = [...names].filter((name) => !exported.has(name));
      modules.set(file, { file, text: `${header}\n${code}\n;export { ${unexported.join(", ")} };\n`, uses });
      for (const name of names) owners.set(name, file);
      drafted = undefined;
      prune();
      session = `${[...owners].map(([name, from]) => `export { ${name} } from "./${from}";`).join("\n")}\nexport {};\n`;
      return true;
    },
  };
}
