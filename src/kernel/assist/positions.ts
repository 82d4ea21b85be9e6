/** @file Places in a text: Jupyter counts Unicode code points, JavaScript counts UTF-16 units, a language server lines and units. */

/** As the Language Server Protocol counts: both from 0, the character in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/**
 * UTF-16 units before a place that was counted in code points; a place outside of the text is moved to its end.
 *
 * @param text any text
 * @param codePoints a count >= 0
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#cursor-pos-unicode-note
 * @example toUnits("𝑥 = 1", 1) // => 2
 */
export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  for (let left = codePoints; left > 0 && units < text.length; left--) units += unitsAt(text, units);
  return units;
}

/**
 * Code points before a place that was counted in UTF-16 units.
 *
 * @example toCodePoints("𝑥 = 1", 2) // => 1
 */
export function toCodePoints(text: string, units: number): number {
  let codePoints = 0;
  for (let at = 0; at < units; codePoints++) at += unitsAt(text, at);
  return codePoints;
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/**
 * Line and character of a place.
 *
 * @example toPosition("a\nbc", 3) // => { line: 1, character: 1 }
 */
export function toPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length - 1, character: offset - lineStart };
}

/**
 * The place of a line and character; the reverse of `toPosition`.
 *
 * @example toOffset("a\nbc", { line: 1, character: 1 }) // => 3
 */
export function toOffset(text: string, { line, character }: Position): number {
  let start = 0;
  for (let left = line; left > 0; left--) start = text.indexOf("\n", start) + 1;
  return start + character;
}
