/** @file What a policy's samples at temperature 1 are right in: pass@1 does not turn a chance near one half into never or always, as greedy answers do. */
import type { RandomStream } from "../../core/random-stream.ts";
import { meanPassAtK } from "../../evaluate/index.ts";
import { countVerdicts, sampleRollouts, type TransformerPolicy } from "../../rollout/index.ts";
import type { Problem, Split, Task } from "../../tasks/index.ts";
import { solverOf } from "./greedy.ts";
import { problemsOf } from "./learner.ts";

/** How many problems are sampled, and how often each. */
export interface Sampled {
  readonly problems: number;
  readonly samples: number;
}

/** @returns pass@k of the first problems of a split, by the number of samples k, in [0, 1] */
export async function sampledPassAtK<P extends Problem>(
  task: Task<P>,
  policy: TransformerPolicy,
  split: Split,
  { problems, samples }: Sampled,
  stream: RandomStream,
): Promise<(k: number) => number> {
  const asked = problemsOf(task, split, problems);
  const records = await sampleRollouts(task, asked, solverOf(task, policy, 1), { samples, stream });
  const counts = records.map((record) => ({ samples, correct: countVerdicts([record]).right }));
  return (k) => meanPassAtK(counts, { k }).value;
}
