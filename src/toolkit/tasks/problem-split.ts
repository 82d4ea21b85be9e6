/** @file Disjoint splits by construction: a keyed hash of what a problem is says to which split it belongs, wherever it turns up. */
import type { RandomStream } from "../core/random-stream.ts";
import type { Split } from "./task.ts";

/** Shares of all problems. Generated tasks have problems to spare, so the splits that are drawn seldom can be large. */
const VALIDATION_SHARE = 0.25;
const TEST_SHARE = 0.25;

const MOST_DRAWS = 10_000; // a split of a quarter is missed so often by chance with probability 1e-1249

/** The split of a problem, a function of the key and of what the problem is; the key is not moved on. */
function splitOf(key: RandomStream, content: readonly number[]): Split {
  let hash = key;
  for (const part of content) hash = hash.split(part);
  const share = hash.uniform();
  if (share < TEST_SHARE) return "test";
  return share < TEST_SHARE + VALIDATION_SHARE ? "validation" : "train";
}

/**
 * Draws until a problem falls into the split that is asked for.
 *
 * @param caller named in the error
 * @param key stream of the task's seed, the same for all of its variants
 * @param draw one candidate, with its content: integers >= 0 that two problems share only when they are the same problem
 * @throws RangeError when the task has no problem for the split
 */
export function drawInSplit<Drawn extends { readonly content: readonly number[] }>(
  caller: string,
  key: RandomStream,
  split: Split,
  draw: () => Drawn,
): Drawn {
  for (let drawn = 0; drawn < MOST_DRAWS; drawn++) {
    const candidate = draw();
    if (splitOf(key, candidate.content) === split) return candidate;
  }
  throw new RangeError(
    `${caller} requires problems enough for three splits, got none for "${split}" in ${MOST_DRAWS} draws (hint: longer problems, or more operators or labels)`,
  );
}
