/** @file Random orders and random subsets. */
import type { RandomStream } from "../core/random-stream.ts";

/**
 * A copy in random order, each order equally likely.
 *
 * @param stream moved on
 * @source Durstenfeld 1964, algorithm 235
 */
export function inRandomOrder<Item>(items: readonly Item[], stream: RandomStream): Item[] {
  const order = [...items];
  for (let left = order.length - 1; left > 0; left--) {
    const other = stream.integer(left + 1);
    const moved = order[left] as Item;
    order[left] = order[other] as Item;
    order[other] = moved;
  }
  return order;
}

/**
 * `count` different integers below `bound`, in random order.
 *
 * @param count at most bound
 * @param stream moved on
 */
export function randomSubset(bound: number, count: number, stream: RandomStream): number[] {
  const pool = Array.from({ length: bound }, (_, at) => at);
  for (let at = 0; at < count; at++) {
    const other = at + stream.integer(bound - at);
    const moved = pool[at] as number;
    pool[at] = pool[other] as number;
    pool[other] = moved;
  }
  return pool.slice(0, count);
}
