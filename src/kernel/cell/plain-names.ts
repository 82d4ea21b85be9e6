/** @file Names that the rewriter writes and no author knows: what a text is without them. */

/** A name as JavaScript has it. */
const NAME = "[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*";

const WRITTEN = new RegExp(
  [
    `\\(0 ?, __scope\\.(${NAME})\\)`, // what is called, so that it is not called as a method
    `__(?:scope|declare|maybe)\\.(?=${NAME})`,
    '__cell\\.(?:constant|tooEarly)\\("[^"]*"\\)\\.',
    "__cell\\.(?=import\\b)",
    "__cell\\.(?=meta\\b)",
  ].join("|"),
  "gu",
);

/**
 * A text with the names of its author.
 *
 * @param text of a function, or a message in which V8 prints what it ran
 * @example plainNames("(0 , __scope.z) is not a function") // => "z is not a function"
 * @example plainNames("__cell.meta.x is not a function") // => "import.meta.x is not a function"
 */
export function plainNames(text: string): string {
  if (!text.includes("__")) return text;
  return text.replace(WRITTEN, (written, called: string | undefined, at: number) => {
    if (called !== undefined) return called;
    return text.startsWith("meta", at + written.length) && written === "__cell." ? "import." : "";
  });
}
