/** @file Theorem 6.1: per-step DPO has the optimum of advantage-weighted RL. Held to 1e-9, and broken condition by condition. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { advantageWeightedOptimum, advantageWeightedSteps } from "../../../src/toolkit/theory/advantage-data.ts";
import { exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { findOptimum } from "../../../src/toolkit/theory/find-optimum.ts";
import { gradientFlow } from "../../../src/toolkit/theory/gradient-flow.ts";
import { likelihoodOptimum, weightedLikelihood } from "../../../src/toolkit/theory/likelihood.ts";
import { preferenceObjective } from "../../../src/toolkit/theory/preference.ts";
import { softmaxFamily } from "../../../src/toolkit/theory/softmax-family.ts";
import { type ComparisonOptions, stepComparisons } from "../../../src/toolkit/theory/step-comparison.ts";
import { type Policy, type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { largestGap, onRandomGraphs } from "./instances.ts";

const THEOREM = 1e-9;
const reference = [0.4, 0.3, 0.2, 0.1];
const advantages = [[-0.5, 0.1, 0.4, 0], [], []];
const beta = 0.5;

/** One state with four steps. A and B share a feature, so a policy with shared features cannot tell them apart. */
const bandit: StepGraph = {
  starts: [{ state: 0, probability: 1 }],
  states: [
    {
      name: "state",
      reward: 0,
      actions: reference.map((probability, action) => ({
        name: "abcd"[action] ?? "",
        next: 1 + (action % 2),
        probability,
        features: [["ab", "ab", "c", "d"][action] ?? ""],
      })),
    },
    { name: "right", reward: 1, actions: [] },
    { name: "wrong", reward: 0, actions: [] },
  ],
};

function optimumOf(options: {
  sampling?: Policy;
  features?: "tabular" | "shared";
  comparison?: Partial<ComparisonOptions>;
}) {
  const base = writtenPolicy(bandit);
  const { sampling = base, features = "tabular", comparison = {} } = options;
  const pairs = stepComparisons(bandit, sampling, { advantages, labels: "bradley-terry", ...comparison });
  const objective = preferenceObjective("per-step DPO", pairs, { beta, reference: base });
  return findOptimum(softmaxFamily(bandit, base, features), objective);
}

function found(options: Parameters<typeof optimumOf>[0]): number[] {
  const optimum = optimumOf(options);
  assert.ok(optimum.ok, optimum.ok ? "" : optimum.reason);
  return [...(optimum.policy[0] ?? [])];
}

const closed = advantageWeightedOptimum([reference], advantages, beta)[0] ?? [];

test("the golden instance has its known optimum, by the closed form and by minimising the DPO loss", () => {
  const golden = [0.138995, 0.346111, 0.420437, 0.094457]; // by hand: ref exp(A/beta) / Z, Z = 1.058677
  for (const policy of [closed, found({})]) {
    assert.deepEqual(
      policy.map((chance) => Number(chance.toFixed(6))),
      golden,
    );
  }
  assert.ok(largestGap([found({})], [closed]) < THEOREM);
});

test("over random problems both sides have one optimum to 1e-9, in every state that is visited", () => {
  onRandomGraphs((graph, stream) => {
    const policy = writtenPolicy(graph);
    const strength = 0.2 + stream.uniform();
    const own = exactValues(graph, policy).advantages;
    const pairs = stepComparisons(graph, policy, { advantages: own, labels: "bradley-terry" });
    const objective = preferenceObjective("per-step DPO", pairs, { beta: strength, reference: policy });
    const optimum = findOptimum(softmaxFamily(graph, policy), objective);
    assert.ok(optimum.ok, optimum.ok ? "" : optimum.reason);
    const weighted = likelihoodOptimum(advantageWeightedSteps(graph, policy, strength), policy);
    assert.ok(largestGap(optimum.policy, weighted) < THEOREM);
    assert.ok(largestGap(advantageWeightedOptimum(policy, own, strength), weighted) < THEOREM);
  }, 40);
});

