/** @file Every objective's gradient against finite differences of its loss, and its special cases against each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { advantageFilteredSteps, advantageWeightedSteps } from "../../../src/toolkit/theory/advantage-data.ts";
import { exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { likelihoodOptimum, weightedLikelihood } from "../../../src/toolkit/theory/likelihood.ts";
import { lossAndGradient, type Objective, sumOfObjectives } from "../../../src/toolkit/theory/objective.ts";
import { reinforcement } from "../../../src/toolkit/theory/policy-gradient.ts";
import { preferenceObjective } from "../../../src/toolkit/theory/preference.ts";
import { pitPairs, responsePairs } from "../../../src/toolkit/theory/preference-data.ts";
import { softmaxFamily } from "../../../src/toolkit/theory/softmax-family.ts";
import { stepComparisons } from "../../../src/toolkit/theory/step-comparison.ts";
import { type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { rejectionSteps, verifiedPolicy, verifiedSteps } from "../../../src/toolkit/theory/verified-data.ts";
import { graphOf, largestGap, onRandomGraphs } from "./instances.ts";

const reference = writtenPolicy;

/** Every way to train, by name. */
const OBJECTIVES: Record<string, (graph: StepGraph) => Objective> = {
  SFT: (graph) => weightedLikelihood("SFT", verifiedSteps(graph, reference(graph))),
  "RFT, distinct": (graph) =>
    weightedLikelihood("RFT", rejectionSteps(graph, reference(graph), { samples: 4, distinct: true })),
  "advantage-filtered": (graph) => weightedLikelihood("filtered", advantageFilteredSteps(graph, reference(graph))),
  "advantage-weighted": (graph) => weightedLikelihood("weighted", advantageWeightedSteps(graph, reference(graph), 0.5)),
  "DPO on whole responses": (graph) => dpo(graph, responsePairs(graph, reference(graph))),
  "per-step DPO, full": (graph) => dpo(graph, pitPairs(graph, reference(graph), { construction: "full", rollouts: 5 })),
  "per-step DPO, forked": (graph) => dpo(graph, pitPairs(graph, reference(graph), { construction: "forked" })),
  "step comparisons, Bradley-Terry": (graph) => dpo(graph, comparisons(graph, "bradley-terry")),
  "step comparisons, deterministic": (graph) => dpo(graph, comparisons(graph, "deterministic")),
  "success itself": (graph) => reinforcement("success", graph, { positive: 1, negative: 0 }),
  "negative samples alone": (graph) => reinforcement("NSR", graph, { positive: 0, negative: 1 }),
  "likelihood and DPO together": (graph) =>
    sumOfObjectives("both", [
      { objective: weightedLikelihood("SFT", verifiedSteps(graph, reference(graph))), factor: 0.3 },
      { objective: dpo(graph, responsePairs(graph, reference(graph))), factor: 2 },
    ]),
};

function dpo(graph: StepGraph, pairs: Parameters<typeof preferenceObjective>[1]): Objective {
  return preferenceObjective("DPO", pairs, { beta: 0.5, reference: reference(graph) });
}

function comparisons(graph: StepGraph, labels: "bradley-terry" | "deterministic") {
  const { advantages } = exactValues(graph, reference(graph));
  return stepComparisons(graph, reference(graph), { advantages, labels });
}

for (const [name, objectiveOf] of Object.entries(OBJECTIVES)) {
  test(`the gradient of ${name} is that of finite differences, tabular and with shared features`, () => {
    for (const seed of [3, 4, 5, 6, 10, 11]) {
      const graph = graphOf(seed);
      const objective = objectiveOf(graph);
      for (const features of ["tabular", "shared"] as const) {
        const family = softmaxFamily(graph, reference(graph), features);
        const stream = createStream(seed).split("weights");
        const weights = Float64Array.from(family.features, () => stream.normal(0, 0.7));
        const { gradient } = lossAndGradient(family, objective, weights);
        for (const [index, slope] of gradient.entries()) {
          const lossAt = (move: number) => {
            const moved = weights.map((weight, at) => (at === index ? weight + move : weight));
            return lossAndGradient(family, objective, moved).loss;
          };
          const difference = (lossAt(1e-5) - lossAt(-1e-5)) / 2e-5; // error of order 1e-10 of both kinds
          assert.ok(
            Math.abs(slope - difference) < 1e-8 * (1 + Math.abs(slope)),
            `${name}, ${seed}: ${slope} ${difference}`,
          );
        }
      }
    }
  });
}

test("the optimum of the likelihood of a policy's correct solutions is that policy conditioned on success", () => {
  onRandomGraphs((graph) => {
    const policy = reference(graph);
    const optimum = likelihoodOptimum(verifiedSteps(graph, policy), verifiedPolicy(graph, policy));
    assert.ok(largestGap(optimum, verifiedPolicy(graph, policy)) < 1e-9);
  });
});

test("at the reference, DPO on whole responses pulls along the policy gradient: in the mean it is exact credit", () => {
  // sum over pairs: P(s, a | right) - P(s, a | wrong) is visits pi (q - V0) up to a constant a state; for one problem
  onRandomGraphs((graph) => {
    if (graph.starts.length > 1) return;
    const family = softmaxFamily(graph, reference(graph));
    const zero = new Float64Array(family.features.length);
    const pairs = lossAndGradient(family, dpo(graph, responsePairs(graph, reference(graph))), zero).gradient;
    const success = lossAndGradient(
      family,
      reinforcement("success", graph, { positive: 1, negative: 0 }),
      zero,
    ).gradient;
    for (const [index, part] of pairs.entries()) assert.ok(Math.abs(part - 0.25 * (success[index] ?? NaN)) < 1e-12);
  });
});

test("a loss that asks for text the reference never writes is refused", () => {
  const data = { texts: [[{ state: 0, action: 0 }], [{ state: 0, action: 1 }]], pairs: [] };
  assert.throws(() => preferenceObjective("DPO", data, { beta: 1, reference: [[1, 0]] }), /a reference that can write/);
});
