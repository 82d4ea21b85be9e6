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
export const USUAL = settable({ depth: 4, length: 100 });

function settable(sizes: Extent): { -readonly [Name in keyof Extent]: Extent[Name] } {
  const values: Record<string, number> = { ...sizes };
  const property = (name: string): PropertyDescriptor => ({
    enumerable: true,
    get: () => values[name],
    set(value: unknown) {
      values[name] = requireSize("display.options", name, value);
    },
  });
  return Object.defineProperties({ ...sizes }, { depth: property("depth"), length: property("length") });
}

/**
 * One of an extent.
 *
 * @throws RangeError where it is none
 */
export function requireSize(what: string, name: string, value: unknown): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new RangeError(`${what} requires ${name} to be a number that is not negative, got ${inspectText(value)}`);
}

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
    const text = withoutAsking(value, options, messageOf(error), []);
    return fits(text) ? text : firstLines(text);
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

type Options = InspectOptions & { readonly depth: number; readonly maxArrayLength: number };

/** @param around the values that this one stands in */
function withoutAsking(value: unknown, options: Options, reason: string, around: readonly object[]): string {
  const inside = [...around, value as object];
  try {
    inspect(value, { ...options, depth: -1 });
    const copy = withParts(value as object, options, inside);
    return inspect(Object.setPrototypeOf(copy, Object.getPrototypeOf(value)), options);
  } catch {
    // it is the value itself that throws
  }
  try {
    return `${inspect(value, { ...options, customInspect: false })} (its own inspect method threw: ${reason})`;
  } catch {
    // it is not that method alone
  }
  if (typeof value !== "object" || types.isProxy(value) || types.isNativeError(value)) {
    return `[${typeof value} that throws when it is looked at: ${reason}]`;
  }
  const copy = withParts(value as object, options, inside);
  for (const asked of ["constructor", Symbol.toStringTag, inspect.custom]) Reflect.deleteProperty(copy, asked);
  return `${inspect(copy, options)} (it throws when it is looked at: ${reason})`;
}

/** A plain copy in which each part that throws is a text: it does not hide the others. */
function withParts(value: object, options: Options, inside: readonly object[]): object {
  const shown = options.maxArrayLength;
  const part = (item: unknown, at: number): unknown => (at < shown ? partOf(item, options, inside) : item);
  let copy: object;
  if (types.isMap(value)) copy = new Map([...value].map(([key, item], at) => [part(key, at), part(item, at)]));
  else if (types.isSet(value)) copy = new Set([...value].map(part));
  else copy = Array.isArray(value) ? [] : {};
  return Object.defineProperties(copy, partsOf(value, options, inside));
}

/** Its own properties; a getter is not called. */
function partsOf(value: object, options: Options, inside: readonly object[]): PropertyDescriptorMap {
  const parts = Object.getOwnPropertyDescriptors(value) as PropertyDescriptorMap;
  const isList = Array.isArray(value);
  for (const [name, property] of Object.entries(parts).slice(0, isList ? options.maxArrayLength : undefined)) {
    const isPart = "value" in property && !(isList && name === "length");
    if (isPart) parts[name] = { ...property, configurable: true, value: partOf(property.value, options, inside) };
  }
  return parts;
}

/** What stands inside of another value; one that is shown without throwing stays what it is. */
function partOf(value: unknown, options: Options, inside: readonly object[]): unknown {
  const below = { ...options, depth: options.depth - 1 };
  try {
    inspect(value, below);
    return value;
  } catch (error) {
    const isAround = inside.includes(value as object);
    const text = isAround ? "[Circular]" : withoutAsking(value, below, messageOf(error), inside);
    return { [inspect.custom]: () => text };
  }
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that cannot be printed";
  }
}
