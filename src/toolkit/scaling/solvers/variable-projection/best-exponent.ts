/** @file The best law for a prepared curve: one exponent search from each of several starts, and how far they agree. */
import { firstGuess, halfDeviance } from "../noise.ts";
import type { ExponentRange } from "./exponent-search.ts";
import type { PreparedCurve } from "./prepared-curve.ts";
import type { Held } from "./separable-law.ts";
import { FULL, ROUGH, type Solution, solveFrom, solveRoom } from "./weighted-solve.ts";

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
  const count = curve.errors.length;
  const guess = firstGuess(curve.noise, curve.errors);
  const rough: Solution[] = [];
  let [bestRoom, room] = [solveRoom(count), solveRoom(count)];
  let [bestIndex, least, evaluations] = [0, Infinity, 0];
  for (let index = 0; index < STARTING_EXPONENTS.length; index++) {
    const solution = solveFrom(curve, held, startAt(index, range), range, guess, ROUGH, room);
    rough.push(solution);
    evaluations += solution.evaluations;
    const height = usable(solution)
      ? halfDeviance(curve.noise, curve.errors, curve.deviations, solution.values)
      : Infinity;
    if (index > 0 && !(height < least)) continue;
    [bestIndex, least] = [index, height];
    [bestRoom, room] = [room, bestRoom];
  }
  const roughBest = rough[bestIndex] as Solution;
  const best = usable(roughBest)
    ? solveFrom(curve, held, roughBest.exponent, range, roughBest.values, FULL, room)
    : roughBest;
  let agree = 0;
  for (const solution of rough) if (usable(solution) && near(solution.exponent, best.exponent)) agree++;
  return {
    best,
    moved: best.exponent !== startAt(bestIndex, range),
    startsAgreeing: { agree, total: rough.length },
    evaluations: evaluations + best.evaluations,
  };
}

function startAt(index: number, { high }: ExponentRange): number {
  return Math.min(STARTING_EXPONENTS[index] as number, high / 2);
}

function usable(solution: Solution): boolean {
  return solution.end === "minimum";
}

function near(exponent: number, other: number): boolean {
  return Math.abs(exponent - other) <= SAME * Math.max(Math.abs(exponent), Math.abs(other));
}
