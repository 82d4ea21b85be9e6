/** @file Problems in MATH's format: LaTeX solutions whose final answer stands in a box. */
import type { Vocabulary } from "../vocabulary.ts";
import { byteVocabulary } from "./byte-vocabulary.ts";
import { type DataFile, readDataFile, textsOf } from "./data-file.ts";
import { boxedAnswer, sameLatex } from "./latex-answer.ts";
import { type TextItem, type TextTask, textTask } from "./text-task.ts";

export interface MathsOptions {
  /** JSON lines with "problem" and "solution" */
  train: DataFile;
  test: DataFile;
  /** bytes by default; a model's own tokenizer otherwise */
  vocabulary?: Vocabulary;
}

/**
 * Loads files in MATH's format. There is nothing in a solution that can be checked besides its answer, so the process
 * verifier is the answer verifier.
 *
 * @throws Error in one line that names file and line for a file that is another one, a line that is no JSON, a problem
 *   without text, or a solution without \boxed{}
 * @source Hendrycks et al. 2021, arXiv:2103.03874
 */
export async function loadMaths({ train, test, vocabulary = byteVocabulary }: MathsOptions): Promise<TextTask> {
  const [trainItems, testItems] = await Promise.all([readItems(train), readItems(test)]);
  return textTask({
    name: "MATH",
    train: trainItems,
    test: testItems,
    vocabulary,
    answerIn: boxedAnswer,
    sameAnswer: sameLatex,
    processHolds: () => true,
  });
}

async function readItems(file: DataFile): Promise<TextItem[]> {
  return (await readDataFile(file)).map((line) => {
    const { problem: question, solution } = textsOf(file.from, line, ["problem", "solution"]);
    const answer = boxedAnswer(solution);
    if (answer !== undefined) return { question, solution, answer };
    throw new Error(`${file.from}, line ${line.line}: expected a solution with \\boxed{...}`);
  });
}
