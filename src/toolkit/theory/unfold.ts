/** @file A graph unfolded into a tree: one state for each prefix, so that each state has one way in. */
import { requireStepGraph, type StepAction, type StepGraph, type StepState } from "./step-graph.ts";

/** More states than this are no picture, and no table. */
const MOST_STATES = 100_000;

/**
 * Unfolds a graph: values, advantages and chances of solutions stay, states that were shared are written out.
 *
 * @param graph problems and their steps
 * @returns a tree (a forest for several problems), breadth first
 * @throws RangeError when the tree has more than 100,000 states, or the graph is not well formed
 */
export function unfold(graph: StepGraph): StepGraph {
  requireStepGraph("unfold", graph);
  const queue: { original: StepState; name: string }[] = graph.starts.map(({ state }) => {
    const original = graph.states[state] as StepState;
    return { original, name: original.name };
  });
  const states: StepState[] = [];
  for (let at = 0; at < queue.length; at++) {
    const { original, name } = queue[at] as (typeof queue)[number];
    const actions = original.actions.map((action): StepAction => {
      const next =
        queue.push({ original: graph.states[action.next] as StepState, name: `${name} > ${action.name}` }) - 1;
      return { ...action, next };
    });
    if (queue.length > MOST_STATES)
      throw new RangeError(`unfold requires a tree of at most ${MOST_STATES} states, got more`);
    states.push({ ...original, name, actions });
  }
  return { states, starts: graph.starts.map(({ probability }, state) => ({ state, probability })) };
}
