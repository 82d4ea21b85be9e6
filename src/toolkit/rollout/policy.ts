/** @file What a rollout asks of a policy: to write on from prefixes. Whoever can sample is plugged in here. */
import type { RandomStream } from "../core/random-stream.ts";
import type { Problem } from "../tasks/index.ts";

/** A problem and what is written so far: nothing, or the first steps of a completion. */
export interface Prefix<P extends Problem = Problem> {
  readonly problem: P;
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/**
 * Samples from a policy.
 *
 * @param prefixes where to write on from; those of one problem stand together, so that a sampler can share their prompt
 * @param samplesEach completions for each prefix, a count >= 1
 * @param stream the only source of randomness
 * @returns [prefix][sample]: the tokens after the prefix, up to and with the end token, or without one when cut short
 */
export type ContinueFrom<P extends Problem = Problem> = (
  prefixes: readonly Prefix<P>[],
  samplesEach: number,
  stream: RandomStream,
) => Promise<readonly (readonly (readonly number[])[])[]>;
