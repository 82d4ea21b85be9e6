/** @file The records of a study as its analysis reads them: one policy each, checked when they come in. */
import { requireCount, requireOneOf, requireWithin, wrong } from "../../core/argument-checks.ts";
import { readJsonLines } from "../../core/json-lines.ts";
import type { GreedyMeasures, PolicyMeasures } from "./evaluate-policy.ts";
import { METHODS, type Method } from "./study-config.ts";

/** A policy of a study: what made it, what was measured of it, and how its training went. */
export interface StudyRecord extends PolicyMeasures {
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
  readonly seconds: number;
}

const GREEDY_SHARES = [
  ...(["testError", "wrongSteps", "uselessSteps", "spuriousSteps", "skippingSteps"] as const),
] as const satisfies readonly (keyof GreedyMeasures)[];
const SHARES = [
  ...GREEDY_SHARES,
  ...(["passAt1", "passAt5"] as const),
] as const satisfies readonly (keyof PolicyMeasures)[];

/**
 * Reads the file that runStudy writes.
 *
 * @param path JSON lines, relative to the working directory (in a notebook: the notebook's folder)
 * @returns the records in the file's order
 * @throws Error that names file, line and the number that is missing or out of range
 */
export async function readStudy(path: string): Promise<StudyRecord[]> {
  return (await readJsonLines(path)).map(({ line, record }) => {
    const where = `${path}, line ${line}`;
    requireOneOf(where, "method", record.method, METHODS);
    for (const name of ["size", "seed", "testProblems", "bestUpdate"]) {
      requireCount(where, name, record[name], 0, Number.MAX_SAFE_INTEGER);
    }
    for (const name of SHARES) requireWithin(where, name, record[name], 0, 1);
    const { checks, inDistribution } = record;
    if (inDistribution !== undefined) {
      const measures = inDistribution as Readonly<Record<string, unknown>>;
      for (const name of GREEDY_SHARES) requireWithin(`${where}, inDistribution`, name, measures[name], 0, 1);
    }
    if (!Array.isArray(checks) || checks.length === 0)
      throw wrong(where, "checks to be [update, accuracy] pairs", checks);
    return record as unknown as StudyRecord;
  });
}
