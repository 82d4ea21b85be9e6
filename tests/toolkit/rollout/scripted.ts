/** @file A chain task and a scripted policy as the rollout functions take it. */
import type { ContinueFrom } from "../../../src/toolkit/rollout/index.ts";
import {
  type ChainArithmetic,
  type ChainProblem,
  chainArithmetic,
  type ScriptRates,
  scriptedPolicy,
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
