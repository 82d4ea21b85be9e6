/** @file Problems with a spurious cue: facts of Zipf's frequencies to be learnt, and a hint that is often right in training only. */
import { requireCount, requireWithin } from "../core/argument-checks.ts";
import type { StepAction, StepGraph, StepStart, StepState } from "./step-graph.ts";

/** What the problems are like. */
export interface CueProblemOptions {
  /** kinds of problems, a count >= 1; each needs facts of its own */
  facts: number;
  /** the k-th kind comes with frequency k^-zipf, >= 0; default 0: all equally often */
  zipf?: number;
  /** steps of a solution, each critical, a count >= 1 */
  criticalSteps: number;
  /** steps to choose from at each place, one of them right, a count >= 2 */
  choices: number;
  /** chance in training that the cue points at the right step, in [0, 1]; in test it is 1 / choices */
  cueRate: number;
  /** how many times a weight of its own, which test problems lack, enters a training problem's logit, a count; default 0 */
  memory?: number;
}

/** Training and test problems over the same states: one policy, two ways to draw problems. */
export interface CueProblems {
  readonly train: StepGraph;
  readonly test: StepGraph;
}

/**
 * Problems whose every step takes a fact, and at whose every step a cue points at some choice. The logit of a choice is the
 * sum of: its fact's weight if it is right, the cue's one weight if the cue points at it, and (with memory) the training
 * problem's own weight if it is right. A weight that enters m times is learnt m^2 times as fast. A wrong step loses the
 * solution.
 *
 * @param options how many facts, steps and choices, and how far the cue can be trusted
 * @returns graphs whose written policy draws uniformly; the features are "fact k.i", "cue" and "memory k.i"
 * @throws RangeError when an option is out of range
 */
export function cueProblems(options: CueProblemOptions): CueProblems {
  const { facts, zipf = 0, criticalSteps, choices, cueRate, memory = 0 } = options;
  requireCount("cueProblems", "facts", facts, 1, 1000);
  requireWithin("cueProblems", "zipf", zipf, 0, 10);
  requireCount("cueProblems", "criticalSteps", criticalSteps, 1, 8);
  requireCount("cueProblems", "choices", choices, 2, 100);
  requireWithin("cueProblems", "cueRate", cueRate, 0, 1);
  requireCount("cueProblems", "memory", memory, 0, 100);
  const frequencies = Array.from({ length: facts }, (_, fact) => (fact + 1) ** -zipf);
  const total = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  const problems = frequencies.flatMap((frequency, fact) =>
    Array.from({ length: 2 ** criticalSteps }, (_, pattern) => ({ fact, pattern, share: frequency / total })),
  );
  const copies = memory > 0 ? [true, false] : [false];
  const count = problems.length * copies.length;
  const [correct, wrong] = [count * criticalSteps, count * criticalSteps + 1];
  const states = copies.flatMap((known, copy) =>
    problems.flatMap(({ fact, pattern }, problem) =>
      Array.from({ length: criticalSteps }, (_, place): StepState => {
        const own = (copy * problems.length + problem) * criticalSteps + place;
        const after = place === criticalSteps - 1 ? correct : own + 1;
        const byHeart = new Array<string>(known ? memory : 0).fill(`memory ${fact}.${pattern}.${place}`);
        const features = [`fact ${fact}.${place}`, ...byHeart];
        const cued = cueIsRight(pattern, place) ? 0 : 1; // choice 0 is right; which wrong one is pointed at does not matter
        return {
          name: `problem ${fact}, step ${place + 1}, cue ${cued === 0 ? "right" : "wrong"}${known ? ", in training" : ""}`,
          reward: 0,
          actions: Array.from(
            { length: choices },
            (_, choice): StepAction => ({
              name: choice === 0 ? "right" : choice === cued ? "cue" : `other ${choice}`,
              next: choice === 0 ? after : wrong,
              probability: 1 / choices,
              features: [...(choice === 0 ? features : []), ...(choice === cued ? ["cue"] : [])],
            }),
          ),
        };
      }),
    ),
  );
  const ends = [correct, wrong].map((end) => ({
    name: end === correct ? "correct" : "wrong",
    actions: [],
    reward: Number(end === correct),
  }));
  const startsAt = (rate: number, copy: number): StepStart[] =>
    problems.map(({ pattern, share }, problem) => ({
      state: (copy * problems.length + problem) * criticalSteps,
      probability: share * patternChance(pattern, criticalSteps, rate),
    }));
  const all = [...states, ...ends];
  return {
    train: { states: all, starts: startsAt(cueRate, 0) },
    test: { states: all, starts: startsAt(1 / choices, copies.length - 1) },
  };
}

/** A pattern's bits say at which places the cue is wrong. */
function cueIsRight(pattern: number, place: number): boolean {
  return (pattern & (1 << place)) === 0;
}

function patternChance(pattern: number, places: number, rate: number): number {
  let chance = 1;
  for (let place = 0; place < places; place++) chance *= cueIsRight(pattern, place) ? rate : 1 - rate;
  return chance;
}
