/** @file Preference pairs of whole solutions, one right and one wrong: at random, or those that differ most. */
import { requireCount } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { inRandomOrder } from "../tasks/index.ts";
import { editDistance } from "./edit-distance.ts";
import type { ProblemKey, ProblemRollouts } from "./rollouts.ts";
import { type Selection, Selector } from "./selection.ts";

/** Two ways to go on from one context; the loss counts the tokens of chosen and rejected, never those of the context. */
export interface PreferencePair extends ProblemKey {
  /** the prompt, and the steps before the fork where there is one */
  readonly context: readonly number[];
  /** ends with the end token where the policy wrote one */
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

export interface PairOptions {
  /** pairs a problem, a count >= 1; a larger count keeps those of a smaller one. 1 by default */
  atMost?: number;
  /** chooses, and orders equals; not moved on */
  stream: RandomStream;
}

/** Pairs of a right and a wrong solution of a problem, drawn at random without repetition. */
export function randomPairs(records: readonly ProblemRollouts[], options: PairOptions): Selection<PreferencePair> {
  return pairWhole("randomPairs", records, options, (pairs) => pairs);
}

/** Pairs of a right and a wrong solution of a problem that differ in the most tokens. */
export function farthestPairs(records: readonly ProblemRollouts[], options: PairOptions): Selection<PreferencePair> {
  return pairWhole("farthestPairs", records, options, (pairs) =>
    pairs
      .map((pair) => ({ pair, distance: editDistance(pair.chosen, pair.rejected) }))
      .sort((one, other) => other.distance - one.distance)
      .map(({ pair }) => pair),
  );
}

function pairWhole(
  caller: string,
  records: readonly ProblemRollouts[],
  { atMost = 1, stream }: PairOptions,
  order: (pairs: PreferencePair[]) => PreferencePair[],
): Selection<PreferencePair> {
  requireCount(caller, "atMost", atMost, 1, Number.MAX_SAFE_INTEGER);
  const selector = new Selector<PreferencePair>();
  for (const { split, index, id, prompt, rollouts } of records) {
    const right = rollouts.filter(({ verdict }) => verdict === "right");
    const wrong = rollouts.filter(({ verdict }) => verdict === "wrong");
    for (const { verdict, count } of rollouts) {
      selector.skip(
        verdict === "unanswered" ? "unanswered" : "duplicate",
        verdict === "unanswered" ? count : count - 1,
      );
    }
    if (right.length === 0) selector.skip("all wrong");
    else if (wrong.length === 0) selector.skip("all right");
    const pairs = right.flatMap((chosen) =>
      wrong.map((rejected) => {
        return { split, index, id, context: prompt, chosen: chosen.completion, rejected: rejected.completion };
      }),
    );
    const ordered = order(inRandomOrder(pairs, stream.split(split).split(index)));
    for (const pair of ordered.slice(0, atMost)) selector.keep(pair);
    selector.skip("beyond the limit", Math.max(0, ordered.length - atMost));
  }
  return selector.finish("pairs");
}
