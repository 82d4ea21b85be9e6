/** @file What every stage of a study of methods needs: its task, its model's configuration, and its random streams. */
import type { RandomStream } from "../../core/random-stream.ts";
import { type TransformerConfig, transformerConfig } from "../../model/index.ts";
import { distinctProblems, type Problem, type Split, type Task } from "../../tasks/index.ts";
import type { SftExample } from "../../train/index.ts";
import type { ModelSettings } from "./methods.ts";

export interface Learner<T extends Task = Task> {
  readonly task: T;
  readonly config: TransformerConfig;
  /** of the run's seed and the stage's name: no two stages share draws */
  readonly stream: RandomStream;
}

/** @param room tokens after the longest prompt: a policy that writes more than that is cut short */
export function learnerOf<T extends Task>(
  task: T,
  model: ModelSettings,
  room: number,
  stream: RandomStream,
): Learner<T> {
  const contextLength = task.longest.prompt + room;
  return { task, config: transformerConfig({ ...model, vocabularySize: task.vocabulary.size, contextLength }), stream };
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
