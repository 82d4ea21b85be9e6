/** @file Is a cell's text ready to run, or is its author still typing? */
import { withHeadComments } from "./head-lines.ts";
import { withObjectLiteral } from "./object-literal.ts";
import { SourceError } from "./source-error.ts";
import { transpile } from "./transpile.ts";

/** `incomplete` carries the indentation that suits the next line. */
export type CellCompleteness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

/**
 * Whether more lines could still make the text a program.
 *
 * @param code TypeScript text of a cell
 * @example completeness("const x = {") // => { status: "incomplete", indent: "  " }
 * @example completeness("x = 1 }") // => { status: "invalid" }
 */
export function completeness(code: string): CellCompleteness {
  try {
    transpile(withObjectLiteral(withHeadComments(code)), "cell.ts");
    return { status: "complete" };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return stoppedAtTheEnd(error, code) ? { status: "incomplete", indent: nextIndent(code) } : { status: "invalid" };
  }
}

/** The parser wanted more where the text ends, or met the end inside of something that may go on over the next line. */
function stoppedAtTheEnd({ message, start }: SourceError, code: string): boolean {
  if (start === undefined) return false;
  if (!message.startsWith("Unterminated")) return start >= code.trimEnd().length;
  return code.startsWith("`", start) || code.startsWith("/*", start);
}

function nextIndent(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /[{([]$/.test(line) ? `${indent}  ` : indent;
}
