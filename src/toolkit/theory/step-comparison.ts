/** @file The pairs of Theorem 6.1: two next steps after one prefix, labelled by advantage, with Bradley-Terry noise or without. */
import { requireOneOf } from "../core/argument-checks.ts";
import { ZERO_ADVANTAGE } from "./advantage-data.ts";
import { visitsOf } from "./exact-values.ts";
import { type PreferencePair, type PreferencePairs, sigmoid } from "./preference.ts";
import type { StepTable } from "./softmax-family.ts";
import type { StepPlace } from "./solutions.ts";
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/** How two steps are labelled. */
export interface ComparisonOptions {
  /** A(s, a) by which steps are compared; any constant a state leaves the labels as they are */
  advantages: StepTable;
  /** "bradley-terry": P(a preferred to b) = sigmoid(sharpness (A(a) - A(b))); "deterministic": the larger, ties give no pair */
  labels: "bradley-terry" | "deterministic";
  /** factor of the advantages in the labels, default 1: what the theorem asks for */
  sharpness?: number;
}

/**
 * All pairs of steps after a shared prefix: prefix drawn by the policy, then two steps drawn by the policy.
 *
 * @param graph problems and their steps
 * @param policy who draws prefixes and steps
 * @param options advantages and labels
 * @returns single-step texts in pairs, weighted by how often the policy draws them
 * @throws RangeError or TypeError when an argument is not well formed
 * @source arXiv:2406.14532, Theorem 6.1
 */
export function stepComparisons(graph: StepGraph, policy: Policy, options: ComparisonOptions): PreferencePairs {
  const { advantages, labels, sharpness = 1 } = options;
  requireStepGraph("stepComparisons", graph);
  requirePolicy("stepComparisons", graph, policy);
  requireOneOf("stepComparisons", "labels", labels, ["bradley-terry", "deterministic"]);
  const visits = visitsOf(graph, policy);
  const texts: StepPlace[][] = [];
  const pairs: PreferencePair[] = [];
  for (const [state, row] of policy.entries()) {
    const written = row.flatMap((chance, action) => (chance > 0 ? [{ chance, action, text: 0 }] : []));
    for (const step of written) step.text = texts.push([{ state, action: step.action }]) - 1;
    for (const [index, one] of written.entries()) {
      for (const other of written.slice(index + 1)) {
        const gap = (advantages[state]?.[one.action] ?? 0) - (advantages[state]?.[other.action] ?? 0);
        if (labels === "deterministic" && Math.abs(gap) <= ZERO_ADVANTAGE) continue;
        const label = labels === "deterministic" ? Number(gap > 0) : sigmoid(sharpness * gap);
        const weight = (visits[state] ?? 0) * 2 * one.chance * other.chance; // drawn in either order
        if (weight > 0) pairs.push({ chosen: one.text, rejected: other.text, weight, label });
      }
    }
  }
  return { texts, pairs };
}
