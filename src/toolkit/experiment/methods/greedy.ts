/** @file What a policy writes when it takes the most probable token each time, and how often that is right. */
import { createStream } from "../../core/random-stream.ts";
import { headSize, type TransformerConfig } from "../../model/index.ts";
import type { ContinueFrom, Solution, TransformerPolicy } from "../../rollout/index.ts";
import { continueFrom } from "../../rollout/index.ts";
import type { Problem, Split, Task } from "../../tasks/index.ts";
import { problemsOf } from "./learner.ts";

/** A transformer writing solutions of a task: no longer than the context, ended by the task's end token. */
export function solverOf<P extends Problem>(
  task: Task<P>,
  policy: TransformerPolicy,
  temperature: number,
): ContinueFrom<P> {
  const maxTokens = policy.config.contextLength - task.longest.prompt;
  const stopTokens = [task.vocabulary.endId];
  return continueFrom(policy, { temperature, maxTokens, stopTokens, batchSize: batchSizeOf(policy.config) });
}

const MOST_AT_ONCE = 512;
const MOST_CACHE = 2 ** 31; // bytes of keys and values: what a policy writes does not hang on how many texts go together

function batchSizeOf(config: TransformerConfig): number {
  const { layers, keyValueHeads, contextLength } = config;
  const each = 4 * 2 * layers * keyValueHeads * headSize(config) * contextLength;
  return Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(MOST_CACHE / each)));
}

/** Greedy solutions of the first `count` problems of a split. */
export async function greedySolutions<P extends Problem>(
  task: Task<P>,
  policy: TransformerPolicy,
  split: Split,
  count: number,
): Promise<Solution[]> {
  const problems = problemsOf(task, split, count);
  const prefixes = problems.map((problem) => ({ problem, prompt: task.prompt(problem), completion: [] }));
  const completions = await solverOf(task, policy, 0)(prefixes, 1, createStream(0)); // greedy: nothing is drawn
  return problems.map(({ index, id }, at) => ({ split, index, id, completion: completions[at]?.[0] ?? [] }));
}

/** The share of the first `count` problems of a split that greedy completions answer right. */
export async function greedyAccuracy<P extends Problem>(
  task: Task<P>,
  policy: TransformerPolicy,
  split: Split,
  count: number,
): Promise<number> {
  const solutions = await greedySolutions(task, policy, split, count);
  const right = solutions.filter(
    ({ index, completion }) => task.verifyAnswer(task.problem(split, index), completion) === "right",
  );
  return right.length / solutions.length;
}
