/** @file GSM8K: grade-school word problems, with answers after "####" and calculator marks in the solutions. */
import type { Vocabulary } from "../vocabulary.ts";
import { byteVocabulary } from "./byte-vocabulary.ts";
import { checkMarks } from "./calculator-marks.ts";
import { type DataFile, readDataFile, textsOf } from "./data-file.ts";
import { readNumber, sameNumber } from "./number-answer.ts";
import { type TextItem, type TextTask, textTask } from "./text-task.ts";

/** Checksums of the files of openai/grade-school-math: 7,473 and 1,319 problems. */
const GSM8K_SHA256 = {
  train: "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
  test: "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
} as const;

export interface Gsm8kOptions {
  /** path or address of train.jsonl */
  train: string;
  /** path or address of test.jsonl */
  test: string;
  /** checksums to ask for; those of the published files by default, "any" for files of one's own in the same format */
  sha256?: { train: string; test: string };
  /** bytes by default; a model's own tokenizer otherwise */
  vocabulary?: Vocabulary;
}

/**
 * Loads GSM8K. Validation is a tenth of the train file, by a hash of the question.
 *
 * @throws Error in one line that names file and line for a file that is another one, a line that is no JSON, a problem
 *   without question or answer, or an answer without a number after ####
 * @source Cobbe et al. 2021, arXiv:2110.14168; github.com/openai/grade-school-math (MIT licence)
 */
export async function loadGsm8k({
  train,
  test,
  sha256 = GSM8K_SHA256,
  vocabulary = byteVocabulary,
}: Gsm8kOptions): Promise<TextTask> {
  const [trainItems, testItems] = await Promise.all([
    readItems({ from: train, sha256: sha256.train }),
    readItems({ from: test, sha256: sha256.test }),
  ]);
  return textTask({
    name: "GSM8K",
    train: trainItems,
    test: testItems,
    vocabulary,
    answerIn: gsm8kAnswer,
    sameAnswer: sameNumericAnswer,
    processHolds: (text) => checkMarks(text).every(({ holds }) => holds),
  });
}

async function readItems(file: DataFile): Promise<TextItem[]> {
  return (await readDataFile(file)).map((line) => {
    const { question, answer: solution } = textsOf(file.from, line, ["question", "answer"]);
    const answer = gsm8kAnswer(solution);
    if (answer !== undefined) return { question, solution, answer };
    throw new Error(`${file.from}, line ${line.line}: expected an answer with a number after "####"`);
  });
}

/**
 * What stands after the last "####" of a solution, or after its last "answer is".
 *
 * @returns undefined when there is no number
 * @example gsm8kAnswer("She makes 9 * 2 = $<<9*2=18>>18.\n#### 18") // => "18"
 */
export function gsm8kAnswer(text: string): string | undefined {
  const mark = text.lastIndexOf("####");
  const words = text.toLowerCase().lastIndexOf("answer is");
  if (mark < 0 && words < 0) return undefined;
  const given = mark >= 0 ? text.slice(mark + 4) : text.slice(words + "answer is".length).replace(/^:/, "");
  const line = given.trim().split("\n")[0];
  return line !== undefined && readNumber(line) !== undefined ? line : undefined;
}

/**
 * Whether two answers are one number, in whatever way they are written.
 *
 * @example sameNumericAnswer("$1,080.00 in all", "1080") // => true
 * @example sameNumericAnswer("-5", "5") // => false
 */
export function sameNumericAnswer(one: string, other: string): boolean {
  const [first, second] = [readNumber(one), readNumber(other)];
  return first !== undefined && second !== undefined && sameNumber(first, second);
}
