/** @file Lines at the head of a cell that are written for others: a script's first line, and the options of Quarto. */

/**
 * The text with these lines as comments, every character at its place.
 *
 * @param code text of a cell
 * @example withHeadComments("#| echo: false\n1 + 1") // => "// echo: false\n1 + 1"
 * @source https://quarto.org/docs/reference/cells/cells-jupyter.html (options of a cell, `#|`)
 */
export function withHeadComments(code: string): string {
  const head = /^(?:#!.*(?:\n|$))?(?:\s*#\|.*(?:\n|$))*/.exec(code)?.[0] ?? "";
  return head.replace(/^(\s*)#[!|]/gm, "$1//") + code.slice(head.length);
}
