/** @file A transformer as the policy that rollouts and step values ask to write on. */
import { requireCount } from "../core/argument-checks.ts";
import type { Problem } from "../tasks/index.ts";
import type { ContinueFrom, Prefix } from "./policy.ts";
import { type SampleOptions, sample } from "./sample.ts";
import type { TransformerPolicy } from "./transformer-policy.ts";

/**
 * Samples by a key-value cache; the samples of a prefix share it, and it is read once.
 *
 * @param options.maxTokens tokens that a completion may have, those of the prefix among them
 * @param options.stopTokens what ends a completion: the end token of the task's vocabulary
 * @returns a policy; a prefix that has no room left for a token is continued by nothing
 */
export function continueFrom<P extends Problem>(policy: TransformerPolicy, options: SampleOptions): ContinueFrom<P> {
  const roomOf = ({ prompt, completion }: Prefix<P>): number =>
    Math.min(options.maxTokens, policy.config.contextLength - prompt.length) - completion.length;
  return async (prefixes, samplesEach, stream) => {
    requireCount("continueFrom", "samplesEach", samplesEach, 1, Number.MAX_SAFE_INTEGER);
    const requests = prefixes.flatMap((prefix) => {
      const prompt = [...prefix.prompt, ...prefix.completion];
      const seeds = Array.from({ length: samplesEach }, () => stream.integer(Number.MAX_SAFE_INTEGER));
      return roomOf(prefix) < 1 ? [] : seeds.map((seed) => ({ prompt, seed, maxTokens: roomOf(prefix) }));
    });
    const sampled = requests.length === 0 ? [] : await sample(policy, requests, options);
    let next = 0;
    return prefixes.map((prefix) =>
      Array.from({ length: samplesEach }, () => (roomOf(prefix) < 1 ? [] : (sampled[next++]?.tokens ?? []))),
    );
  };
}
