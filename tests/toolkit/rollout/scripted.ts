/** @file A chain task, a scripted policy as the rollout functions take it, and what it wrote. */
import assert from "node:assert/strict";
import type { RandomStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  type ContinueFrom,
  type ProblemRollouts,
  type Selection,
  sampleRollouts,
  selectNegatives,
  type ValuedSolution,
  valueSteps,
} from "../../../src/toolkit/rollout/index.ts";
import {
  type ChainArithmetic,
  type ChainProblem,
  chainArithmetic,
  type ScriptRates,
  scriptedPolicy,
  type Verdict,
} from "../../../src/toolkit/tasks/index.ts";

export const TASK: ChainArithmetic = chainArithmetic({
  seed: 7,
  operators: 48,
  modulus: 10,
  lengths: [4, 4],
  zipf: 0.7,
});

export const RATES: ScriptRates = { errorRate: 0.1, skipRate: 0.5, skippedErrorRate: 0.6, silenceRate: 0.02 };

/** The first problems of the train split. */
export function problems(count: number): ChainProblem[] {
  return Array.from({ length: count }, (_, index) => TASK.problem("train", index));
}

export function scripted(rates: ScriptRates = RATES, task: ChainArithmetic = TASK): ContinueFrom<ChainProblem> {
  const policy = scriptedPolicy(task, rates);
  return async (prefixes, samplesEach, stream) =>
    prefixes.map(({ problem, completion }, at) => {
      const own = stream.split(at);
      return Array.from({ length: samplesEach }, () => policy.complete(problem, completion, own));
    });
}

/** Twelve samples each of sixty problems. */
export function sampleSixty(stream: RandomStream): Promise<ProblemRollouts[]> {
  return sampleRollouts(TASK, problems(60), scripted(), { samples: 12, stream: stream.split("rollouts") });
}

/** Up to four wrong solutions a problem, each step valued by eight rollouts. */
export function valuedNegatives(records: readonly ProblemRollouts[], stream: RandomStream): Promise<ValuedSolution[]> {
  const negatives = kept(selectNegatives(records, { atMost: 4, stream }));
  return valueSteps(TASK, negatives, scripted(), { samples: 8, stream: stream.split("values") });
}

/** A record written by hand. */
export function record(
  index: number,
  ...rollouts: [completion: number[], verdict: Verdict, count?: number][]
): ProblemRollouts {
  return {
    split: "train",
    index,
    id: TASK.problem("train", index).id,
    prompt: [9, 9],
    rollouts: rollouts.map(([completion, verdict, count = 1]) => ({ completion, verdict, count })),
  };
}

/** What is kept, which must not be nothing. */
export function kept<Item>(selection: Selection<Item>): Item[] {
  assert.ok(selection.ok, selection.ok ? "" : selection.reason);
  return selection.kept;
}

export function same(one: readonly number[], other: readonly number[]): boolean {
  return one.join() === other.join();
}
