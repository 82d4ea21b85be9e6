/** @file Names that the rewriter writes and no author knows: taken out of V8's messages and of the texts of functions. */
import { types } from "node:util";

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

/** What V8 calls the check around an await (`stops.ts`). */
const CHECKED = /__stop\.on(?:\(\.\.\.\)| is not a function or its return value)/g;
/** What it calls the await itself. */
const AWAIT = "(intermediate value)";

/** A message with the names of its author. */
export function plainMessage(message: string): string {
  return plainNames(message).replace(CHECKED, AWAIT);
}

/** Its own references: a cell may overwrite the globals. */
const { defineProperty, getOwnPropertyDescriptor } = Reflect;
const { isNativeError } = types;
const { isArray } = Array;

/** Causes and errors of errors are followed so far. */
const DEEPEST = 10;

/**
 * Gives an error the message that its author can read, and those behind it: its cause, and the errors that it gathers.
 *
 * @param thrown anything; what is no error of V8's making is left alone, and no getter is called
 * @returns the same value
 */
export function plainError<Thrown>(thrown: Thrown, depth = 0): Thrown {
  if (!isNativeError(thrown) || depth > DEEPEST) return thrown;
  const message = getOwnPropertyDescriptor(thrown, "message");
  if (typeof message?.value === "string") {
    const value = plainMessage(message.value);
    if (value !== message.value) defineProperty(thrown, "message", { ...message, value });
  }
  plainError(getOwnPropertyDescriptor(thrown, "cause")?.value, depth + 1);
  const errors: unknown = getOwnPropertyDescriptor(thrown, "errors")?.value;
  if (isArray(errors)) for (let at = 0; at < errors.length; at++) plainError(errors[at], depth + 1);
  return thrown;
}
