/** @file Text of any value, as Node's own prompt prints it; no value can make it throw. */
import { type InspectOptions, inspect } from "node:util";

const OPTIONS: InspectOptions = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 };

/**
 * Text of a value.
 *
 * A value may throw while it is looked at: by an inspect method of its own, by a getter, by a proxy. What can be shown
 * without asking it is shown then.
 *
 * @param value anything
 * @returns one line, or several for what is wider than 100 characters
 * @source https://nodejs.org/api/util.html#utilinspectobject-options
 * @example inspectText({ a: [1, 2] }) // => "{ a: [ 1, 2 ] }"
 * @example inspectText(new Map([["k", 1n]])) // => "Map(1) { 'k' => 1n }"
 */
export function inspectText(value: unknown): string {
  try {
    return inspect(value, OPTIONS);
  } catch (error) {
    return withoutAsking(value, messageOf(error));
  }
}

function withoutAsking(value: unknown, reason: string): string {
  try {
    return `${inspect(value, { ...OPTIONS, customInspect: false })} (its own inspect method threw: ${reason})`;
  } catch {
    return `[${typeof value} that throws when it is looked at: ${reason}]`;
  }
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that cannot be printed";
  }
}
