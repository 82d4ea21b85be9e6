/** @file Argument checks at a function's door: one sentence, "<function> requires <what>, got <value>", in the manner of simple-statistics. */
import { distance } from "fastest-levenshtein";

/** Throws unless `value` is an integer in [low, high]. */
export function requireCount(
  caller: string,
  name: string,
  value: unknown,
  low: number,
  high: number,
): asserts value is number {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
  if (!fits) throw wrong(caller, `${name} to be an integer in ${range(low, high)}`, value);
}

/** Throws unless `value` is a number > 0 and finite. */
export function requirePositive(caller: string, name: string, value: unknown): asserts value is number {
  const fits = typeof value === "number" && value > 0 && value < Infinity;
  if (!fits) throw wrong(caller, `${name} to be a number above 0`, value);
}

/** Throws unless `value` is a number in [low, high]. */
export function requireWithin(
  caller: string,
  name: string,
  value: unknown,
  low: number,
  high: number,
): asserts value is number {
  const fits = typeof value === "number" && value >= low && value <= high;
  if (!fits) throw wrong(caller, `${name} to be a number in ${range(low, high)}`, value);
}

/** Throws unless `value` is a number strictly between low and high. */
export function requireBetween(
  caller: string,
  name: string,
  value: unknown,
  low: number,
  high: number,
): asserts value is number {
  const fits = typeof value === "number" && value > low && value < high;
  if (!fits) throw wrong(caller, `${name} to be a number strictly between ${low} and ${high}`, value);
}

/** Throws unless `value` is one of `allowed`. */
export function requireOneOf<Choice extends string>(
  caller: string,
  name: string,
  value: unknown,
  allowed: readonly Choice[],
): asserts value is Choice {
  if (allowed.some((choice) => choice === value)) return;
  throw wrong(caller, `${name} to be ${allowed.map((choice) => `"${choice}"`).join(" or ")}`, value);
}

/** Throws unless `value` is a text. */
export function requireText(caller: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw wrong(caller, `${name} to be a text`, value);
}

/** Throws unless `value` is an array; of a table, which is none, it says how its rows are had. */
export function requireList(caller: string, what: string, value: unknown): void {
  if (Array.isArray(value)) return;
  const isTable = typeof value === "object" && value !== null && "objects" in value;
  throw wrong(caller, what, value, isTable ? "rows(table) gives the rows of a table" : undefined);
}

/**
 * Throws unless `options` is an object whose keys are all among `known`: a misspelt option would else be ignored in silence.
 *
 * @throws RangeError or TypeError that guesses what was meant
 */
export function requireOptions(caller: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw wrong(caller, `options to be an object of ${known.join(", ")}`, options);
  }
  for (const name in options) {
    if (!known.includes(name)) throw wrong(caller, `options among ${known.join(", ")}`, name, guess(name, known));
  }
}

/** The one among names that a misspelt one may mean, as a hint. */
export function guess(name: string, known: readonly string[]): string | undefined {
  const meant = near(name, known);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

/** The nearest among names, where a misspelt one may mean it: at most two letters differ, and at least one does not. */
export function near(name: string, known: readonly string[]): string | undefined {
  const far = (option: string): number => distance(name.toLowerCase(), option.toLowerCase());
  const [nearest] = known.toSorted((a, b) => far(a) - far(b));
  if (nearest === undefined) return undefined;
  return far(nearest) <= 2 && far(nearest) < Math.max(name.length, nearest.length) ? nearest : undefined;
}

/** The error itself, for a check that no function above makes: TypeError for a value of the wrong type, else RangeError. */
export function wrong(caller: string, what: string, value: unknown, hint?: string): RangeError | TypeError {
  const message = `${caller} requires ${what}, got ${show(value)}${hint === undefined ? "" : ` (hint: ${hint})`}`;
  return typeof value === "number" || typeof value === "string" ? new RangeError(message) : new TypeError(message);
}

function range(low: number, high: number): string {
  const opening = low === -Infinity ? "(-Infinity" : `[${low}`;
  return `${opening}, ${high === Infinity ? "Infinity)" : `${high}]`}`;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
