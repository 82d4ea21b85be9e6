/** @file The mean over training seeds, with the interval that so few seeds deserve: Student's. */
import {
  requireBetween,
  requireCount,
  requireList,
  requireOneOf,
  requireOptions,
  requirePositive,
  wrong,
} from "../../core/argument-checks.ts";
import { criticalStudent } from "../../core/critical-values.ts";

/** A mean and the range of Student's t around it. */
export interface SeedMean {
  value: number;
  low: number;
  high: number;
  level: number;
  method: "student";
  seeds: number;
}

/**
 * mean +- t * standard deviation / sqrt(seeds). Each seed's number carries the noise of its own training and of its own test
 * items, so the interval holds both. For a comparison give the differences, seed by seed: what a seed makes hard for both
 * methods then counts as no difference.
 *
 * @param values one number a seed, two or more
 * @param options level: nominal coverage, in (0, 1), default 0.95; scale: "log" for the geometric mean of numbers above 0
 * @throws RangeError or TypeError when there are fewer than two numbers, or one is not finite
 * @source Student 1908, "The probable error of a mean", Biometrika 6, 1-25
 * @example meanOverSeeds([0.3, 0.5]).value // => 0.4
 * @example meanOverSeeds([2, 8], { scale: "log" }).value.toFixed(6) // => "4.000000"
 */
export function meanOverSeeds(
  values: readonly number[],
  options: { level?: number; scale?: "linear" | "log" } = {},
): SeedMean {
  requireOptions("meanOverSeeds", options, ["level", "scale"]);
  const { level = 0.95, scale = "linear" } = options;
  requireList("meanOverSeeds", "values to be an array of numbers", values);
  requireCount("meanOverSeeds", "the number of seeds", values.length, 2, Number.MAX_SAFE_INTEGER);
  requireBetween("meanOverSeeds", "level", level, 0, 1);
  requireOneOf("meanOverSeeds", "scale", scale, ["linear", "log"]);
  for (const [index, value] of values.entries()) {
    if (scale === "log") requirePositive("meanOverSeeds", `values[${index}]`, value);
    else if (!Number.isFinite(value)) throw wrong("meanOverSeeds", `values[${index}] to be a finite number`, value);
  }
  const seeds = values.length;
  const scaled = scale === "log" ? values.map(Math.log) : values;
  const mean = scaled.reduce((sum, each) => sum + each, 0) / seeds;
  const variance = scaled.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (seeds - 1);
  const half = criticalStudent(level, seeds - 1) * Math.sqrt(variance / seeds);
  const ends = [mean, mean - half, mean + half].map((each) => (scale === "log" ? Math.exp(each) : each));
  const [value, low, high] = ends as [number, number, number];
  return { value, low, high, level, method: "student", seeds };
}
