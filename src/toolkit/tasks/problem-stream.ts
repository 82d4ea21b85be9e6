/** @file Problems one after another: as a stream in constant memory, or a data set without duplicates. */
import { requireCount, wrong } from "../core/argument-checks.ts";
import type { Problem, Split, Task } from "./task.ts";

/** Which problems of a split: `count` of them, beginning at `from`. */
export interface ProblemRange {
  /** a count >= 0; 0 by default */
  from?: number;
  /** by default up to the end of the split, which for a generated task is never */
  count?: number;
}

/**
 * Problems of a split in order, made one at a time.
 *
 * @returns an iterator that holds one problem
 * @throws RangeError when the range leaves the split
 */
export function* problemStream<P extends Problem>(task: Task<P>, split: Split, range: ProblemRange = {}): Generator<P> {
  const size = task.size(split);
  const from = range.from ?? 0;
  requireCount("problemStream", "from", from, 0, size);
  const count = range.count ?? size - from;
  if (count !== Infinity) requireCount("problemStream", "count", count, 0, size - from);
  for (let index = from; index < from + count; index++) yield task.problem(split, index);
}

/** A data set, or why it could not be filled. */
export type DistinctProblems<P extends Problem> =
  | { ok: true; problems: P[]; duplicates: number }
  | { ok: false; reason: string; problems: P[]; duplicates: number };

/**
 * The first `count` different problems of a split; a problem that was drawn before is left out and counted. A larger set
 * of the same task begins with the smaller one.
 *
 * @param count a count >= 1
 * @returns the problems in order; not ok when the split ends or only repeats itself before `count` are found
 * @throws RangeError when count is no such integer
 */
export function distinctProblems<P extends Problem>(task: Task<P>, split: Split, count: number): DistinctProblems<P> {
  if (count === Infinity) throw wrong("distinctProblems", "count to be finite", count);
  requireCount("distinctProblems", "count", count, 1, Number.MAX_SAFE_INTEGER);
  const problems = new Map<string, P>();
  let drawn = 0;
  let sinceNew = 0;
  while (problems.size < count && drawn < task.size(split) && sinceNew < PATIENCE) {
    const problem = task.problem(split, drawn);
    drawn++;
    if (problems.has(problem.id)) sinceNew++;
    else {
      problems.set(problem.id, problem);
      sinceNew = 0;
    }
  }
  const found = { problems: [...problems.values()], duplicates: drawn - problems.size };
  if (problems.size === count) return { ok: true, ...found };
  const reason = `${task.name} has ${problems.size} different problems for "${split}" after ${drawn} draws, not ${count}; ask for fewer, or for longer chains or more operators or labels`;
  return { ok: false, reason, ...found };
}

const PATIENCE = 10_000; // draws without a new problem after which the split counts as used up
