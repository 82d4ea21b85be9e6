/** @file What every stage of the chain study needs: its task in its variants, its model's configuration, and its random streams. */
import { createStream } from "../../core/random-stream.ts";
import {
  type ChainArithmetic,
  type ChainArithmeticOptions,
  chainArithmetic,
  problemStream,
} from "../../tasks/index.ts";
import type { SftExample } from "../../train/index.ts";
import { type Learner, learnerOf, taught } from "../methods/learner.ts";
import type { ModelSettings, ValidationSettings } from "../methods/methods.ts";

/** The settings that all stages of a run share. */
export interface ChainSettings extends ValidationSettings {
  readonly task: ChainArithmeticOptions;
  readonly model: ModelSettings;
  readonly seed: number;
}

/** @param stage whose random numbers are drawn */
export function createChainLearner(
  { task: options, model, seed }: ChainSettings,
  stage: string,
): Learner<ChainArithmetic> {
  const task = chainArithmetic(options);
  return learnerOf(task, model, ROOM * task.longest.completion, createStream(seed).split("study").split(stage));
}

const ROOM = 2; // times the teacher's longest completion

/** The task of the base learner: the same tables, short chains, small steps, no cue. */
export function baseTask(
  { task: { cue: _cue, ...options } }: ChainSettings,
  lengths: readonly [number, number],
): ChainArithmetic {
  return chainArithmetic({ ...options, lengths, teacher: {} });
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
