/** @file Early stopping: the parameters of the lowest loss on held-out examples are kept, and training ends when it no longer falls (Prechelt 1998). */
import { requireCount, requireWithin } from "../core/argument-checks.ts";
import type { TransformerParameters } from "../model/index.ts";
import type { Numbers } from "../tensor/index.ts";

export interface ValidationOptions<Example> {
  /** Held out: none of them is trained on. */
  readonly examples: readonly Example[];
  /** Updates between two measurements, a count >= 1; the last update is measured too. */
  readonly every: number;
  /** Measurements in a row without a lower loss after which training ends; default: it never ends early. */
  readonly patience?: number;
  /** By how much the loss must fall to count as lower, >= 0; default 0. */
  readonly leastGain?: number;
}

/** The best so far. */
export interface Best {
  readonly update: number;
  readonly loss: number;
  readonly parameters: TransformerParameters<Numbers>;
}

/** What early stopping remembers; kept in checkpoints. */
export interface Stopping {
  readonly best: Best | undefined;
  /** measurements since the best one */
  readonly worse: number;
}

/** @throws RangeError that names the option */
export function requireValidation({ every, patience = Infinity, leastGain = 0 }: ValidationOptions<unknown>): void {
  requireCount("train", "validation.every", every, 1, Number.MAX_SAFE_INTEGER);
  if (patience !== Infinity) requireCount("train", "validation.patience", patience, 1, Number.MAX_SAFE_INTEGER);
  requireWithin("train", "validation.leastGain", leastGain, 0, Number.MAX_VALUE);
}

/** After a measurement. `read` copies the parameters to the host, and is called when they are the best. */
export async function noteMeasurement(
  { best, worse }: Stopping,
  { update, loss }: Pick<Best, "update" | "loss">,
  leastGain: number,
  read: () => Promise<TransformerParameters<Numbers>>,
): Promise<Stopping> {
  const isBetter = best === undefined || loss < best.loss - leastGain;
  return isBetter ? { best: { update, loss, parameters: await read() }, worse: 0 } : { best, worse: worse + 1 };
}
