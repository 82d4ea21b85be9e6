/** @file Tasks: problems in disjoint splits, a teacher, steps, verifiers and oracles, behind one interface. */
export { type ChainArithmetic, chainArithmetic } from "./chain-arithmetic/chain-arithmetic.ts";
export type { ChainError } from "./chain-arithmetic/judge-steps.ts";
export type { ChainArithmeticOptions, ChainConfig, SpuriousCue, TeacherStyle } from "./chain-arithmetic/options.ts";
export type { ChainProblem, Definition, Operand } from "./chain-arithmetic/problem.ts";
export { type ScriptedPolicy, type ScriptRates, scriptedPolicy } from "./chain-arithmetic/scripted-policy.ts";
export { type DistinctProblems, distinctProblems, type ProblemRange, problemStream } from "./problem-stream.ts";
export { inRandomOrder } from "./random-order.ts";
export type { StarError } from "./star-graph/path.ts";
export type { StarGraphOptions, StarProblem } from "./star-graph/problem.ts";
export { type StarGraph, starGraph } from "./star-graph/star-graph.ts";
export type { Problem, Split, StepJudgment, StepSpan, Task, Verdict } from "./task.ts";
export type { Vocabulary } from "./vocabulary.ts";
