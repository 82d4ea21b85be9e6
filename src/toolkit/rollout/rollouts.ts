/** @file Rollouts: completions that a policy samples for problems, with the verdicts of the verifier. */
import { requireCount } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import type { Problem, Split, Task, Verdict } from "../tasks/index.ts";
import type { ContinueFrom } from "./policy.ts";

/** Says which problem of the task this is about: task.problem(split, index) has the id. */
export interface ProblemKey {
  readonly split: Split;
  readonly index: number;
  readonly id: string;
}

/** One text that was sampled, and how often. */
export interface Rollout {
  readonly completion: readonly number[];
  /** by its final answer */
  readonly verdict: Verdict;
  /** samples that were this very text, a count >= 1 */
  readonly count: number;
}

/** All that was sampled for a problem; plain data, a line of a file. */
export interface ProblemRollouts extends ProblemKey {
  readonly prompt: readonly number[];
  /** different texts, in the order in which they came first; their counts sum to the samples drawn */
  readonly rollouts: readonly Rollout[];
}

export interface SamplingOptions {
  /** completions a problem, a count >= 1 */
  samples: number;
  /** moved on by nothing but the policy */
  stream: RandomStream;
}

/**
 * Samples completions for problems, in one call of the policy.
 *
 * @param problems a batch, as large as the policy takes at once
 * @returns one record a problem, in their order; a policy that never answers has verdicts "unanswered"
 * @throws RangeError when samples is no count, Error when the policy returns another number of completions
 */
export async function sampleRollouts<P extends Problem>(
  task: Task<P>,
  problems: readonly P[],
  continueFrom: ContinueFrom<P>,
  { samples, stream }: SamplingOptions,
): Promise<ProblemRollouts[]> {
  requireCount("sampleRollouts", "samples", samples, 1, Number.MAX_SAFE_INTEGER);
  const prefixes = problems.map((problem) => ({ problem, prompt: task.prompt(problem), completion: [] }));
  const sampled = await continueFrom(prefixes, samples, stream);
  return prefixes.map(({ problem, prompt }, at) => {
    const completions = requireSamples(sampled[at], samples);
    const { split, index, id } = problem;
    const rollouts = withCounts(completions).map(({ completion, count }) => {
      return { completion, verdict: task.verifyAnswer(problem, completion), count };
    });
    return { split, index, id, prompt, rollouts };
  });
}

/** @throws Error when a policy did not return what it was asked for */
export function requireSamples(
  completions: readonly (readonly number[])[] | undefined,
  samples: number,
): readonly (readonly number[])[] {
  if (completions?.length === samples) return completions;
  throw new Error(`continueFrom returned ${completions?.length ?? 0} completions for a prefix, not ${samples}`);
}

function withCounts(completions: readonly (readonly number[])[]): { completion: readonly number[]; count: number }[] {
  const byText = new Map<string, { completion: readonly number[]; count: number }>();
  for (const completion of completions) {
    const text = completion.join();
    const seen = byText.get(text);
    if (seen === undefined) byText.set(text, { completion, count: 1 });
    else seen.count++;
  }
  return [...byText.values()];
}

/** How many samples of a problem, or of many, got each verdict. */
export type VerdictCounts = Record<Verdict, number>;

/**
 * @param records one problem's rollouts or many
 * @returns samples by verdict
 * @example countVerdicts([{ split: "train", index: 0, id: "", prompt: [], rollouts: [{ completion: [1], verdict: "wrong", count: 3 }] }]) // => { right: 0, wrong: 3, unanswered: 0 }
 */
export function countVerdicts(records: readonly ProblemRollouts[]): VerdictCounts {
  const counts: VerdictCounts = { right: 0, wrong: 0, unanswered: 0 };
  for (const { rollouts } of records) for (const { verdict, count } of rollouts) counts[verdict] += count;
  return counts;
}
