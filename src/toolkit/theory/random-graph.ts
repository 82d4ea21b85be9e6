/** @file Random graphs without structure, to test statements about all graphs on. */
import { requireCount } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import type { StepGraph, StepState } from "./step-graph.ts";

/** The size of a random graph. */
export interface RandomGraphOptions {
  /** steps of every solution, a count >= 1 */
  steps: number;
  /** states after each number of steps, a count >= 2 */
  width: number;
  /** steps that may follow a prefix, a count >= 2 */
  choices: number;
  /** problems; default 1 */
  problems?: number;
}

/**
 * A layered graph whose edges, chances and rewards are drawn at random. The first end is always right and the last always
 * wrong, so that no policy is without a contrast.
 *
 * @param stream where the randomness comes from
 * @param options size
 * @returns a graph; a tree is made of it by unfold
 * @throws RangeError when a count is out of range
 */
export function randomStepGraph(stream: RandomStream, options: RandomGraphOptions): StepGraph {
  const { steps, width, choices, problems = 1 } = options;
  requireCount("randomStepGraph", "steps", steps, 1, 50);
  requireCount("randomStepGraph", "width", width, 2, 1000);
  requireCount("randomStepGraph", "choices", choices, 2, 100);
  requireCount("randomStepGraph", "problems", problems, 1, 1000);
  const states: StepState[] = [];
  for (let layer = 0; layer < steps; layer++) {
    const size = layer === 0 ? problems : width;
    const nextLayer = states.length + size;
    for (let index = 0; index < size; index++) {
      const chances = randomChances(stream, choices);
      const actions = chances.map((probability, action) => {
        const features = [`f${stream.integer(2 * choices)}`, `choice ${action}`];
        return { name: `step ${action}`, next: nextLayer + stream.integer(width), probability, features };
      });
      states.push({ name: `${layer}.${index}`, actions, reward: 0 });
    }
  }
  for (let index = 0; index < width; index++) {
    const reward = index === 0 ? 1 : index === width - 1 ? 0 : stream.integer(2);
    states.push({ name: `end ${index}`, actions: [], reward });
  }
  const starts = randomChances(stream, problems).map((probability, state) => ({ state, probability }));
  return { states, starts };
}

/** Chances that are far from 0 and sum to 1. */
function randomChances(stream: RandomStream, count: number): number[] {
  const parts = Array.from({ length: count }, () => 0.1 + stream.uniform());
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}
