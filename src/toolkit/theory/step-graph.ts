/** @file A reasoning problem as a graph of steps: states are prefixes, actions are steps, ends carry the verifier's verdict. */
import { requireWithin, wrong } from "../core/argument-checks.ts";

/**
 * Problems with all the solutions that can be written for them. Plain data: whoever can list the steps that may follow a
 * prefix can make one. States stand in an order in which every action leads further down the list, so values are found in
 * one pass from the last state to the first; a tree has one way into each state, a layered graph several.
 *
 * @source Setlur et al. 2024, arXiv:2406.14532: the step-level Markov decision process of a reasoning problem
 */
export interface StepGraph {
  readonly states: readonly StepState[];
  /** the problems: where a solution begins, and how often */
  readonly starts: readonly StepStart[];
}

/** A problem of the graph: the state of its bare prompt. */
export interface StepStart {
  /** index of a state */
  readonly state: number;
  /** share of the problems, in [0, 1]; the shares sum to 1 */
  readonly probability: number;
}

/** A prefix: prompt and steps so far. */
export interface StepState {
  /** what is written so far, or a short name of it */
  readonly name: string;
  /** the steps that may follow; none where the solution has ended */
  readonly actions: readonly StepAction[];
  /** the verifier's verdict on a solution that has ended, in [0, 1]; 0 in all other states */
  readonly reward: number;
}

/** A step that may follow a prefix. */
export interface StepAction {
  /** the step's text, or a short name of it */
  readonly name: string;
  /** index of the state that the step leads to, above that of its own state */
  readonly next: number;
  /** its chance under the policy that the graph was written with; a state's chances sum to 1 */
  readonly probability: number;
  /** names of the logits that the step's logit is the sum of; steps that share a name are confusable */
  readonly features: readonly string[];
}

/** The chance of each action in each state: policy[state][action], in the order of the graph. */
export type Policy = readonly (readonly number[])[];

/** Room for the rounding of a sum of probabilities. */
const SUM_TOLERANCE = 1e-9;

/**
 * The policy that the graph was written with.
 *
 * @param graph problems and their steps
 * @returns the chance of each action in each state
 * @throws RangeError or TypeError when the graph is not well formed
 */
export function writtenPolicy(graph: StepGraph): Policy {
  requireStepGraph("writtenPolicy", graph);
  return graph.states.map(({ actions }) => actions.map(({ probability }) => probability));
}

/** Throws unless the graph is well formed: forward edges, chances that sum to 1, rewards at the ends alone. */
export function requireStepGraph(caller: string, graph: StepGraph): void {
  const { states, starts } = graph;
  if (states.length === 0) throw wrong(caller, "a graph with at least one state", states);
  if (starts.length === 0) throw wrong(caller, "a graph with at least one start", starts);
  for (const { state } of starts) {
    if (states[state] === undefined) throw wrong(caller, `each start to be one of ${states.length} states`, state);
  }
  requireChances(caller, "the starts' probabilities", starts);
  for (const [index, state] of states.entries()) {
    requireWithin(caller, `the reward of state ${index}`, state.reward, 0, 1);
    if (state.actions.length === 0) continue;
    if (state.reward !== 0) throw wrong(caller, `a reward at ends alone, 0 in state ${index}`, state.reward);
    requireChances(caller, `the probabilities of state ${index}`, state.actions);
    for (const { next } of state.actions) {
      const forward = Number.isInteger(next) && next > index && next < states.length;
      if (!forward) throw wrong(caller, `the actions of state ${index} to lead to a later state`, next);
    }
  }
}

/** Throws unless the policy fits the graph and its chances sum to 1 in every state. */
export function requirePolicy(caller: string, graph: StepGraph, policy: Policy): void {
  if (policy.length !== graph.states.length) throw wrong(caller, "a policy with a row a state", policy);
  for (const [index, { actions }] of graph.states.entries()) {
    const chances = policy[index] ?? [];
    if (chances.length !== actions.length) throw wrong(caller, `a chance for each action of state ${index}`, chances);
    if (chances.length === 0) continue;
    const parts = chances.map((probability) => ({ probability }));
    requireChances(caller, `the policy's chances in state ${index}`, parts);
  }
}

function requireChances(caller: string, what: string, parts: readonly { probability: number }[]): void {
  let sum = 0;
  for (const { probability } of parts) {
    requireWithin(caller, what, probability, 0, 1);
    sum += probability;
  }
  if (Math.abs(sum - 1) > SUM_TOLERANCE) throw wrong(caller, `${what} to sum to 1`, sum);
}
