/** @file The best law for a prepared curve: one exponent search from each of several starts, and how far they agree. */
import { firstGuess, halfDeviance } from "../noise.ts";
import type { ExponentRange } from "./exponent-search.ts";
import type { PreparedCurve } from "./prepared-curve.ts";
import type { Held } from "./separable-law.ts";
import { FULL, ROUGH, type Solution, solveFrom } from "./weighted-solve.ts";

/** The best of several starts, and how far the starts agree. */
export interface MultiStartSolution {
  best: Solution;
  /** did the exponent leave its start */
  moved: boolean;
  startsAgreeing: { agree: number; total: number };
  evaluations: number;
}

const STARTING_EXPONENTS = [0.05, 0.15, 0.4, 1, 2.5] as const; // the published range of learning curves, and beyond
const SAME = 1e-3; // of the exponent: rough solutions of one minimum are nearer than this

/**
 * Exponents worth searching. For a curve that must fall, between a fall that is linear in the logarithm of the size and one
 * that is over (to one part in 10^8) before the second size; else both signs, as far as powers of the largest size stay in range.
 */
export function exponentRange(curve: PreparedCurve, mustFall: boolean): ExponentRange {
  if (!mustFall) return { low: -LARGEST_LOG_POWER / curve.span, high: LARGEST_LOG_POWER / curve.span };
  return { low: 1e-6 / curve.span, high: Math.log(1e8) / curve.firstGap };
}

const LARGEST_LOG_POWER = 300; // e^600, a square of a power, is inside float64

/** Solves roughly from every starting exponent, then takes the solution of least deviance to full precision. */
export function solveFromStarts(curve: PreparedCurve, held: Held, range: ExponentRange): MultiStartSolution {
  const starts = STARTING_EXPONENTS.map((start) => Math.min(start, range.high / 2));
  const guess = firstGuess(curve.noise, curve.errors);
  const rough = starts.map((start) => solveFrom(curve, held, start, range, guess, ROUGH));
  const height = ({ values }: Solution) => halfDeviance(curve.noise, curve.errors, curve.deviations, values);
  const heights = rough.map((solution) => (usable(solution) ? height(solution) : Infinity));
  const bestIndex = Math.max(heights.indexOf(Math.min(...heights)), 0);
  const roughBest = rough[bestIndex] as Solution;
  const best = usable(roughBest)
    ? solveFrom(curve, held, roughBest.exponent, range, roughBest.values, FULL)
    : roughBest;
  const agree = rough.filter((solution) => usable(solution) && near(solution.exponent, best.exponent)).length;
  return {
    best,
    moved: best.exponent !== starts[bestIndex],
    startsAgreeing: { agree, total: starts.length },
    evaluations: rough.reduce((sum, solution) => sum + solution.evaluations, best.evaluations),
  };
}

function usable(solution: Solution): boolean {
  return solution.end === "minimum";
}

function near(exponent: number, other: number): boolean {
  return Math.abs(exponent - other) <= SAME * Math.max(Math.abs(exponent), Math.abs(other));
}
