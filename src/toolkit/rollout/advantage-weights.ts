/** @file Token weights by advantage: a step is trained on when it helps (filtered), or the more the more it helps (weighted). */
import { requirePositive, requireWithin } from "../core/argument-checks.ts";
import type { ProblemKey } from "./rollouts.ts";
import { type Selection, Selector } from "./selection.ts";
import type { ValuedSolution } from "./step-values.ts";
import { stepAdvantages } from "./values.ts";

/** A completion with a weight for each of its tokens in the loss. */
export interface WeightedCompletion extends ProblemKey {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  /** >= 0, (tokens of the completion) */
  readonly weights: readonly number[];
}

/**
 * Weight 1 for the tokens of steps whose advantage is above a threshold, 0 for the others. Solutions that end wrong are
 * used too: their good steps are good.
 *
 * @param solutions right and wrong ones, with the values of their steps
 * @param options bestOf: K of the values, 1 by default; above: the threshold, in [-1, 1], 0 by default
 * @returns completions with at least one weight above 0; the others count as "no good step"
 * @throws RangeError for a wrong option
 * @source Setlur et al. 2024, arXiv:2406.14532 (advantage-filtered fine-tuning)
 */
export function advantageFiltered(
  solutions: readonly ValuedSolution[],
  { bestOf = 1, above = 0 }: { bestOf?: number; above?: number } = {},
): Selection<WeightedCompletion> {
  requireWithin("advantageFiltered", "above", above, -1, 1);
  return weigh(solutions, bestOf, (advantage) => (advantage > above ? 1 : 0));
}

/**
 * Weight exp(advantage / beta) for the tokens of each step, at most `largest`.
 *
 * @param options beta: temperature, > 0; bestOf: K of the values, 1 by default; largest: 20 by default
 * @throws RangeError for a wrong option
 * @source Peng et al. 2019, arXiv:1910.00177 (advantage-weighted regression, with its clipped weights)
 */
export function advantageWeighted(
  solutions: readonly ValuedSolution[],
  { beta, bestOf = 1, largest = 20 }: { beta: number; bestOf?: number; largest?: number },
): Selection<WeightedCompletion> {
  requirePositive("advantageWeighted", "beta", beta);
  requirePositive("advantageWeighted", "largest", largest);
  return weigh(solutions, bestOf, (advantage) => Math.min(largest, Math.exp(advantage / beta)));
}

function weigh(
  solutions: readonly ValuedSolution[],
  bestOf: number,
  weightOf: (advantage: number) => number,
): Selection<WeightedCompletion> {
  const selector = new Selector<WeightedCompletion>();
  for (const solution of solutions) {
    const { split, index, id, prompt, completion, spans } = solution;
    const advantages = stepAdvantages(solution, bestOf);
    const weights = spans.flatMap(({ start, end }, step) => {
      const weight = weightOf(advantages[step]?.value as number);
      return new Array<number>(end - start).fill(weight);
    });
    if (weights.some((weight) => weight > 0)) selector.keep({ split, index, id, prompt, completion, weights });
    else selector.skip("no good step");
  }
  return selector.finish("completions with a good step");
}
