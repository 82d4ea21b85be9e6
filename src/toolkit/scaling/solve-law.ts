/** @file The best law for a prepared curve: one exponent search from each of several starts, and how far they agree. */
import { devianceOf, firstGuess } from "./error-weights.ts";
import type { ExponentRange } from "./exponent-search.ts";
import type { PreparedCurve } from "./prepared-curve.ts";
import type { Held } from "./separable-law.ts";
import type { LawName } from "./types.ts";
import { FULL, ROUGH, type Solution, solveFrom } from "./weighted-solve.ts";

/** The best of several starts, and how far the starts agree. */
export interface MultiStartSolution {
  best: Solution;
  deviance: number;
  moved: boolean;
  startsAgreeing: { agree: number; total: number };
  evaluations: number;
}

const STARTING_EXPONENTS = [0.05, 0.15, 0.4, 1, 2.5] as const; // the published range of learning curves, and beyond
const SAME = 1e-3; // of the exponent: rough solutions of one minimum are nearer than this

/** What the law itself fixes. */
export function heldByLaw(law: LawName): Held {
  return law === "power" ? { kind: "floor", floor: 0 } : { kind: "nothing" };
}

/**
 * Exponents worth searching. With a floor, between a fall that is linear in ln dataSize and one that is over (to one part
 * in 10^8) before the second size; without, both signs, as far as powers of the largest size stay in range.
 */
export function exponentRange(curve: PreparedCurve, law: LawName): ExponentRange {
  if (law === "power") return { low: -LARGEST_LOG_POWER / curve.span, high: LARGEST_LOG_POWER / curve.span };
  return { low: 1e-6 / curve.span, high: Math.log(1e8) / curve.firstGap };
}

const LARGEST_LOG_POWER = 300; // e^600, a square of a power, is inside float64

/** Solves roughly from every starting exponent, then takes the solution of least deviance to full precision. */
export function solveFromStarts(curve: PreparedCurve, law: LawName): MultiStartSolution {
  const held = heldByLaw(law);
  const range = exponentRange(curve, law);
  const starts = STARTING_EXPONENTS.map((start) => Math.min(start, range.high / 2));
  const guess = firstGuess(curve);
  const rough = starts.map((start) => solveFrom(curve, held, start, range, guess, ROUGH));
  const deviances = rough.map((solution) => (usable(solution) ? devianceOf(curve, solution.values) : Infinity));
  const bestIndex = Math.max(deviances.indexOf(Math.min(...deviances)), 0);
  const roughBest = rough[bestIndex] as Solution;
  const best = usable(roughBest)
    ? solveFrom(curve, held, roughBest.exponent, range, roughBest.values, FULL)
    : roughBest;
  const agree = rough.filter((solution) => usable(solution) && near(solution.exponent, best.exponent)).length;
  return {
    best,
    deviance: devianceOf(curve, best.values),
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
