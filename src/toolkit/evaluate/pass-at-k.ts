/** @file pass@k: the chance that at least one of k sampled completions is correct. */
import { requireCount, requireList, requireOptions } from "../core/argument-checks.ts";
import { chanceOfAny } from "../rollout/index.ts";
import { type Rate, rateOf } from "./rate.ts";

export interface PassAtKCounts {
  samples: number;
  correct: number;
  k: number;
}

/**
 * Unbiased estimate of pass@k for one prompt: 1 - C(n-c, k) / C(n, k).
 *
 * @param counts samples: completions drawn for the prompt, a count n >= 1; correct: completions the verifier accepted, a
 *   count 0 <= c <= n; k: budget of completions, a count 1 <= k <= n
 * @returns a probability in [0, 1]; exactly c / n when k = 1
 * @throws RangeError when a count is out of range
 * @source Chen et al. 2021, arXiv:2107.03374, eq. 1
 * @example passAtK({ samples: 10, correct: 3, k: 5 }) // => 0.9166666666666667
 */
export function passAtK(counts: PassAtKCounts): number {
  requireOptions("passAtK", counts, ["samples", "correct", "k"]);
  const { samples, correct, k } = counts;
  requireCount("passAtK", "samples", samples, 1, Number.MAX_SAFE_INTEGER);
  requireCount("passAtK", "correct", correct, 0, samples);
  requireCount("passAtK", "k", k, 1, samples);
  return chanceOfAny(correct, samples, k);
}

/**
 * pass@k over problems, with the interval for other problems of the same kind.
 *
 * @param counts of each problem
 * @param options k: budget of completions, at most the samples of any problem; level: of the interval, 0.95
 * @throws RangeError when there is no problem or a count out of range
 */
export function meanPassAtK(counts: readonly Omit<PassAtKCounts, "k">[], options: { k: number; level?: number }): Rate {
  requireOptions("meanPassAtK", options, ["k", "level"]);
  const { k, level = 0.95 } = options;
  requireList("meanPassAtK", "counts to be an array of { samples, correct }", counts);
  const parts = counts.map((each) => ({
    hits: passAtK({ samples: each?.samples, correct: each?.correct, k }),
    total: 1,
  }));
  return rateOf(parts, level);
}
