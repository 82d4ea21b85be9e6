/** @file Keeping the page small enough to send: its largest pictures, figures and texts make room, and say so. */

/** Outputs, as render-output.ts writes them: what they hold is escaped, so that none ends before its end. */
const OUTPUT = new RegExp(
  [
    String.raw`<figure class="plot">[\s\S]*?<\/figure>`,
    String.raw`<img [^>]*?src="data:image\/[^"]*"[^>]*>`,
    String.raw`<iframe [^>]*><\/iframe>`,
    String.raw`<pre class="(?:stream \w+|traceback|result)">[\s\S]*?<\/pre>`,
  ].join("|"),
  "g",
);

/** Pictures of figures that the page's script draws: they are for print, and for browsers without scripts. */
const TWIN = /(?<=<div class="plot-picture">)<img [^>]*?src="data:image\/[^"]*"[^>]*>/g;

/** Below this an output would make hardly more room than its note takes. */
const LEAST = 400;

/**
 * A page without its largest outputs, as far as it is too long.
 *
 * @param page HTML of a report
 * @param limit characters that it may have; pictures of figures that the page draws itself go first, then those marked as saved
 * @returns the page itself when it is short enough
 */
export function withinSize(page: string, limit: number): string {
  const drawn = withoutLargest(page, TWIN, limit);
  return withoutLargest(drawn, OUTPUT, limit);
}

function withoutLargest(page: string, pattern: RegExp, limit: number): string {
  const excess = page.length - limit;
  if (excess <= 0) return page;
  const outputs = Array.from(page.matchAll(pattern), ([output]) => output).filter(({ length }) => length > LEAST);
  const isSaved = (output: string) => output.startsWith('<img class="saved"');
  outputs.sort((a, b) => Number(isSaved(b)) - Number(isSaved(a)) || b.length - a.length);
  const dropped = new Set<string>();
  let spared = 0;
  for (const output of outputs) {
    if (spared >= excess) break;
    dropped.add(output);
    spared += output.length - note(output).length;
  }
  return page.replace(pattern, (output) => (dropped.has(output) ? note(output) : output));
}

function note(output: string): string {
  const isPicture = output.startsWith("<img");
  const kilobytes = Math.round((isPicture ? (output.length * 3) / 4 : output.length) / 1000);
  const what = isPicture ? "A picture" : output.startsWith("<pre") ? "A text" : "An output";
  return `<span class="note">${what} of ${kilobytes} kB is left out of this page; the notebook's file holds it.</span>`;
}
