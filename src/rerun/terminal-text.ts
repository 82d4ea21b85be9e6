/** @file Text of strangers on its way to a terminal or a log: it is read, and never obeyed. */

/** Colours, the one kind of control sequence that is let through to a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
const COLOUR = /(\u001b\[[\d;]{0,40}m)/;
/** Controls of terminals, and those that turn the direction of writing; line ends and tabs are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
/** Orders to the programs that read the logs of GitHub, Azure and TeamCity, wherever they stand in a line. */
const MARKED = /##(?=\[|vso\[|teamcity\[)/g;
/** GitHub's other kind of order, which may stand behind blanks. */
const ORDER = /^(?=\s*::)/gm;

/**
 * Text that shows what it holds.
 *
 * @param colours whether the reader is a terminal that shows ANSI colours; else they are left out
 * @returns the same lines: a control character as its number, an order to a log's reader no longer one
 * @example safeText("a\u001b[2J\n::error::x") // => "a\\x1b[2J\n| ::error::x"
 */
export function safeText(text: string, colours = false): string {
  const pieces = text.replaceAll("\r\n", "\n").split(COLOUR);
  const safe = pieces.map((piece, index) => {
    if (index % 2 === 1) return colours ? piece : "";
    return piece.replace(CONTROL, byNumber);
  });
  const reset = colours && pieces.length > 1 ? "\u001b[0m" : "";
  return `${safe.join("").replace(MARKED, "# #").replace(ORDER, "| ")}${reset}`;
}

/** The same in one line. */
export function safeLine(text: string): string {
  return safeText(text.replace(/\s*[\r\n]+\s*/g, " "));
}

function byNumber(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
