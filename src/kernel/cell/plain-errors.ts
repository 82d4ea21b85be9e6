/** @file Errors as their authors can read them: what the rewriter writes is taken out of the messages of V8 and of Node. */
import { types } from "node:util";
import { authorsText } from "./authors-text.ts";

/** What V8 calls the check around an await (`stops.ts`). */
const CHECKED = /__stop\.on(?:\(\.\.\.\)| is not a function or its return value)/g;
/** What it calls the await itself. */
const AWAIT = "(intermediate value)";

/** A message with the names of its author, and with the functions that it quotes as he has them. */
export function plainMessage(message: string): string {
  return authorsText(message).replace(CHECKED, AWAIT);
}

/** Its own references: a cell may overwrite the globals. */
const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { isNativeError, isProxy } = types;
const { isArray } = Array;

/** Causes and errors of errors are followed so far. */
const DEEPEST = 10;

/** Node's own error of what cannot be sent quotes it; its message is no property of its own. */
const sent = DOMException.prototype;
const sentMessage = getOwnPropertyDescriptor(sent, "message")?.get as () => string;

/**
 * Gives an error the message that its author can read, and those behind it: its cause, and the errors that it gathers.
 *
 * @param thrown anything; what is no error of V8's or of Node's making is left alone, and no code of the user's runs
 * @returns the same value
 */
export function plainError<Thrown>(thrown: Thrown, depth = 0): Thrown {
  if (typeof thrown !== "object" || thrown === null || isProxy(thrown) || depth > DEEPEST) return thrown;
  const isSent = getPrototypeOf(thrown) === sent;
  if (!isSent && !isNativeError(thrown)) return thrown;
  const own = getOwnPropertyDescriptor(thrown, "message");
  const message: unknown = own === undefined && isSent ? apply(sentMessage, thrown, []) : own?.value;
  if (typeof message === "string") {
    const value = plainMessage(message);
    const hidden = { writable: true, configurable: true, enumerable: false };
    if (value !== message) defineProperty(thrown, "message", { ...(own ?? hidden), value });
  }
  plainError(getOwnPropertyDescriptor(thrown, "cause")?.value, depth + 1);
  const errors: unknown = getOwnPropertyDescriptor(thrown, "errors")?.value;
  if (isArray(errors)) for (let at = 0; at < errors.length; at++) plainError(errors[at], depth + 1);
  return thrown;
}
