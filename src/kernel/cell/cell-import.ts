/** @file A cell's import on its way through Node's module loader: one specifier that says who imports what. */

const SCHEME = "cell:";

/** An import as a cell made it. */
export interface CellImport {
  readonly specifier: string;
  readonly parentURL: string;
}

/** One specifier for it. */
export function encodeCellImport({ specifier, parentURL }: CellImport): string {
  return SCHEME + encodeURIComponent(JSON.stringify([specifier, parentURL]));
}

/** The import behind a specifier; undefined when no cell made it. */
export function decodeCellImport(encoded: string): CellImport | undefined {
  if (!encoded.startsWith(SCHEME)) return undefined;
  const [specifier, parentURL] = JSON.parse(decodeURIComponent(encoded.slice(SCHEME.length))) as [string, string];
  return { specifier, parentURL };
}
