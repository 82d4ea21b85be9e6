/** @file Whether unlearning hits its mark: the mean advantage of spurious steps, and that of useful ones. */
import { requireCount, requireList } from "../core/argument-checks.ts";
import { type PrefixTally, problemOf, stepAdvantages, type ValuedSolution } from "../rollout/index.ts";
import type { Problem, Task } from "../tasks/index.ts";
import { requireSolutions, requireTask } from "./solution-checks.ts";

/** The mean of a step's advantage over steps of one kind. */
export interface MeanAdvantage {
  /** in [-1, 1]; NaN without a step */
  mean: number;
  /** over solutions, whose steps go together; NaN with fewer than two */
  standardError: number;
  steps: number;
}

/**
 * Mean advantages by the oracle's word. A step is spurious when it does not hold or the answer does not rest on it.
 *
 * @param task with an oracle
 * @param solutions that end, with the values of their steps
 * @param bestOf K of the values, 1 by default
 * @throws RangeError or TypeError when a solution is of another task, or without the tallies of its steps
 */
export function advantagesByKind<P extends Problem>(
  task: Task<P> & Required<Pick<Task<P>, "oracle">>,
  solutions: readonly ValuedSolution[],
  bestOf = 1,
): { spurious: MeanAdvantage; useful: MeanAdvantage } {
  requireTask("advantagesByKind", task, ["problem", "oracle"]);
  requireSolutions("advantagesByKind", solutions);
  requireCount("advantagesByKind", "bestOf", bestOf, 1, Number.MAX_SAFE_INTEGER);
  const spurious: Group[] = [];
  const useful: Group[] = [];
  for (const [place, solution] of solutions.entries()) {
    const judgments = task.oracle(problemOf(task, solution), solution.completion);
    requireTallies(`solutions[${place}].tallies`, solution.tallies, judgments.length);
    const advantages = stepAdvantages(solution, bestOf);
    const groups = { spurious: { sum: 0, steps: 0 }, useful: { sum: 0, steps: 0 } };
    for (const [step, { holds, needed }] of judgments.entries()) {
      const group = groups[holds && needed ? "useful" : "spurious"];
      group.sum += advantages[step]?.value as number;
      group.steps++;
    }
    if (groups.spurious.steps > 0) spurious.push(groups.spurious);
    if (groups.useful.steps > 0) useful.push(groups.useful);
  }
  return { spurious: meanOf(spurious), useful: meanOf(useful) };
}

/** Throws unless the prompt and each of the steps have their tally. */
function requireTallies(name: string, tallies: readonly PrefixTally[], steps: number): void {
  requireList("advantagesByKind", `${name} to be an array, as valueSteps gives it`, tallies);
  requireCount("advantagesByKind", `the number of ${name}`, tallies.length, steps + 1, Number.MAX_SAFE_INTEGER);
  for (const [place, tally] of tallies.entries()) {
    requireCount("advantagesByKind", `${name}[${place}].samples`, tally?.samples, 1, Number.MAX_SAFE_INTEGER);
    requireCount("advantagesByKind", `${name}[${place}].right`, tally.right, 0, tally.samples);
  }
}

/** The steps of one kind in one solution. */
interface Group {
  sum: number;
  steps: number;
}

/** A ratio of sums over solutions. @source Cochran 1977, Sampling Techniques, section 6.3 */
function meanOf(groups: readonly Group[]): MeanAdvantage {
  let sum = 0;
  let steps = 0;
  for (const group of groups) {
    sum += group.sum;
    steps += group.steps;
  }
  const mean = sum / steps;
  let square = 0;
  for (const group of groups) square += (group.sum - mean * group.steps) ** 2;
  const spread = groups.length < 2 ? NaN : (square * groups.length) / (groups.length - 1);
  return { mean, standardError: Math.sqrt(spread) / steps, steps };
}
