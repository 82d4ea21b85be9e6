/** @file Solutions chosen from rollouts: right ones to train on (rejection sampling), wrong ones to learn where they go wrong. */
import { requireCount, requireOneOf } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { inRandomOrder, type Problem, type Task } from "../tasks/index.ts";
import { editDistance } from "./edit-distance.ts";
import type { ProblemRollouts, Rollout } from "./rollouts.ts";
import { type Selection, Selector } from "./selection.ts";
import { problemOf, type Solution } from "./step-values.ts";

export interface PositiveOptions {
  /** "answer": the final answer verifies; "process": so does every step, which removes spurious ones */
  verifier: "answer" | "process";
  /** solutions a problem, a count >= 1; a larger count keeps those of a smaller one. All by default */
  atMost?: number;
  /** fewest tokens in which two solutions of a problem differ, a count >= 1; 1 by default: no text twice */
  leastDistance?: number;
  /** chooses among more than `atMost`; not moved on */
  stream: RandomStream;
}

/**
 * Right solutions from rollouts, as rejection fine-tuning trains on.
 *
 * @returns solutions by problem; what was left out is counted by rollout, and a problem without a right one as "all wrong"
 * @throws RangeError or TypeError for a wrong option
 * @source Yuan et al. 2023, arXiv:2308.01825 (rejection sampling fine-tuning)
 */
export function selectPositives<P extends Problem>(
  task: Task<P>,
  records: readonly ProblemRollouts[],
  { verifier, atMost = Infinity, leastDistance = 1, stream }: PositiveOptions,
): Selection<Solution> {
  requireOneOf("selectPositives", "verifier", verifier, ["answer", "process"]);
  const problemVerdict = (record: ProblemRollouts, { completion, verdict }: Rollout) =>
    verifier === "answer" ? verdict : task.verifyProcess(problemOf(task, record), completion);
  const limits = { caller: "selectPositives", atMost, leastDistance, stream };
  return select(records, "right", problemVerdict, limits);
}

/**
 * Wrong solutions from rollouts, to be valued step by step. Unanswered ones are left out: they have no answer to be wrong.
 *
 * @returns solutions by problem; a problem without a wrong one counts as "all right"
 */
export function selectNegatives(
  records: readonly ProblemRollouts[],
  { atMost = Infinity, leastDistance = 1, stream }: Omit<PositiveOptions, "verifier">,
): Selection<Solution> {
  const limits = { caller: "selectNegatives", atMost, leastDistance, stream };
  return select(records, "wrong", (_, { verdict }) => verdict, limits);
}

interface Limits {
  caller: string;
  atMost: number;
  leastDistance: number;
  stream: RandomStream;
}

function select(
  records: readonly ProblemRollouts[],
  wanted: "right" | "wrong",
  verdictOf: (record: ProblemRollouts, rollout: Rollout) => Rollout["verdict"],
  { caller, atMost, leastDistance, stream }: Limits,
): Selection<Solution> {
  if (atMost !== Infinity) requireCount(caller, "atMost", atMost, 1, Number.MAX_SAFE_INTEGER);
  requireCount(caller, "leastDistance", leastDistance, 1, Number.MAX_SAFE_INTEGER);
  const selector = new Selector<Solution>();
  for (const record of records) {
    const candidates: (readonly number[])[] = [];
    for (const rollout of record.rollouts) {
      const verdict = verdictOf(record, rollout);
      if (verdict === wanted) {
        candidates.push(rollout.completion);
        selector.skip("duplicate", rollout.count - 1);
      } else if (verdict === "unanswered") selector.skip("unanswered", rollout.count);
      else if (wanted === "right") selector.skip("wrong", rollout.count);
    }
    if (candidates.length === 0) selector.skip(wanted === "right" ? "all wrong" : "all right");
    const kept: (readonly number[])[] = [];
    for (const completion of inRandomOrder(candidates, stream.split(record.split).split(record.index))) {
      if (kept.length >= atMost) selector.skip("beyond the limit");
      else if (leastDistance > 1 && kept.some((other) => editDistance(other, completion) < leastDistance)) {
        selector.skip("duplicate");
      } else kept.push(completion);
    }
    const { split, index, id } = record;
    for (const completion of kept) selector.keep({ split, index, id, completion });
  }
  return selector.finish(`${wanted} solutions`);
}
