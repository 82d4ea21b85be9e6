/** @file Rates with intervals: accuracies, mean pass@k, shares of steps, all as ratios over problems that differ. */
import { requireBetween, requireList, wrong } from "../core/argument-checks.ts";
import { criticalNormal } from "../core/critical-values.ts";

/** A range that holds the true value in a share `level` of repeated studies. */
export interface Interval {
  low: number;
  high: number;
  /** nominal coverage, in (0, 1) */
  level: number;
  method: "wilson" | "bootstrap";
}

export interface Rate {
  /** in [0, 1] */
  value: number;
  interval: Interval;
  /** what the rate is a share of, summed over the problems */
  total: number;
  problems: number;
}

/** What one problem adds: a score of 1 out of 1, or 2 wrong steps out of 5. */
export interface Part {
  readonly hits: number;
  readonly total: number;
}

/**
 * The rate sum(hits) / sum(totals), with Wilson's interval at the number of independent yes-or-no items that would have
 * the ratio's variance over problems. With one item a problem this is Wilson's interval itself; steps of one problem, which
 * go right or wrong together, count for less than their number.
 *
 * @param parts one a problem, 0 <= hits <= total
 * @param level nominal coverage, in (0, 1)
 * @returns the rate; when every total is 0 there is none, and the value is NaN with the interval [0, 1]
 * @throws RangeError when there is no problem or a level out of range
 * @source Wilson 1927; effective number of items: Korn & Graubard 1998, Survey Methodology 24, 193-201
 * @example rateOf([{ hits: 1, total: 1 }, { hits: 0, total: 1 }]).value // => 0.5
 */
export function rateOf(parts: readonly Part[], level = 0.95): Rate {
  requireBetween("rateOf", "level", level, 0, 1);
  requireList("rateOf", "parts to be an array of { hits, total }", parts);
  if (parts.length === 0) throw wrong("rateOf", "at least one problem", 0);
  let hits = 0;
  let total = 0;
  for (const part of parts) {
    const told = typeof part?.hits === "number" && typeof part.total === "number";
    if (!(told && part.hits >= 0 && part.hits <= part.total && part.total < Infinity)) {
      const given = `${String(part?.hits)} of ${String(part?.total)}`;
      throw wrong("rateOf", "0 <= hits <= total in each part", given, told ? undefined : "hits and total are numbers");
    }
    hits += part.hits;
    total += part.total;
  }
  const value = Math.min(1, hits / total);
  if (total === 0)
    return { value, interval: { low: 0, high: 1, level, method: "wilson" }, total, problems: parts.length };
  let square = 0;
  for (const part of parts) square += (part.hits - value * part.total) ** 2;
  const items =
    value === 0 || value === 1 || parts.length === 1 ? parts.length : (value * (1 - value) * total ** 2) / square;
  return { value, interval: wilson(value, items, level), total, problems: parts.length };
}

/**
 * The share of items, one a problem, for which something holds: with Wilson's interval.
 *
 * @param items one a problem, at least one
 * @param holds what is counted
 * @param level nominal coverage, in (0, 1)
 * @throws RangeError or TypeError when there is no item, a level out of range, or an argument of another kind
 * @example shareOf([3, 8, 9, 12], (value) => value > 10).value // => 0.25
 */
export function shareOf<Item>(items: readonly Item[], holds: (item: Item) => boolean, level = 0.95): Rate {
  requireList("shareOf", "items to be an array", items);
  if (typeof holds !== "function") throw wrong("shareOf", "holds to be a function of an item", holds);
  return rateOf(
    items.map((item) => ({ hits: holds(item) ? 1 : 0, total: 1 })),
    level,
  );
}

/** Score interval of a share of so many independent items, which need not be a whole number. */
function wilson(share: number, items: number, level: number): Interval {
  const z = criticalNormal(level);
  const centre = (share + z ** 2 / (2 * items)) / (1 + z ** 2 / items);
  const half = (z / (1 + z ** 2 / items)) * Math.sqrt((share * (1 - share)) / items + z ** 2 / (4 * items ** 2));
  // at a share of 0 or 1 the interval's end is the share exactly
  const low = share === 0 ? 0 : Math.max(0, centre - half);
  const high = share === 1 ? 1 : Math.min(1, centre + half);
  return { low, high, level, method: "wilson" };
}
