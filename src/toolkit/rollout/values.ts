/** @file Values, best-of-K values and advantages from tallies of rollouts, each with the standard error of its estimator. */
import { requireCount } from "../core/argument-checks.ts";
import type { PrefixTally, ValuedSolution } from "./step-values.ts";

/** An estimate; the standard error is 0 where all rollouts agree, which is the estimator's word and not certainty. */
export interface ValueEstimate {
  readonly value: number;
  readonly standardError: number;
}

type Tally = Pick<PrefixTally, "right" | "samples">;

/**
 * The chance that at least one of K solutions from a prefix is right, without bias: 1 - C(n-c, K) / C(n, K). With K = 1
 * this is the share c / n of right rollouts, the q-value.
 *
 * @param tally n samples, c of them right
 * @param bestOf K, a count in [1, n]
 * @returns value in [0, 1]; standardError by the binomial law at c / n
 * @throws RangeError when bestOf is above n
 * @source Chen et al. 2021, arXiv:2107.03374, eq. 1
 * @example prefixValue({ right: 2, samples: 4 }, 2).value // => 0.8333333333333333
 */
export function prefixValue({ right, samples }: Tally, bestOf = 1): ValueEstimate {
  requireCount("prefixValue", "bestOf", bestOf, 1, samples);
  const value = chanceOfAny(right, samples, bestOf);
  const share = right / samples;
  if (share === 0 || share === 1) return { value, standardError: 0 };
  if (bestOf === 1) return { value, standardError: Math.sqrt((share * (1 - share)) / Math.max(1, samples - 1)) };
  return { value, standardError: Math.sqrt(varianceOfAnyOf(share, samples, bestOf)) };
}

/**
 * 1 - C(n-c, K) / C(n, K) as a running product: no binomial is formed, so nothing overflows.
 *
 * @param right c, a count in [0, n]
 * @param samples n, a count >= 1
 * @param bestOf K, a count in [1, n]: as many steps are taken
 * @returns a probability in [0, 1]
 * @example chanceOfAny(3, 10, 5) // => 0.9166666666666667
 */
export function chanceOfAny(right: number, samples: number, bestOf: number): number {
  if (bestOf === 1) return right / samples;
  let noneRight = 1;
  for (let draw = 0; draw < bestOf; draw++) noneRight *= Math.max(0, samples - right - draw) / (samples - draw);
  return 1 - noneRight;
}

/** Variance of the estimate over binomial counts of chance `share`. */
function varianceOfAnyOf(share: number, samples: number, bestOf: number): number {
  let logMass = samples * Math.log1p(-share);
  let mean = 0;
  let square = 0;
  for (let right = 0; right <= samples; right++) {
    const value = chanceOfAny(right, samples, bestOf);
    mean += Math.exp(logMass) * value;
    square += Math.exp(logMass) * value ** 2;
    logMass += Math.log(((samples - right) / (right + 1)) * (share / (1 - share)));
  }
  return Math.max(0, square - mean ** 2);
}

/**
 * The values of a solution's prefixes: of the prompt, then after each step.
 *
 * @returns (steps + 1)
 */
export function prefixValues({ tallies }: Pick<ValuedSolution, "tallies">, bestOf = 1): ValueEstimate[] {
  return tallies.map((tally) => prefixValue(tally, bestOf));
}

/**
 * The advantage of each step: the value after it minus the value before it.
 *
 * @returns (steps); value in [-1, 1], standardError of a difference of two independent estimates
 * @source Setlur et al. 2024, arXiv:2406.14532
 */
export function stepAdvantages(solution: Pick<ValuedSolution, "tallies">, bestOf = 1): ValueEstimate[] {
  const values = prefixValues(solution, bestOf);
  return values.slice(1).map(({ value, standardError }, step) => {
    const before = values[step] as ValueEstimate;
    return { value: value - before.value, standardError: Math.hypot(standardError, before.standardError) };
  });
}

/**
 * The first pit of a wrong solution: the first step after which the value is the lowest of all. With n = K = 5 rollouts
 * it is the first prefix from which none succeeds.
 *
 * @param values of the prompt, then after each step, (steps + 1)
 * @returns the step's index from 0, or undefined when no step takes the value below what it was at the prompt
 * @source Hwang et al. 2024, arXiv:2404.10346 (Self-Explore)
 * @example firstPit([0.8, 1, 0.2, 0, 0]) // => 2
 * @example firstPit([0, 0, 0]) // => undefined
 */
export function firstPit(values: readonly number[]): number | undefined {
  const after = values.slice(1);
  const lowest = Math.min(...after);
  return (values[0] as number) > lowest ? after.indexOf(lowest) : undefined;
}
