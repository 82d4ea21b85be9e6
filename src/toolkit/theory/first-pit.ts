/** @file The first pit of a wrong solution, exactly: the chance that each step is the first from which no rollout succeeds. */
import { requireCount, requireWithin } from "../core/argument-checks.ts";

/**
 * The chance that each step of a solution is called its first pit, when a step is called so if none of `rollouts` from
 * there is correct: (1 - q_i)^n times the chance that no earlier step was. What is left to 1 finds no pit at all.
 *
 * With infinitely many rollouts this is the first step of q-value 0: in a wrong solution the first of lowest q.
 *
 * @param qValues chance of a correct end after each step, in [0, 1]
 * @param rollouts rollouts from each step, a count >= 1, or Infinity
 * @returns a chance for each step, summing to at most 1
 * @throws RangeError when an argument is out of range
 * @source arXiv:2406.14532 (best-of-5); Hwang et al. 2024, arXiv:2404.10346 (first pit)
 * @example firstPitChances([0.5, 0], 2) // => [0.25, 0.75]
 */
export function firstPitChances(qValues: readonly number[], rollouts: number): number[] {
  if (rollouts !== Infinity) requireCount("firstPitChances", "rollouts", rollouts, 1, Number.MAX_SAFE_INTEGER);
  let none = 1; // chance that no step so far was called the pit
  return qValues.map((q) => {
    requireWithin("firstPitChances", "each q-value", q, 0, 1);
    const called = none * (q === 0 ? 1 : (1 - q) ** rollouts);
    none -= called;
    return called;
  });
}
