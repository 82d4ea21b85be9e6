/** @file Token ids of the word problems: words with the space before them, digits one by one, marks and signs; joined they are the text. */
import { wrong } from "../../core/argument-checks.ts";
import { END_ID, PAD_AND_END, type Vocabulary } from "../vocabulary.ts";
import { FAMILIES, IRRELEVANT, STORIES, USELESS } from "./stories.ts";

/** The parts of a text; what fits none of the first is a sign of its own. */
const PART = /<end>|<<|>>|####| ?[A-Za-z]+|./gsu;

const SIGNS = ["<<", ">>", "####", "\n", " ", ".", "?", "+", "-", "*", "/", "(", ")", "=", ..."0123456789"];

/**
 * Some 600 parts: every word of every story, with and without a space before it.
 *
 * @param names who the stories are about
 * @returns a vocabulary in which decode(encode(text)) is text
 */
export function storyVocabulary(names: readonly string[]): Vocabulary {
  const words = wordsOf(names);
  const parts = [...PAD_AND_END, ...SIGNS, ...words.flatMap((word) => [word, ` ${word}`])];
  const ids = new Map(parts.map((part, id) => [part, id]));
  return {
    size: parts.length,
    padId: 0,
    endId: END_ID,
    encode: (text) =>
      (text.match(PART) ?? []).map((part) => {
        const id = ids.get(part);
        if (id === undefined)
          throw wrong("encode", "text to be made of the words and signs of the word problems", part);
        return id;
      }),
    decode: (sequence) =>
      sequence
        .map((id) => {
          const part = parts[id];
          if (part === undefined) throw wrong("decode", `ids to be integers in [0, ${parts.length - 1}]`, id);
          return part;
        })
        .join(""),
  };
}

/** Every word of a story, in order. */
function wordsOf(names: readonly string[]): string[] {
  const sentences = [...Object.values(FAMILIES).flatMap(textsIn), ...IRRELEVANT, USELESS];
  const told = sentences.flatMap((sentence) => sentence.replaceAll(/\{\w+\}/g, " ").match(/[A-Za-z]+/g) ?? []);
  const settings = STORIES.flatMap(({ words }) => Object.values(words));
  return [...new Set([...told, ...settings, ...names])].sort();
}

/** @throws RangeError that names the first word or sign of the stories that the vocabulary cannot write */
export function requireStoryWords(caller: string, { encode, decode }: Vocabulary, names: readonly string[]): void {
  for (const text of [...SIGNS, ...wordsOf(names).flatMap((word) => [word, ` ${word}`])]) {
    const written = writtenBack(text, encode, decode);
    if (written === text) continue;
    throw wrong(caller, `a vocabulary that can write ${JSON.stringify(text)}, which its stories have`, written);
  }
}

/** What is left of a text that went through a vocabulary, or what the vocabulary says of it. */
function writtenBack(text: string, encode: Vocabulary["encode"], decode: Vocabulary["decode"]): string {
  try {
    return decode(encode(text));
  } catch (error) {
    return (error as Error).message;
  }
}

/** All texts in a record of texts and lists of them. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
