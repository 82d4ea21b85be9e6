/** @file Chain arithmetic, a small stand-in for word problems: operators with fixed random tables, applied one after another. */
import { createStream } from "../../core/random-stream.ts";
import type { Split, Task } from "../task.ts";
import { judgeSteps } from "./judge-steps.ts";
import { answerOf, createNotation, readSteps, writePrompt } from "./notation.ts";
import { createOperators } from "./operators.ts";
import { type ChainArithmeticOptions, type ChainConfig, chainConfig } from "./options.ts";
import { type ChainProblem, drawProblem } from "./problem.ts";
import { writeSolution } from "./teacher.ts";

/** Chain arithmetic has an oracle always. */
export interface ChainArithmetic extends Task<ChainProblem> {
  readonly oracle: NonNullable<Task<ChainProblem>["oracle"]>;
  /** the options with every default filled in */
  readonly config: ChainConfig;
  /** The value before the end token; undefined when the completion does not end with one. */
  answer(completion: readonly number[]): number | undefined;
  /** The value of an operator at its inputs, all in [0, modulus). */
  apply(operator: number, inputs: readonly number[]): number;
}

/**
 * The task: "3 f7 f12 :" asks for f12(f7(3)), and is answered "f7 4 f12 9 <end>".
 *
 * Variants of a task (chains of 1 to 2 in small steps, the terse teacher, the cue kept or broken) are made with other
 * options over the same seed, operators, modulus, joinOperators and labels: they share tables, vocabulary and splits.
 *
 * @param options see ChainArithmeticOptions
 * @throws RangeError or TypeError that names the option when the problems cannot be generated as asked
 * @source Michaud et al. 2023, arXiv:2303.13506 (Zipf's law makes power laws)
 * @example
 * ```ts
 * const task = chainArithmetic({ seed: 7, operators: 48, modulus: 10, lengths: [4, 4], zipf: 0.7 });
 * const problem = task.problem("train", 0);
 * task.verifyAnswer(problem, task.teach(problem)) // => "right"
 * task.steps(task.teach(problem)).length // => 4
 * ```
 */
export function chainArithmetic(options: ChainArithmeticOptions): ChainArithmetic {
  const config = chainConfig(options);
  const root = createStream(config.seed).split("chain arithmetic");
  const operators = createOperators(config, root.split("tables"));
  const notation = createNotation(config);
  const splitKey = root.split("split");
  const problems = { train: root.split("train"), validation: root.split("validation"), test: root.split("test") };
  const teacher = root.split("teacher");
  const teachers = {
    train: teacher.split("train"),
    validation: teacher.split("validation"),
    test: teacher.split("test"),
  };
  const oracle = (problem: ChainProblem, completion: readonly number[]) =>
    judgeSteps(notation, operators, problem, completion);
  const verifyAnswer = (problem: ChainProblem, completion: readonly number[]) => {
    const answer = answerOf(notation, completion);
    if (answer === undefined) return "unanswered";
    return answer === problem.answer ? "right" : "wrong";
  };
  return {
    name: "chain arithmetic",
    vocabulary: notation.vocabulary,
    longest: longestOf(config),
    config,
    answer: (completion) => answerOf(notation, completion),
    apply: operators.apply,
    size: () => Infinity,
    problem: (split: Split, index: number) =>
      drawProblem(config, operators, splitKey, problems[split].split(index), split, index),
    prompt: (problem) => writePrompt(notation, problem),
    teach: (problem, variant = 0) => {
      const stream = teachers[problem.split].split(problem.index).split(variant);
      return writeSolution(notation, problem, config.teacher, config.modulus, stream);
    },
    steps: (completion) => readSteps(notation, completion).map(({ span }) => span),
    verifyAnswer,
    verifyProcess: (problem, completion) => {
      const verdict = verifyAnswer(problem, completion);
      if (verdict !== "right") return verdict;
      return oracle(problem, completion).every(({ holds }) => holds) ? "right" : "wrong";
    },
    oracle,
  };
}

/** The lengths that the notation and the teacher can reach. */
function longestOf({ lengths, distractors, definitions, joinOperators, cue, teacher }: ChainConfig): Task["longest"] {
  const most = lengths[1];
  const defined = most + distractors;
  const joins = joinOperators > 0;
  const cues = cue === undefined ? 0 : cue.place === "answer" ? 2 : 2 * defined;
  const bare = most + 2; // start, operators, colon
  const named = 5 * defined + (joins ? 1 : 0) + 3; // "x = f operand ;" for each, a second operand for the join, "? x :"
  const operands = teacher.verbose ? most + (joins ? 1 : 0) : 0;
  const useless = teacher.uselessRate > 0 ? (most - 1) * (teacher.verbose ? 3 : 2) : 0;
  return { prompt: (definitions === "none" ? bare : named) + cues, completion: 2 * most + operands + useless + 1 };
}
