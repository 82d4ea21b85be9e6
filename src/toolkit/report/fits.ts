/** @file Fits as users hold them: one, a list, or an object of fits by name. */
import type { LawFit } from "../scaling/index.ts";

/** One fit, several, or several by name. */
export type Fits = LawFit | readonly LawFit[] | Readonly<Record<string, LawFit>>;

/** The fits as a list, at least one. */
export function fitList(caller: string, fits: Fits): LawFit[] {
  if (typeof fits !== "object" || fits === null) throw stranger(caller, fits); // the kernel checks no types
  const list = Array.isArray(fits) ? fits : isFit(fits) ? [fits] : Object.values(fits);
  if (list.length === 0) throw new RangeError(`${caller} requires at least one fit, got none`);
  const none = list.findIndex((fit) => !isFit(fit));
  if (none >= 0) throw stranger(caller, list[none]);
  return list;
}

function stranger(caller: string, value: unknown): TypeError {
  return new TypeError(`${caller} requires fits as fitLaw or fitScalingLaw gives them, got ${describe(value)}`);
}

/** Is this a fit, or the account of one that failed? */
export function isFit(value: unknown): value is LawFit {
  return typeof value === "object" && value !== null && "law" in value && "measurements" in value && "ok" in value;
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? `an object of ${Object.keys(value).join(", ")}` : String(value);
}
