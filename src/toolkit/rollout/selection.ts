/** @file What was kept of a data set and what was left out, by reason: no set is empty without a word. */

/**
 * Why something was left out.
 * - all right, all wrong: a problem whose rollouts do not differ in verdict
 * - wrong, unanswered: a rollout that the verifier refused
 * - duplicate: a text, or a pair, that is kept already or too near to one that is
 * - beyond the limit: more than was asked for of one problem
 * - no pit: a wrong solution in which no step's value falls below what it was at the prompt
 * - no continuation: no right continuation was found from before the fork
 * - chosen begins with rejected: the pair would push the same tokens both ways
 * - no good step: no step of the solution has an advantage above the threshold
 */
export type SkipReason =
  | "all right"
  | "all wrong"
  | "wrong"
  | "unanswered"
  | "duplicate"
  | "beyond the limit"
  | "no pit"
  | "no continuation"
  | "chosen begins with rejected"
  | "no good step";

export type SkipCounts = Partial<Record<SkipReason, number>>;

/** A data set, or why nothing is left of it. */
export type Selection<Kept> =
  | { ok: true; kept: Kept[]; skipped: SkipCounts }
  | { ok: false; reason: string; kept: []; skipped: SkipCounts };

/** Collects what is kept and counts what is not. */
export class Selector<Kept> {
  readonly #kept: Kept[] = [];
  readonly #skipped: SkipCounts = {};

  keep(item: Kept): void {
    this.#kept.push(item);
  }

  skip(reason: SkipReason, count = 1): void {
    if (count > 0) this.#skipped[reason] = (this.#skipped[reason] ?? 0) + count;
  }

  /** @param what is selected, a plural noun */
  finish(what: string): Selection<Kept> {
    if (this.#kept.length > 0) return { ok: true, kept: this.#kept, skipped: this.#skipped };
    return { ok: false, reason: `no ${what} left: ${listed(this.#skipped)}`, kept: [], skipped: this.#skipped };
  }
}

/**
 * One line for a log.
 *
 * @example describeSelection({ ok: true, kept: [1, 2], skipped: { "all right": 3, "no pit": 1 } }) // => "2 kept; skipped: 3 all right, 1 no pit"
 */
export function describeSelection(selection: Selection<unknown>): string {
  return `${selection.kept.length} kept; skipped: ${listed(selection.skipped)}`;
}

function listed(skipped: SkipCounts): string {
  const parts = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
