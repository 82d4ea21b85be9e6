/** @file Token ids and text, each the exact inverse of the other: words parted by spaces. */
import { wrong } from "../core/argument-checks.ts";

/** Ids are 0 to size - 1; 0 fills up a batch and stands in no text. */
export interface Vocabulary {
  readonly size: number;
  readonly padId: 0;
  /** ends a completion */
  readonly endId: number;
  /** @throws RangeError for text that has no ids */
  encode(text: string): number[];
  /** @throws RangeError for an id outside the vocabulary */
  decode(ids: readonly number[]): string;
}

const PAD_ID = 0;
export const END_ID = 1;

/** The texts of the two ids that every vocabulary begins with. */
export const PAD_AND_END = ["<pad>", "<end>"] as const;

/**
 * A vocabulary of whole words; text is the words with one space between them.
 *
 * @param words distinct, without spaces; word i has id i + 2, after "<pad>" and "<end>"
 * @returns a vocabulary in which decode(encode(text)) is text and encode(decode(ids)) is ids
 * @throws RangeError when a word is empty, holds a space, or comes twice
 * @example wordVocabulary(["f0", "3"]).encode("3 f0 <end>") // => [3, 2, 1]
 */
export function wordVocabulary(words: readonly string[]): Vocabulary {
  const all = [...PAD_AND_END, ...words];
  const ids = new Map(all.map((word, id) => [word, id]));
  const unfit = words.find((word, at) => word === "" || /\s/.test(word) || ids.get(word) !== at + PAD_AND_END.length);
  if (unfit !== undefined) throw wrong("wordVocabulary", "words to be distinct and without spaces", unfit);
  return {
    size: all.length,
    padId: PAD_ID,
    endId: END_ID,
    encode: (text) => (text === "" ? [] : text.split(" ").map((word) => idOf(ids, word))),
    decode: (sequence) => sequence.map((id) => wordOf(all, id)).join(" "),
  };
}

/** The id of a word. @throws RangeError when there is none */
function idOf(ids: ReadonlyMap<string, number>, word: string): number {
  const id = ids.get(word);
  if (id === undefined) throw wrong("encode", "text to be made of the vocabulary's words", word);
  return id;
}

/** The word of an id. @throws RangeError when there is none */
function wordOf(words: readonly string[], id: number): string {
  const word = words[id];
  if (word === undefined) throw wrong("decode", `ids to be integers in [0, ${words.length - 1}]`, id);
  return word;
}
