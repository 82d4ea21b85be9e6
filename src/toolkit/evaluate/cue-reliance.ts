/** @file Whether a policy leans on a spurious cue: the same problems with the cue as in training and with the cue broken. */
import { wrong } from "../core/argument-checks.ts";
import { problemOf, type Solution } from "../rollout/index.ts";
import { type ChainArithmetic, type ChainArithmeticOptions, chainArithmetic } from "../tasks/index.ts";
import { type Rate, rateOf } from "./rate.ts";
import { requireSolutions, requireTask } from "./solution-checks.ts";

/** Two tasks with the same test problems. */
export interface CueTestSets {
  /** the cue is right as often as in training */
  inDistribution: ChainArithmetic;
  /** the cue is right at chance */
  cueBroken: ChainArithmetic;
}

/**
 * @param options of a task with a cue
 * @returns the task twice, with its validation and test splits in and out of distribution
 * @throws TypeError or RangeError when the options have no cue
 */
export function cueTestSets(options: ChainArithmeticOptions): CueTestSets {
  const cue = options?.cue;
  if (typeof cue !== "object" || cue === null) throw wrong("cueTestSets", "options with a cue", cue);
  return {
    inDistribution: chainArithmetic({ ...options, cue: { ...cue, brokenIn: [] } }),
    cueBroken: chainArithmetic({ ...options, cue: { ...cue, brokenIn: ["validation", "test"] } }),
  };
}

/**
 * How often an answer is the cue where the cue is wrong; a policy that does not look at it gives that answer about
 * (1 - accuracy) / (modulus - 1) of the time.
 *
 * @param task with a cue for the answer
 * @param solutions with answers or without
 * @throws TypeError or RangeError when the task has no such cue, or something is no solution
 */
export function cueFollowing(task: ChainArithmetic, solutions: readonly Solution[], level = 0.95): Rate {
  requireTask("cueFollowing", task, ["problem", "answer"]);
  const place = task.config?.cue?.place;
  if (place !== "answer") throw wrong("cueFollowing", 'a task with a cue in place "answer"', place);
  requireSolutions("cueFollowing", solutions);
  const parts = solutions.map((solution) => {
    const problem = problemOf(task, solution);
    const [cue] = problem.cues;
    const misleads = cue !== problem.answer;
    const follows = misleads && task.answer(solution.completion) === cue;
    return { hits: follows ? 1 : 0, total: misleads ? 1 : 0 };
  });
  return rateOf(parts, level);
}
