/** @file The records of the star graph's study as its analysis reads them: one policy each, checked when they come in. */
import { requireCount, requireOneOf, requireWithin } from "../../core/argument-checks.ts";
import { METHODS } from "../methods/methods.ts";
import type { StarMeasures } from "./evaluate-paths.ts";
import { STAR_POLICIES } from "./star-config.ts";
import type { StarRun } from "./star-plan.ts";

/** A policy of the study: what made it, what was measured of it, and how its training went. */
export interface StarRecord extends StarMeasures, Omit<StarRun, "stage"> {
  /** what the SFT policy wrote for its training problems, where the method samples from it */
  readonly sampled: {
    readonly right: number;
    readonly wrong: number;
    readonly unanswered: number;
    /** problems with right and wrong samples */
    readonly mixedProblems: number;
    readonly problems: number;
  } | null;
  /** of a preference method; 0: the policy left none, and was left as it was */
  readonly pairs?: number;
  /** the update of the best check */
  readonly bestUpdate: number;
  /** [update, share of right validation paths] at each check */
  readonly checks: readonly (readonly [update: number, accuracy: number])[];
  readonly seconds: number;
}

/** @param where file and line @throws RangeError or TypeError that names the number that is missing or out of range */
export function starRecord(where: string, line: Readonly<Record<string, unknown>>): StarRecord {
  requireOneOf(where, "method", line.method, [...METHODS, "reversed"]);
  requireOneOf(where, "policy", line.policy, STAR_POLICIES);
  for (const name of ["seed", "testProblems"]) requireCount(where, name, line[name], 0, Number.MAX_SAFE_INTEGER);
  for (const name of ["firstNode", "path", "walksAnArm"]) requireWithin(where, name, line[name], 0, 1);
  return line as unknown as StarRecord;
}
