/** @file What every stage of a study needs: its task in its variants, its model's configuration, and its random streams. */
import { createStream, type RandomStream } from "../../core/random-stream.ts";
import { type TransformerConfig, transformerConfig } from "../../model/index.ts";
import {
  type ChainArithmetic,
  type ChainArithmeticOptions,
  chainArithmetic,
  distinctProblems,
  type Problem,
  problemStream,
  type Split,
  type Task,
} from "../../tasks/index.ts";
import type { SftExample } from "../../train/index.ts";
import type { StudyConfig } from "./study-config.ts";

/** The settings that all stages of a run share. */
export interface LearnerSettings {
  readonly task: ChainArithmeticOptions;
  readonly model: StudyConfig["model"];
  readonly seed: number;
  readonly validationProblems: number;
}

export interface Learner<T extends Task = Task> {
  readonly task: T;
  readonly config: TransformerConfig;
  /** of the run's seed and the stage's name: no two stages share draws */
  readonly stream: RandomStream;
}

/** @param stage whose random numbers are drawn */
export function createLearner(
  { task: options, model, seed }: LearnerSettings,
  stage: string,
): Learner<ChainArithmetic> {
  const task = chainArithmetic(options);
  const { prompt, completion } = task.longest;
  const config = transformerConfig({
    ...model,
    vocabularySize: task.vocabulary.size,
    contextLength: prompt + ROOM * completion,
  });
  return { task, config, stream: createStream(seed).split("study").split(stage) };
}

const ROOM = 2; // times the teacher's longest completion: a policy that writes more than that is cut short

/** The task of the base learner: the same tables, short chains, small steps, no cue. */
export function baseTask(
  { task: { cue: _cue, ...options } }: LearnerSettings,
  lengths: readonly [number, number],
): ChainArithmetic {
  return chainArithmetic({ ...options, lengths, teacher: {} });
}

/** The first `count` different problems of a split. @throws Error when the task has not so many */
export function problemsOf<P extends Problem>(task: Task<P>, split: Split, count: number): P[] {
  const found = distinctProblems(task, split, count);
  if (!found.ok) throw new Error(found.reason);
  return found.problems;
}

/** A problem with its teacher's solution. */
export function taught<P extends Problem>(task: Task<P>, problem: P): SftExample {
  return { id: problem.id, prompt: task.prompt(problem), completion: task.teach(problem) };
}

const MOST_EXAMPLES = 50_000; // of the base learner: every fact many times over

/** Problems whose operators are all known, with the teacher's solutions, in the order of the split. */
export function knownExamples(task: ChainArithmetic, knownOperators: number, count: number): SftExample[] {
  const examples: SftExample[] = [];
  for (const problem of problemStream(task, "train")) {
    if (examples.length >= Math.min(count, MOST_EXAMPLES)) break;
    if (problem.definitions.every(({ operator }) => operator < knownOperators)) examples.push(taught(task, problem));
  }
  return examples;
}
