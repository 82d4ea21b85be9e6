/** @file What each step of a solution is worth: the share of rollouts from its prefix that end right, with its standard error. */
import { requireCount, wrong } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import type { Problem, StepSpan, Task, Verdict } from "../tasks/index.ts";
import type { ContinueFrom, Prefix } from "./policy.ts";
import { type ProblemKey, requireSamples } from "./rollouts.ts";

/** Rollouts from one prefix. A prefix that has ended has its verdict alone, which `samples` repeats. */
export interface PrefixTally {
  readonly right: number;
  readonly samples: number;
  /** some of the right continuations, all different */
  readonly continuations: readonly (readonly number[])[];
}

/** A solution with the tallies of its prefixes; plain data, a line of a file. */
export interface ValuedSolution extends ProblemKey {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly verdict: Verdict;
  /** of the steps, (steps) */
  readonly spans: readonly StepSpan[];
  /** of the prompt, then of the prefix after each step, (steps + 1) */
  readonly tallies: readonly PrefixTally[];
}

/** A solution whose steps are to be valued. */
export interface Solution extends ProblemKey {
  readonly completion: readonly number[];
}

export interface ValuingOptions {
  /** rollouts a prefix, a count >= 1 */
  samples: number;
  stream: RandomStream;
  /** right continuations to keep of each prefix, a count >= 0; 4 by default */
  keep?: number;
}

/**
 * Estimates the value of every prefix of solutions by Monte Carlo, in one call of the policy. A prefix that several of the
 * solutions share is sampled once. The whole solution is a prefix that has ended, also when it was cut short.
 *
 * @param solutions a batch, as large as the policy takes at once
 * @returns one record a solution, in their order
 * @throws RangeError when a problem's id is not the task's, or samples is no count
 * @source Wang et al. 2023, arXiv:2312.08935 (soft estimation)
 */
export async function valueSteps<P extends Problem>(
  task: Task<P>,
  solutions: readonly Solution[],
  continueFrom: ContinueFrom<P>,
  { samples, stream, keep = 4 }: ValuingOptions,
): Promise<ValuedSolution[]> {
  requireCount("valueSteps", "samples", samples, 1, Number.MAX_SAFE_INTEGER);
  requireCount("valueSteps", "keep", keep, 0, Number.MAX_SAFE_INTEGER);
  const open = new Map<string, Prefix<P>>();
  const prepared = solutions.map((solution) => {
    const problem = problemOf(task, solution);
    const prompt = task.prompt(problem);
    const spans = task.steps(solution.completion);
    const keys = [0, ...spans.slice(0, -1).map(({ end }) => end)].map((end) => {
      const completion = solution.completion.slice(0, end);
      const key = `${solution.split} ${solution.index}: ${completion.join()}`;
      if (!open.has(key)) open.set(key, { problem, prompt, completion });
      return key;
    });
    return { solution, problem, prompt, spans, keys };
  });
  const sampled = await continueFrom([...open.values()], samples, stream);
  const tallies = new Map(
    [...open].map(([key, prefix], at) => [key, tally(task, prefix, requireSamples(sampled[at], samples), keep)]),
  );
  return prepared.map(({ solution, problem, prompt, spans, keys }) => {
    const { split, index, id, completion } = solution;
    const verdict = task.verifyAnswer(problem, completion);
    const ended: PrefixTally = { right: verdict === "right" ? samples : 0, samples, continuations: [] };
    const known = keys.map((key) => tallies.get(key) as PrefixTally);
    return {
      split,
      index,
      id,
      prompt,
      completion,
      verdict,
      spans,
      tallies: spans.length > 0 ? [...known, ended] : known,
    };
  });
}

/** The task's problem of a record. @throws RangeError when the record was made with another task */
export function problemOf<P extends Problem>(task: Task<P>, { split, index, id }: ProblemKey): P {
  const problem = task.problem(split, index);
  if (problem.id === id) return problem;
  throw wrong(
    task.name,
    `problem ${index} of "${split}" to be "${problem.id}"`,
    id,
    "the record is of another task or seed",
  );
}

function tally<P extends Problem>(
  task: Task<P>,
  { problem, completion }: Prefix<P>,
  continuations: readonly (readonly number[])[],
  keep: number,
): PrefixTally {
  const rightOnes = continuations.filter(
    (continuation) => task.verifyAnswer(problem, [...completion, ...continuation]) === "right",
  );
  const different = new Map(rightOnes.map((continuation) => [continuation.join(), continuation]));
  return {
    right: rightOnes.length,
    samples: continuations.length,
    continuations: [...different.values()].slice(0, keep),
  };
}
