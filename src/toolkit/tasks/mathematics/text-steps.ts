/** @file Steps of a written solution: its lines, or its sentences when it is one paragraph. */

/**
 * Where each step of a text ends, its white space included, so that the steps joined are the text.
 *
 * @returns rising positions, the last one the text's length; none for an empty text
 * @example stepEnds("3+4=7.\n7*2=14.\n#### 14") // => [7, 15, 22]
 * @example stepEnds("Half of 3.5 is 1.75. So she has 2.") // => [21, 34]
 */
export function stepEnds(text: string): number[] {
  const lines = text.trimEnd().includes("\n");
  const breaks = lines ? /\n\s*/g : SENTENCE_END;
  const ends = [...text.matchAll(breaks)]
    .map((found) => found.index + found[0].length)
    .filter((end) => text.slice(0, end).trim() !== "" && text.slice(end).trim() !== "");
  if (!lines) return merged(text, ends);
  return text === "" ? [] : [...ends, text.length];
}

/** A full stop, question or exclamation mark with what closes after it, then white space: so not in 3.5. */
const SENTENCE_END = /[.!?]["')\]]*\s+/g;

const ABBREVIATIONS = /\b(?:Mr|Mrs|Ms|Dr|St|vs|e\.g|i\.e|etc|No|a\.m|p\.m)\.\s+$/;

/** Leaves out ends that are none: after an abbreviation, or inside a formula between two $. */
function merged(text: string, ends: readonly number[]): number[] {
  const kept = ends.filter((end) => {
    const before = text.slice(0, end);
    const dollars = before.match(/(?<!\\)\$/g)?.length ?? 0;
    const inFormula = dollars % 2 === 1 && text.slice(end).includes("$");
    return !ABBREVIATIONS.test(before) && !inFormula;
  });
  return text === "" ? [] : [...kept, text.length];
}
