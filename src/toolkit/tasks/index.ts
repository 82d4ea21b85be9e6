/** @file Tasks: problems in disjoint splits, a teacher, steps, verifiers and oracles, behind one interface.
 *
 * A new task is a `Task` (task.ts) in a folder of its own; nothing of training or sampling belongs here. A problem is a function of seed,
 * split and index: what is drawn for one may not change, or the study is another. Tests: tests/toolkit/tasks.
 */
export { type ChainArithmetic, chainArithmetic } from "./chain-arithmetic/chain-arithmetic.ts";
export type { ChainError } from "./chain-arithmetic/judge-steps.ts";
export type { ChainArithmeticOptions, ChainConfig, SpuriousCue, TeacherStyle } from "./chain-arithmetic/options.ts";
export type { ChainProblem, Definition, Operand } from "./chain-arithmetic/problem.ts";
export { type ScriptedPolicy, type ScriptRates, scriptedPolicy } from "./chain-arithmetic/scripted-policy.ts";
export { ANSWER_RULES, type AnswerFormat, type AnswerRules, judgeAnswer } from "./mathematics/answer-rules.ts";
export { byteVocabulary } from "./mathematics/byte-vocabulary.ts";
export { checkMarks, equationHolds } from "./mathematics/calculator-marks.ts";
export type { DataFile } from "./mathematics/data-file.ts";
export { type Gsm8kOptions, gsm8kAnswer, loadGsm8k, sameNumericAnswer } from "./mathematics/gsm8k.ts";
export { boxedAnswer, sameLatex } from "./mathematics/latex-answer.ts";
export { loadMaths, type MathsOptions } from "./mathematics/maths.ts";
export { modelVocabulary, readModelVocabulary } from "./mathematics/model-vocabulary.ts";
export { readNumber } from "./mathematics/number-answer.ts";
export { stepEnds } from "./mathematics/text-steps.ts";
export {
  type TextItem,
  type TextProblem,
  type TextTask,
  type TextTaskParts,
  textTask,
} from "./mathematics/text-task.ts";
export { drawInSplit } from "./problem-split.ts";
export { type DistinctProblems, distinctProblems, type ProblemRange, problemStream } from "./problem-stream.ts";
export { inRandomOrder } from "./random-order.ts";
export {
  chainReasoningGraph,
  type ReasoningAction,
  type ReasoningGraph,
  type ReasoningState,
  starReasoningGraph,
} from "./reasoning-graph.ts";
export type { StarError } from "./star-graph/path.ts";
export type { StarGraphOptions, StarProblem } from "./star-graph/problem.ts";
export { type StarGraph, starGraph } from "./star-graph/star-graph.ts";
export type { Problem, Split, StepJudgment, StepSpan, Task, Verdict } from "./task.ts";
export { type Vocabulary, wordVocabulary } from "./vocabulary.ts";
export type { WordProblemsOptions, WordTeacherStyle } from "./word-problems/options.ts";
export type { WordProblem } from "./word-problems/problem.ts";
export { drawSum, type Sum } from "./word-problems/sums.ts";
export { type WordProblems, wordProblems } from "./word-problems/word-problems.ts";
