/** @file The variable, or the property of one, that a place in a cell is about: `a.b.c` as names. */

/** Where a name that is being typed starts, and what stands before its dot. */
export interface TypedName {
  /** UTF-16 units. */
  readonly start: number;
  readonly prefix: string;
  /** Names before the last dot; undefined when that is no plain path, as after a call. */
  readonly before: readonly string[] | undefined;
}

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*`;
const TYPED = new RegExp(String.raw`(?<path>(?:${NAME}\s*\??\.\s*)*)(?<prefix>(?:${NAME})?)$`, "u");
const AFTER = /^[\p{ID_Continue}$\u200c\u200d]*/u;

/**
 * The name that ends at a place.
 *
 * @param code text of a cell
 * @param offset in UTF-16 units
 * @example typedName("f(data.rows.le", 14) // => { start: 12, prefix: "le", before: ["data", "rows"] }
 */
export function typedName(code: string, offset: number): TypedName {
  const { path = "", prefix = "" } = TYPED.exec(code.slice(0, offset))?.groups ?? {};
  const start = offset - prefix.length;
  const hangs = /[.\])]\s*$/.test(code.slice(0, start - path.length)); // a path behind something that is no name
  const before = path.split(/\s*\??\.\s*/).filter((name) => name !== "");
  return { start, prefix, before: hangs ? undefined : before };
}

/**
 * The path that ends with the name a place stands on.
 *
 * @returns undefined when it stands on no plain path
 * @example pathAt("data.rows.map(f)", 6) // => ["data", "rows"]
 */
export function pathAt(code: string, offset: number): readonly string[] | undefined {
  const end = offset + (AFTER.exec(code.slice(offset))?.[0].length ?? 0);
  const { prefix, before } = typedName(code, end);
  return prefix === "" || before === undefined ? undefined : [...before, prefix];
}
