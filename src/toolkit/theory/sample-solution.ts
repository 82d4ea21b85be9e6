/** @file Writing a solution step by step, as a language model would: for checks of exact quantities against sampling. */
import type { RandomStream } from "../core/random-stream.ts";
import type { StepPlace } from "./solutions.ts";
import type { Policy, StepGraph } from "./step-graph.ts";

/**
 * Writes the rest of a solution.
 *
 * @param graph problems and their steps
 * @param policy who writes
 * @param from index of the state to go on from
 * @param stream where the randomness comes from
 * @returns the steps written, and the verifier's verdict on the end
 */
export function sampleContinuation(
  graph: StepGraph,
  policy: Policy,
  from: number,
  stream: RandomStream,
): { steps: StepPlace[]; end: number; reward: number } {
  const steps: StepPlace[] = [];
  let state = from;
  for (;;) {
    const { actions, reward } = graph.states[state] as StepGraph["states"][number];
    if (actions.length === 0) return { steps, end: state, reward };
    const action = drawIndex(policy[state] ?? [], stream);
    steps.push({ state, action });
    state = (actions[action] as (typeof actions)[number]).next;
  }
}

/** An index drawn by its chance. */
export function drawIndex(chances: readonly number[], stream: RandomStream): number {
  let left = stream.uniform();
  let last = 0;
  for (const [index, chance] of chances.entries()) {
    if (chance === 0) continue;
    last = index; // the sum may fall short of 1 by rounding
    left -= chance;
    if (left < 0) break;
  }
  return last;
}
