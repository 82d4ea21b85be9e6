/** @file A memory that does not grow for ever: of what came first it forgets the oldest. */

/** So many cells of a session are remembered; a notebook has hundreds. */
const REMEMBERED = 2000;

/**
 * Puts an entry into a map as its newest, and takes the oldest out when there are too many.
 *
 * @param map in the order in which entries came
 */
export function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, limit: number = REMEMBERED): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
