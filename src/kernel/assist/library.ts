/** @file TypeScript's library as one file: what an interface has from forty files is then joined once, not anew for each text of a cell. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The file that stands for the library; its name is relative to the notebook's folder. */
export const LIBRARY = "lib~.d.ts";

/** What cells are checked with, https://www.typescriptlang.org/tsconfig/#lib. */
export const LIBRARY_NAME = "esnext";

export interface Library {
  readonly text: string;
  /** Makes it the library, https://www.typescriptlang.org/tsconfig/#libReplacement; a part that it lacks (the web's) is TypeScript's own. */
  readonly options: {
    readonly libReplacement: true;
    readonly paths: Readonly<Record<string, readonly [file: string]>>;
  };
}

interface Part {
  /** `es2015.core` */
  readonly name: string;
  readonly text: string;
}

const REFERENCE = /^\/\/\/ <reference lib="([^"]+)" \/>$/gm;

/**
 * Joins the parts of the library.
 *
 * @param folder where TypeScript's lib.*.d.ts are
 * @returns undefined when they are not there
 */
export function joinedLibrary(folder: string): Library | undefined {
  if (!existsSync(fileOf(folder, LIBRARY_NAME))) return undefined;
  const parts = partsOf(folder, LIBRARY_NAME, new Map());
  const isModule = ({ text }: Part): boolean => /^export /m.test(text); // it has names of its own: it is left where it is
  const joined = inOrder([...parts.values()].filter((part) => !isModule(part)));
  const left = [...parts.values()].filter(isModule).map(({ name }) => `/// <reference lib="${name}" />\n`);
  const paths = joined.map(({ name }) => [`@typescript/lib-${name.replace(".", "/")}`, [`./${LIBRARY}`]] as const);
  return {
    text: left.join("") + joined.map(({ text }) => text.replace(REFERENCE, "")).join("\n"),
    options: { libReplacement: true, paths: Object.fromEntries(paths) },
  };
}

/** A part, after those that it refers to. */
function partsOf(folder: string, name: string, parts: Map<string, Part>): Map<string, Part> {
  const text = readFileSync(fileOf(folder, name), "utf8");
  for (const [, reference] of text.matchAll(REFERENCE)) {
    if (reference !== undefined && !parts.has(reference)) partsOf(folder, reference, parts);
  }
  return parts.set(name, { name, text });
}

function fileOf(folder: string, name: string): string {
  return join(folder, `lib.${name}.d.ts`);
}

/** As TypeScript orders them, since overloads that come later are tried first: by edition, then by name; decorators last. */
function inOrder(parts: readonly Part[]): Part[] {
  const edition = ({ name }: Part): string => name.split(".")[0] ?? name;
  const editions = [...new Set(parts.map(edition))].sort((a, b) => rank(a) - rank(b));
  return editions.flatMap((one) =>
    parts.filter((part) => edition(part) === one).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** `es5` is 5, `es2015` 2015, `esnext` after all numbers, `decorators` at the end. */
function rank(edition: string): number {
  return edition === "esnext" ? 1e6 : Number(edition.match(/^es(\d+)$/)?.[1] ?? Infinity);
}
