/** @file Edit distance of two completions: the fewest tokens to insert, delete or replace. */

/**
 * @param one token ids
 * @param other token ids
 * @returns a count, 0 for equal sequences
 * @source Levenshtein 1966; Wagner & Fischer 1974 (one row of the table at a time)
 * @example editDistance([1, 2, 3], [1, 3, 4]) // => 2
 */
export function editDistance(one: readonly number[], other: readonly number[]): number {
  const row = Uint32Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [i, token] of one.entries()) {
    let diagonal = row[0] as number;
    row[0] = i + 1;
    for (let j = 1; j <= other.length; j++) {
      const above = row[j] as number;
      const replaced = diagonal + (token === other[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, above + 1, (row[j - 1] as number) + 1);
      diagonal = above;
    }
  }
  return row[other.length] as number;
}
