/** @file The records of the chain study as its analysis reads them: one policy each, checked when they come in. */
import { requireCount, requireOneOf, requireWithin, wrong } from "../../core/argument-checks.ts";
import type { FittedPolicy } from "../methods/fit-policy.ts";
import { ALL_METHODS, type Method } from "../methods/methods.ts";
import type { GreedyMeasures, PolicyMeasures } from "./evaluate-policy.ts";

/** A policy of the study: what made it, what was measured of it, and how its training went. */
export interface ChainRecord extends PolicyMeasures {
  readonly method: Method;
  /** problems with a teacher's solution */
  readonly size: number;
  readonly seed: number;
  /** right samples a problem that rejection fine-tuning kept at most; null for other methods' supervised runs */
  readonly kept?: number | null;
  /** the update after which its parameters were taken; 0: training never did better than where it began */
  readonly bestUpdate: number;
  /** [update, validation accuracy] at each check */
  readonly checks: readonly (readonly [update: number, accuracy: number])[];
  /** where longer runs follow until the best check no longer rises, each of them: tokens are those trained on, padding not counted */
  readonly runs?: FittedPolicy["runs"];
  readonly seconds: number;
}

const GREEDY_SHARES = [
  ...(["testError", "wrongSteps", "uselessSteps", "spuriousSteps", "skippingSteps"] as const),
] as const satisfies readonly (keyof GreedyMeasures)[];
const SHARES = [
  ...GREEDY_SHARES,
  ...(["passAt1", "passAt5"] as const),
] as const satisfies readonly (keyof PolicyMeasures)[];

/** @param where file and line @throws RangeError or TypeError that names the number that is missing or out of range */
export function chainRecord(where: string, line: Readonly<Record<string, unknown>>): ChainRecord {
  requireOneOf(where, "method", line.method, ALL_METHODS);
  for (const name of ["size", "seed", "testProblems", "bestUpdate"]) {
    requireCount(where, name, line[name], 0, Number.MAX_SAFE_INTEGER);
  }
  for (const name of SHARES) requireWithin(where, name, line[name], 0, 1);
  const { checks, inDistribution } = line;
  if (inDistribution !== undefined) {
    const measures = inDistribution as Readonly<Record<string, unknown>>;
    for (const name of GREEDY_SHARES) requireWithin(`${where}, inDistribution`, name, measures[name], 0, 1);
  }
  if (!Array.isArray(checks) || checks.length === 0) {
    throw wrong(where, "checks to be [update, accuracy] pairs", checks);
  }
  return line as unknown as ChainRecord;
}
