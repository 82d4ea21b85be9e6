/** @file Preference data of a policy's own solutions: whole responses, and per-step pairs at the first pit in both constructions. */
import { requireOneOf } from "../core/argument-checks.ts";
import { bestOfK, exactValues } from "./exact-values.ts";
import { firstPitChances } from "./first-pit.ts";
import type { PreferencePair, PreferencePairs } from "./preference.ts";
import { continuationsFrom, type Solution, type StepPlace, solutionsOf } from "./solutions.ts";
import type { Policy, StepGraph } from "./step-graph.ts";

/**
 * DPO on whole responses: of two solutions of a problem, one correct and one wrong, the correct one is chosen.
 *
 * @param graph problems and their steps
 * @param policy who writes both
 * @returns pairs, each weighted by the chance that one draw gives the chosen and one the rejected
 * @throws RangeError or TypeError when an argument is not well formed
 */
export function responsePairs(graph: StepGraph, policy: Policy): PreferencePairs {
  const solutions = solutionsOf(graph, policy);
  const texts = solutions.map(({ steps }) => steps);
  const pairs: PreferencePair[] = [];
  for (const [chosen, rejected] of sameProblem(solutions)) {
    const [right, wrong] = [solutions[chosen], solutions[rejected]] as [Solution, Solution];
    const weight =
      right.problemShare * right.chanceInProblem * right.reward * wrong.chanceInProblem * (1 - wrong.reward);
    if (weight > 0) pairs.push({ chosen, rejected, weight, label: 1 });
  }
  return { texts, pairs };
}

/** How the first pit becomes a pair. */
export interface PitPairOptions {
  /** "full": a whole correct solution against the wrong one up to its pit; "forked": a correct continuation against the pit step */
  construction: "full" | "forked";
  /** rollouts from each step that call the pit, a count >= 1, or Infinity for the exact q-values; default Infinity */
  rollouts?: number;
  /** who writes the rollouts; default: the policy itself */
  rolloutPolicy?: Policy;
  /** continuations from a fork that are tried until one is correct, a count >= 1; default Infinity: one is always found */
  tries?: number;
}

/**
 * Per-step DPO: the rejected side of a pair ends with the first pit of a wrong solution.
 *
 * @param graph problems and their steps
 * @param policy who writes both sides
 * @param options construction of the pair, rollouts that find the pit
 * @returns pairs, each weighted by the chance that draws of the policy give it; a wrong solution without a pit gives none
 * @throws RangeError or TypeError when an argument is not well formed
 * @source arXiv:2406.14532; Hwang et al. 2024, arXiv:2404.10346
 */
export function pitPairs(graph: StepGraph, policy: Policy, options: PitPairOptions): PreferencePairs {
  const { construction, rolloutPolicy = policy } = options;
  const { rollouts = Number.POSITIVE_INFINITY, tries = Number.POSITIVE_INFINITY } = options;
  requireOneOf("pitPairs", "construction", construction, ["full", "forked"]);
  const { qValues } = exactValues(graph, rolloutPolicy);
  const pits = pitsOf(solutionsOf(graph, policy), qValues, rollouts);
  return construction === "full" ? fullPairs(graph, policy, pits) : forkedPairs(graph, policy, pits, tries);
}

/** A wrong solution up to its first pit, with the chance that one draw of the problem gives it. */
interface Pit {
  readonly problem: number;
  readonly problemShare: number;
  readonly prefix: readonly StepPlace[];
  chance: number;
}

function pitsOf(solutions: readonly Solution[], qValues: Policy, rollouts: number): Pit[] {
  const byPrefix = new Map<string, Pit>();
  for (const { problem, problemShare, chanceInProblem, steps, reward } of solutions) {
    const qAfter = steps.map(({ state, action }) => qValues[state]?.[action] ?? 0);
    for (const [index, called] of firstPitChances(qAfter, rollouts).entries()) {
      const chance = chanceInProblem * (1 - reward) * called;
      if (chance === 0) continue;
      const prefix = steps.slice(0, index + 1);
      const key = `${problem}:${prefix.map(({ state, action }) => `${state}/${action}`).join(" ")}`;
      const known = byPrefix.get(key);
      if (known === undefined) byPrefix.set(key, { problem, problemShare, prefix, chance });
      else known.chance += chance;
    }
  }
  return [...byPrefix.values()];
}

function fullPairs(graph: StepGraph, policy: Policy, pits: readonly Pit[]): PreferencePairs {
  const solutions = solutionsOf(graph, policy).filter(({ reward }) => reward > 0);
  const texts = [...solutions.map(({ steps }) => steps), ...pits.map(({ prefix }) => prefix)];
  const pairs = solutions.flatMap((solution, chosen) =>
    pits.flatMap((pit, index): PreferencePair[] => {
      if (pit.problem !== solution.problem) return [];
      const weight = pit.problemShare * solution.chanceInProblem * solution.reward * pit.chance;
      return [{ chosen, rejected: solutions.length + index, weight, label: 1 }];
    }),
  );
  return { texts, pairs };
}

/** Grouped by the pit step alone, since the prefix before it is prompt and no log-probability of it counts. */
function forkedPairs(graph: StepGraph, policy: Policy, pits: readonly Pit[], tries: number): PreferencePairs {
  const bySteps = new Map<string, { at: StepPlace; weight: number }>();
  for (const { prefix, chance, problemShare } of pits) {
    const at = prefix.at(-1) as StepPlace;
    const key = `${at.state}/${at.action}`;
    bySteps.set(key, { at, weight: (bySteps.get(key)?.weight ?? 0) + problemShare * chance });
  }
  const texts: (readonly StepPlace[])[] = [];
  const pairs: PreferencePair[] = [];
  const { values } = exactValues(graph, policy);
  for (const { at, weight } of bySteps.values()) {
    const value = values[at.state] ?? 0;
    if (value === 0) continue; // no correct continuation to fork to
    const isFound = tries === Number.POSITIVE_INFINITY ? 1 : bestOfK(value, tries);
    const rejected = texts.push([at]) - 1;
    for (const { steps, chance, reward } of continuationsFrom(graph, policy, at.state)) {
      if (reward === 0) continue;
      const chosen = texts.push(steps) - 1;
      pairs.push({ chosen, rejected, weight: (weight * isFound * chance * reward) / value, label: 1 });
    }
  }
  return { texts, pairs };
}

/** Ordered pairs of different solutions of one problem. */
function* sameProblem(solutions: readonly Solution[]): Generator<[number, number]> {
  for (const [one, { problem, reward }] of solutions.entries()) {
    if (reward === 0) continue;
    for (const [other, against] of solutions.entries()) {
      if (other !== one && against.problem === problem) yield [one, other];
    }
  }
}
