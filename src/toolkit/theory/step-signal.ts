/** @file Where training examples push: the mean push on each state's logits, and the mean square of single examples' pushes. */
import { zerosLike } from "./objective.ts";
import type { PreferencePairs } from "./preference.ts";
import type { StepPlace } from "./solutions.ts";
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/** Texts that are raised (factor > 0) or lowered (factor < 0) together, as one training example. */
export interface TrainingExample {
  /** how often the example is drawn, >= 0 */
  readonly weight: number;
  readonly texts: readonly { readonly steps: readonly StepPlace[]; readonly factor: number }[];
}

/** The push of one drawn example on the logits of each state. */
export interface StepSignal {
  /** squared length of the mean push, by state: what endless data add up to */
  readonly signal: readonly number[];
  /** mean of the squared length of single examples' pushes, by state: signal and noise together */
  readonly energy: readonly number[];
}

/**
 * Signal and energy of training examples at a policy. A text that writes step a in state s pushes the logits of s by
 * (1 at a) - pi(.|s). Where the energy is far above the signal, few examples move a state by chance.
 *
 * @param graph problems and their steps
 * @param policy the policy that is trained
 * @param examples what may be drawn; their weights need not sum to 1, and are scaled so that they do
 * @returns squared lengths by state, >= 0
 * @throws RangeError or TypeError when graph or policy is not well formed, or nothing can be drawn
 */
export function stepSignal(graph: StepGraph, policy: Policy, examples: readonly TrainingExample[]): StepSignal {
  requireStepGraph("stepSignal", graph);
  requirePolicy("stepSignal", graph, policy);
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError("stepSignal requires an example that can be drawn, got none");
  const mean = zerosLike(policy);
  const energy = policy.map(() => 0);
  for (const { weight, texts } of examples) {
    for (const [state, push] of pushes(policy, texts)) {
      for (const [action, part] of push.entries()) {
        const row = mean[state] as number[];
        row[action] = (row[action] ?? 0) + (weight / total) * part;
        energy[state] = (energy[state] ?? 0) + (weight / total) * part * part;
      }
    }
  }
  return { signal: mean.map((row) => row.reduce((sum, part) => sum + part * part, 0)), energy };
}

/** Preference pairs as training examples: the chosen text is raised, the rejected one lowered. */
export function pairExamples({ texts, pairs }: PreferencePairs): TrainingExample[] {
  return pairs.flatMap(({ chosen, rejected, weight, label }) => [
    { weight: weight * label, texts: asContrast(texts[chosen] ?? [], texts[rejected] ?? []) },
    { weight: weight * (1 - label), texts: asContrast(texts[rejected] ?? [], texts[chosen] ?? []) },
  ]);
}

function asContrast(raised: readonly StepPlace[], lowered: readonly StepPlace[]): TrainingExample["texts"] {
  return [
    { steps: raised, factor: 1 },
    { steps: lowered, factor: -1 },
  ];
}

function pushes(policy: Policy, texts: TrainingExample["texts"]): Map<number, number[]> {
  const byState = new Map<number, number[]>();
  for (const { steps, factor } of texts) {
    for (const { state, action } of steps) {
      const chances = policy[state] ?? [];
      const push = byState.get(state) ?? chances.map(() => 0);
      byState.set(
        state,
        push.map((part, at) => part + factor * (Number(at === action) - (chances[at] ?? 0))),
      );
    }
  }
  return byState;
}
