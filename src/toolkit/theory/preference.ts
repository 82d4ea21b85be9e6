/** @file DPO on given pairs, in expectation: whole responses, responses against prefixes, or single steps, with any labels. */
import { requirePositive } from "../core/argument-checks.ts";
import { type Objective, zerosLike } from "./objective.ts";
import type { StepPlace } from "./solutions.ts";
import type { Policy } from "./step-graph.ts";

/** Texts in pairs. A text stands once, however many pairs it is in. */
export interface PreferencePairs {
  /** the steps of each text whose log-probability counts (its completion) */
  readonly texts: readonly (readonly StepPlace[])[];
  readonly pairs: readonly PreferencePair[];
}

/** Two texts after one prompt. */
export interface PreferencePair {
  /** index of the text that is preferred with chance `label` */
  readonly chosen: number;
  readonly rejected: number;
  /** how often the pair is drawn, >= 0 */
  readonly weight: number;
  /** chance that the label prefers `chosen`, in [0, 1]; 1 for deterministic labels */
  readonly label: number;
}

/** What DPO needs beside its pairs. */
export interface PreferenceOptions {
  /** strength of the pull to the reference, > 0 */
  beta: number;
  /** the reference policy, above 0 on every step of the texts */
  reference: Policy;
}

/**
 * Direct preference optimisation in expectation: the sum over pairs of weight times
 * -label log sigmoid(margin) - (1 - label) log sigmoid(-margin), margin = beta (logRatio(chosen) - logRatio(rejected)),
 * logRatio(text) = sum over its steps of log pi - log reference.
 *
 * @param name for legends
 * @param data texts and pairs
 * @param options beta and reference policy
 * @returns an objective
 * @throws RangeError when beta is not positive, or the reference never writes a text
 * @source Rafailov et al. 2023, arXiv:2305.18290, eq. 7
 */
export function preferenceObjective(name: string, data: PreferencePairs, options: PreferenceOptions): Objective {
  const { beta, reference } = options;
  requirePositive("preferenceObjective", "beta", beta);
  const referenceLogProbs = data.texts.map((text) =>
    sumOver(text, (state, action) => Math.log(reference[state]?.[action] ?? 0)),
  );
  if (referenceLogProbs.some((logProb) => logProb === -Infinity)) {
    throw new RangeError("preferenceObjective requires a reference that can write every text, got one of chance 0");
  }
  return {
    name,
    at({ logPolicy }) {
      const logRatios = data.texts.map(
        (text, index) =>
          sumOver(text, (state, action) => logPolicy[state]?.[action] ?? 0) - (referenceLogProbs[index] ?? 0),
      );
      const byText = new Float64Array(data.texts.length); // dL / d logRatio of each text
      let loss = 0;
      for (const { chosen, rejected, weight, label } of data.pairs) {
        const margin = beta * ((logRatios[chosen] ?? 0) - (logRatios[rejected] ?? 0));
        loss += weight * (label * logOnePlusExp(-margin) + (1 - label) * logOnePlusExp(margin));
        const pull = weight * beta * (sigmoid(margin) - label); // of  loss += weight * (...)
        byText[chosen] = (byText[chosen] ?? 0) + pull;
        byText[rejected] = (byText[rejected] ?? 0) - pull;
      }
      const slope = zerosLike(logPolicy);
      for (const [index, text] of data.texts.entries()) {
        for (const { state, action } of text) {
          const row = slope[state];
          if (row !== undefined) row[action] = (row[action] ?? 0) + (byText[index] ?? 0);
        }
      }
      return { loss, slope };
    },
  };
}

/** 1 / (1 + exp(-x)), without overflow; 1 at Infinity. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** ln(1 + exp(x)), without overflow. */
function logOnePlusExp(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sumOver(text: readonly StepPlace[], logOf: (state: number, action: number) => number): number {
  let sum = 0;
  for (const { state, action } of text) sum += logOf(state, action);
  return sum;
}
