/** @file Preference pairs that fork at a step of a wrong solution: at its first pit, or at a random step as a control. */
import { requireCount, requireOneOf } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { inRandomOrder } from "../tasks/index.ts";
import type { PreferencePair } from "./preference-pairs.ts";
import type { ProblemRollouts } from "./rollouts.ts";
import { type Selection, Selector, type SkipReason } from "./selection.ts";
import type { ValuedSolution } from "./step-values.ts";
import { firstPit, prefixValues } from "./values.ts";

export interface StepPairOptions {
  /**
   * "full": context = prompt, chosen = a whole right solution, rejected = the wrong one up to and with the fork.
   * "forked": context = prompt and the steps before the fork, chosen = a right continuation from there, rejected = the step.
   */
  form: "full" | "forked";
  /**
   * "first pit", or "random": the same solutions, each forked at any step that a pair can be made of, each equally likely.
   * The control has the data and not the credit.
   */
  fork: "first pit" | "random";
  /** K of the best-of-K values that the pit is found with, a count >= 1; 1 by default */
  bestOf?: number;
  /** pairs a problem, a count >= 1; all by default */
  atMost?: number;
  /** chooses chosen and random forks; not moved on */
  stream: RandomStream;
}

/**
 * One pair a wrong solution. A text that is cut at the fork gets no end token; a fork at the last step has the end token
 * that the policy wrote, since to stop there is what went wrong.
 *
 * @param solutions wrong ones, with the values of their steps
 * @param records rollouts of their problems, for the right solutions of the full form
 * @returns pairs; a solution without a pit is left out, in the control too
 * @throws RangeError or TypeError for a wrong option
 * @source Setlur et al. 2024, arXiv:2406.14532 (full); Hwang et al. 2024, arXiv:2404.10346 (forked)
 */
export function stepPairs(
  solutions: readonly ValuedSolution[],
  records: readonly ProblemRollouts[],
  { form, fork, bestOf = 1, atMost = Infinity, stream }: StepPairOptions,
): Selection<PreferencePair> {
  requireOneOf("stepPairs", "form", form, ["full", "forked"]);
  requireOneOf("stepPairs", "fork", fork, ["first pit", "random"]);
  if (atMost !== Infinity) requireCount("stepPairs", "atMost", atMost, 1, Number.MAX_SAFE_INTEGER);
  const rightOf = new Map(records.map((record) => [keyOf(record), rightTexts(record)]));
  const kept = new Map<string, Set<string>>(); // texts of the pairs of each problem
  const selector = new Selector<PreferencePair>();
  for (const [at, solution] of solutions.entries()) {
    const own = stream.split(at);
    const key = keyOf(solution);
    const pair = pairOf(solution, rightOf.get(key) ?? [], form, fork, bestOf, own);
    if (typeof pair === "string") {
      selector.skip(pair);
      continue;
    }
    const texts = kept.get(key) ?? new Set();
    kept.set(key, texts);
    const text = `${pair.context.join()}|${pair.chosen.join()}|${pair.rejected.join()}`;
    if (texts.has(text)) selector.skip("duplicate");
    else if (texts.size >= atMost) selector.skip("beyond the limit");
    else {
      texts.add(text);
      selector.keep(pair);
    }
  }
  return selector.finish("step pairs");
}

function pairOf(
  solution: ValuedSolution,
  rightSolutions: readonly (readonly number[])[],
  form: "full" | "forked",
  fork: "first pit" | "random",
  bestOf: number,
  stream: RandomStream,
): PreferencePair | SkipReason {
  if (solution.verdict === "right") return "all right";
  if (solution.verdict === "unanswered") return "unanswered";
  const pit = firstPit(prefixValues(solution, bestOf).map(({ value }) => value));
  if (pit === undefined) return "no pit";
  const forkAt = (step: number) =>
    form === "full" ? fullPair(solution, step, rightSolutions, stream) : forkedPair(solution, step, stream);
  if (fork === "first pit") return forkAt(pit);
  let skipped: SkipReason = "no continuation";
  for (const step of inRandomOrder([...solution.spans.keys()], stream)) {
    const pair = forkAt(step);
    if (typeof pair !== "string") return pair;
    skipped = pair;
  }
  return skipped;
}

function fullPair(
  { split, index, id, prompt, completion, spans }: ValuedSolution,
  step: number,
  rightSolutions: readonly (readonly number[])[],
  stream: RandomStream,
): PreferencePair | SkipReason {
  if (rightSolutions.length === 0) return "all wrong";
  const rejected = completion.slice(0, spans[step]?.end);
  const chosen = chooseApart(rightSolutions, rejected, stream);
  return chosen === undefined ? "chosen begins with rejected" : { split, index, id, context: prompt, chosen, rejected };
}

function forkedPair(
  { split, index, id, prompt, completion, spans, tallies }: ValuedSolution,
  step: number,
  stream: RandomStream,
): PreferencePair | SkipReason {
  const continuations = tallies[step]?.continuations ?? [];
  if (continuations.length === 0) return "no continuation";
  const { start, end } = spans[step] as ValuedSolution["spans"][number];
  const rejected = completion.slice(start, end);
  const chosen = chooseApart(continuations, rejected, stream);
  const context = [...prompt, ...completion.slice(0, start)];
  return chosen === undefined ? "chosen begins with rejected" : { split, index, id, context, chosen, rejected };
}

/** One of the texts that do not begin with the rejected one, which rollouts of a falsely found pit may do. */
function chooseApart(
  texts: readonly (readonly number[])[],
  rejected: readonly number[],
  stream: RandomStream,
): readonly number[] | undefined {
  const apart = texts.filter((text) => rejected.some((token, at) => text[at] !== token));
  return apart.length === 0 ? undefined : apart[stream.integer(apart.length)];
}

function rightTexts({ rollouts }: ProblemRollouts): (readonly number[])[] {
  return rollouts.filter(({ verdict }) => verdict === "right").map(({ completion }) => completion);
}

function keyOf({ split, index }: { split: string; index: number }): string {
  return `${split} ${index}`;
}