test("a constant added to the advantages of a state changes no optimum", () => {
  onRandomGraphs((graph, stream) => {
    const policy = writtenPolicy(graph);
    const own = exactValues(graph, policy).advantages;
    const moved = own.map((row) => {
      const constant = stream.normal();
      return row.map((advantage) => advantage + constant);
    });
    const [plain, shifted] = [own, moved].map((each) => advantageWeightedOptimum(policy, each, 0.3)) as [
      Policy,
      Policy,
    ];
    assert.ok(largestGap(plain, shifted) < 1e-12);
    const labels = (each: Policy) =>
      stepComparisons(graph, policy, { advantages: each, labels: "bradley-terry" }).pairs.map(({ label }) => [label]);
    assert.ok(largestGap(labels(own), labels(moved)) < 1e-12);
  });
});

test("broken, reference = sampling policy: DPO stays with its reference, weighted RL goes to its sampler", () => {
  const sampling = [[0.1, 0.2, 0.3, 0.4], [], []];
  assert.ok(largestGap([found({ sampling })], [closed]) < THEOREM); // expressive, so where the pairs lie does not matter
  const weighted = advantageWeightedOptimum(sampling, advantages, beta)[0] ?? [];
  assert.ok(largestGap([closed], [weighted]) > 0.2);
});

test("broken, expressive policy: with two steps confused the two sides part", () => {
  const base = writtenPolicy(bandit);
  const family = softmaxFamily(bandit, base, "shared");
  const weights = base.map((row, state) =>
    row.map((chance, action) => chance * Math.exp((advantages[state]?.[action] ?? 0) / beta)),
  );
  const weighted = findOptimum(family, weightedLikelihood("advantage-weighted", weights));
  const dpo = found({ features: "shared" });
  assert.ok(weighted.ok);
  const gap = largestGap([dpo], [weighted.policy[0] ?? []]);
  assert.ok(gap > 0.01, String(gap));
  assert.ok(Math.abs((dpo[0] ?? 0) / (dpo[1] ?? 1) - 4 / 3) < THEOREM); // confused steps keep their ratio
});

test("broken, mass on every step: what the reference never writes stays at 0, and what is never compared is not ordered", () => {
  const without = [[0.5, 0.3, 0.2, 0], [], []];
  const optimum = advantageWeightedOptimum(without, advantages, beta)[0] ?? [];
  assert.equal(optimum[3], 0);
  const policy = found({ sampling: [[0.5, 0.5, 0, 0], [], []] }); // only a and b are ever compared
  const ratio = (one: number, other: number, chances: readonly number[]) => (chances[one] ?? 0) / (chances[other] ?? 1);
  assert.ok(Math.abs(ratio(0, 1, policy) - ratio(0, 1, closed)) < 1e-8);
  assert.ok(Math.abs(ratio(2, 3, policy) - 2) < 1e-8); // c and d keep the reference's 0.2 / 0.1
});

test("broken, noise that matches: labels c times as sharp give exp(c A / beta)", () => {
  for (const sharpness of [0.5, 2, 4]) {
    const expected = advantageWeightedOptimum([reference], advantages, beta / sharpness)[0] ?? [];
    assert.ok(largestGap([found({ comparison: { sharpness } })], [expected]) < THEOREM);
  }
});

test("broken, noise at all: with deterministic labels there is no finite optimum", () => {
  const optimum = optimumOf({ comparison: { labels: "deterministic" } });
  assert.ok(!optimum.ok);
  assert.match(optimum.reason, /no finite optimum of "per-step DPO"/);
});

test("with deterministic labels the margin grows with the logarithm of training time: ln 10 / beta a decade", () => {
  const pair: StepGraph = {
    starts: bandit.starts,
    states: [
      {
        name: "state",
        reward: 0,
        actions: [0, 1].map((way) => ({ name: `${way}`, next: 1 + way, probability: 0.5, features: [] })),
      },
      ...bandit.states.slice(1),
    ],
  };
  const base = writtenPolicy(pair);
  const pairs = stepComparisons(pair, base, { advantages: [[0.5, -0.5], [], []], labels: "deterministic" });
  const objective = preferenceObjective("per-step DPO", pairs, { beta, reference: base });
  const points = gradientFlow(softmaxFamily(pair, base), objective, { times: [1e4, 1e5, 1e6] });
  const margins = points.map(({ weights }) => (weights[0] ?? 0) - (weights[1] ?? 0));
  // d margin / dt = 2 weight beta sigmoid(-beta margin), so exp(beta margin) grows as beta^2 t
  for (const [index, margin] of margins.slice(1).entries()) {
    assert.ok(Math.abs(margin - (margins[index] ?? 0) - Math.log(10) / beta) < 0.02);
  }
});
