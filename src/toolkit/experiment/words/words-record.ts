/** @file The records of the study of word problems as its analysis reads them: one policy each, checked when they come in. */
import { requireCount, requireOneOf, requireWithin } from "../../core/argument-checks.ts";
import type { FittedPolicy } from "../methods/fit-policy.ts";
import { ALL_METHODS } from "../methods/methods.ts";
import type { WordsMeasures } from "./evaluate-words.ts";
import type { WordsRun } from "./words-plan.ts";

/** A policy of the study: what made it, what was measured of it, and how its training went. */
export interface WordsRecord extends WordsMeasures, Omit<WordsRun, "stage"> {
  /** of a preference method; 0: the policy left none, and was left as it was */
  readonly pairs?: number;
  /** the update of the best check */
  readonly bestUpdate: number;
  /** [update, validation accuracy] at each check */
  readonly checks: readonly (readonly [update: number, accuracy: number])[];
  /** where runs are doubled until the best check no longer rises, each of them */
  readonly runs?: FittedPolicy["runs"];
  readonly seconds: number;
}

const SHARES = [
  ...(["passAt1", "passAtAll", "testError", "foreignError", "process"] as const),
  ...(["wrongSteps", "uselessSteps", "spuriousSteps"] as const),
] as const satisfies readonly (keyof WordsMeasures)[];

/** @param where file and line @throws RangeError or TypeError that names the number that is missing or out of range */
export function wordsRecord(where: string, line: Readonly<Record<string, unknown>>): WordsRecord {
  requireOneOf(where, "method", line.method, ALL_METHODS);
  for (const name of ["size", "seed", "testProblems", "sampledAnswers", "bestUpdate"]) {
    requireCount(where, name, line[name], 0, Number.MAX_SAFE_INTEGER);
  }
  for (const name of SHARES) requireWithin(where, name, line[name], 0, 1);
  return line as unknown as WordsRecord;
}
