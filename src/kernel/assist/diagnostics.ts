/** @file The type errors of a cell as one compact text. */
import type { Diagnostic } from "./type-service.ts";

/** So many are shown; the rest is counted. */
const SHOWN = 3;

/** Below are mistakes of syntax, which the cell's own parser reports; it also reads JSX, of which nothing is said here. */
const FIRST_TYPE_ERROR = 2000;

/** Type errors that stand among them: `satisfies`, a test of what is void, the signatures of decorators, operands of await. */
const EARLIER_TYPE_ERRORS = new Set([1238, 1239, 1240, 1241, 1270, 1271, 1320, 1345, 1360]);

/**
 * What only a run can tell: it ends with an error of its own, or the cell is right.
 * - names and modules that are not found: a later cell may declare them, a global may have been made by hand, or is
 * - modules without types
 * - `declare module`, which augments nothing from the module that a cell is
 * - an assignment to a variable of an earlier cell, which the checker sees as an import
 */
const LEFT_TO_THE_RUN = new Set([
  2304, 2552, 2318, 2503, 2580, 2582, 2583, 2584, 2591, 2592, 2593, 2867, 2868, 2307, 2306, 2732, 2792, 2834, 2835,
  5097, 7016, 2632, 2539, 2664, 2665, 7017,
]);

/**
 * One line an error: line and column as people count, the message, TypeScript's number for it.
 *
 * @param diagnostics of one cell
 * @returns undefined when there is nothing to say
 * @example typeErrorText([{ code: 2322, severity: 1, message: "Type 'string' is not assignable to type 'number'.", range: { start: { line: 1, character: 6 }, end: { line: 1, character: 7 } } }]) // => "type error at 2:7: Type 'string' is not assignable to type 'number'. (TS2322)\n"
 */
export function typeErrorText(diagnostics: readonly Diagnostic[]): string | undefined {
  const found = diagnostics.filter(({ code = 0, severity }) => severity === 1 && !LEFT_TO_THE_RUN.has(code));
  const isSyntax = ({ code = 0 }: Diagnostic): boolean => code < FIRST_TYPE_ERROR && !EARLIER_TYPE_ERRORS.has(code);
  const errors = found.some(isSyntax) ? [] : found;
  if (errors.length === 0) return undefined;
  const lines = errors.slice(0, SHOWN).map(({ code, message, range: { start } }) => {
    const text = withoutCellModules(message.split("\n")[0] ?? "");
    return `type error at ${start.line + 1}:${start.character + 1}: ${text} (TS${code})`;
  });
  if (errors.length > SHOWN) lines.push(`and ${errors.length - SHOWN} more`);
  return `${lines.join("\n")}\n`;
}

/**
 * Whether a cell asks for no check, in a comment before its first statement.
 *
 * @example isUnchecked("// a note\n// @ts-nocheck\nlet x: number = 'a'") // => true
 * @example isUnchecked("let x = 1 // @ts-nocheck") // => false
 */
export function isUnchecked(code: string): boolean {
  return /^(?:\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*\/\/\/?\s*@ts-nocheck\b/.test(code);
}

/** Types of earlier cells come with the module that we made of the cell, which is nobody's business. */
export function withoutCellModules(text: string): string {
  return text.replace(/import\("[^"]*(?:cell~\d+|session~|draft~)(?:\.ts)?"\)\./g, "");
}
