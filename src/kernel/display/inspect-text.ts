/** @file Text of any value, as Node's own prompt prints it, as deep as fits a screen; no value can make it throw. */
import { type InspectOptions, inspect, types } from "node:util";

/** How much of a value is shown. */
export interface Extent {
  /** Levels of objects inside of objects. */
  readonly depth: number;
  /** Items of an array, a map or a set. */
  readonly length: number;
}

/** Where nothing else is said; cells may change it. */
export const USUAL = { depth: 4, length: 100 };

/** All of it. */
export const FULL: Extent = { depth: Number.POSITIVE_INFINITY, length: Number.POSITIVE_INFINITY };

/** What is longer is shown less deep. */
const MOST_LINES = 200;
const MOST_CHARACTERS = 20_000;
const MOST_IN_A_STRING = 10_000;

/**
 * Text of a value.
 *
 * A value may throw while it is looked at: by an inspect method of its own, by a getter, by a proxy. What can be shown
 * without asking it is shown then.
 *
 * @param value anything
 * @param extent how much of it; what is not the usual one is shown in full
 * @returns one line, or several for what is wider than 100 characters
 * @source https://nodejs.org/api/util.html#utilinspectobject-options
 * @example inspectText({ a: [1, 2] }) // => "{ a: [ 1, 2 ] }"
 * @example inspectText(new Map([["k", 1n]])) // => "Map(1) { 'k' => 1n }"
 */
export function inspectText(value: unknown, extent: Extent = USUAL): string {
  const options = {
    depth: extent.depth,
    maxArrayLength: extent.length,
    maxStringLength: Math.max(MOST_IN_A_STRING, extent.length),
    breakLength: 100,
  };
  try {
    const isSmall = (typeof value !== "object" && typeof value !== "function") || value === null || extent !== USUAL;
    return isSmall ? inspect(value, options) : asDeepAsFits(value, options);
  } catch (error) {
    return withoutAsking(value, options, messageOf(error));
  }
}

/** Level by level: the whole of a large value may take seconds and fill the notebook. */
function asDeepAsFits(value: object, options: InspectOptions & { depth: number }): string {
  let shown = inspect(value, { ...options, depth: 0 });
  if (!fits(shown)) return `${firstLines(shown)}\n${summary(value, 0)}`;
  for (let depth = 1; depth <= options.depth && /\[[\p{L}_$][^\]]*\]/u.test(shown); depth++) {
    const deeper = inspect(value, { ...options, depth });
    if (!fits(deeper)) return `${shown}\n${summary(value, depth - 1)}`;
    shown = deeper;
  }
  return shown;
}

function fits(text: string): boolean {
  return text.length <= MOST_CHARACTERS && text.split("\n", MOST_LINES + 1).length <= MOST_LINES;
}

function firstLines(text: string): string {
  const lines = text.split("\n");
  return `${lines.slice(0, MOST_LINES).join("\n").slice(0, MOST_CHARACTERS)}\n... ${lines.length} lines`;
}

function summary(value: object, depth: number): string {
  const levels = depth === 0 ? "its first level" : `${depth + 1} levels`;
  return `... ${levels} of ${sizes(value)} (hint: display.full(value) shows all of it, display(value, { depth, length }) more)`;
}

/** What there is of it: `100 x 100 x 3 items`, of arrays in arrays; else the count of its properties. */
function sizes(value: object): string {
  const counts: number[] = [];
  for (let at: unknown = value; Array.isArray(at) && counts.length < 10; at = at[0]) counts.push(at.length);
  if (counts.length > 0) return `${counts.join(" x ")} items`;
  if (types.isMap(value) || types.isSet(value)) return `${value.size} entries`;
  return `${Reflect.ownKeys(value).length} properties`;
}

function withoutAsking(value: unknown, options: InspectOptions, reason: string): string {
  try {
    return `${inspect(value, { ...options, customInspect: false })} (its own inspect method threw: ${reason})`;
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
