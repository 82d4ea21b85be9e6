/** @file What a task is: problems in three disjoint splits, token ids both ways, a teacher, steps, verifiers and an oracle. */
import type { Vocabulary } from "./vocabulary.ts";

/** The same problem never stands in two splits of one task, nor in two of its variants that share a seed. */
export type Split = "train" | "validation" | "test";

/** "unanswered": the completion does not end, or ends without an answer. */
export type Verdict = "right" | "wrong" | "unanswered";

export interface Problem {
  /** what makes the problem the one it is, as text: problems of equal id are the same problem, shown in whatever way */
  readonly id: string;
  readonly split: Split;
  /** problem `index` of its split, a count >= 0 */
  readonly index: number;
}

/** Tokens [start, end) of a completion. The end token belongs to the last step: to stop there is part of that action. */
export interface StepSpan {
  readonly start: number;
  readonly end: number;
}

/** What is known for certain about one step of a solution. */
export interface StepJudgment {
  /** it follows from the prompt and the steps before it, or is true anyhow */
  readonly holds: boolean;
  /** the answer given rests on it; a step that does not is spurious even where it holds */
  readonly needed: boolean;
  /** why it does not hold, in the words of the task */
  readonly error?: string;
}

/**
 * A task. All of it is a function of its configuration and seed: no method draws from a stream of its own.
 * A completion is token ids up to and with the end token; one without it was cut short.
 */
export interface Task<P extends Problem = Problem> {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  /** tokens of the longest prompt, and of the teacher's longest completion with its end token */
  readonly longest: { readonly prompt: number; readonly completion: number };
  /** how many problems a split has: Infinity when they are generated */
  size(split: Split): number;
  /** Problem `index` of a split: the same for the same task, in constant memory. */
  problem(split: Split, index: number): P;
  prompt(problem: P): number[];
  /** The teacher's completion, end token included; `variant` asks for another one where the teacher has a choice. */
  teach(problem: P, variant?: number): number[];
  /** The steps of a completion: spans without gaps from its first token to its last. */
  steps(completion: readonly number[]): StepSpan[];
  /** Looks at the final answer alone. */
  verifyAnswer(problem: P, completion: readonly number[]): Verdict;
  /** "right" only when the answer is right and every step holds. */
  verifyProcess(problem: P, completion: readonly number[]): Verdict;
  /** One judgment a step, where the task can tell. */
  oracle?(problem: P, completion: readonly number[]): StepJudgment[];
}
