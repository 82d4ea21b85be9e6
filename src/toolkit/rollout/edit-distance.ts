/** @file Edit distance of two completions: the fewest tokens to insert, delete or replace. */
import { distance } from "fastest-levenshtein";

/**
 * @param one token ids
 * @param other token ids; the two have at most 65,536 different ones, a letter of UTF-16 each
 * @returns a count, 0 for equal sequences
 * @source Levenshtein 1966
 * @example editDistance([1, 2, 3], [1, 3, 4]) // => 2
 */
export function editDistance(one: readonly number[], other: readonly number[]): number {
  const places = new Map([...new Set([...one, ...other])].map((token, place) => [token, place])); // ids may be larger
  const text = (tokens: readonly number[]) =>
    tokens.map((token) => String.fromCharCode(places.get(token) ?? 0)).join("");
  return distance(text(one), text(other));
}
