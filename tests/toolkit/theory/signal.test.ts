/** @file Where examples push, what a prover adds, and how positive and negative samples differ. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { advantageWeightedOptimum } from "../../../src/toolkit/theory/advantage-data.ts";
import { exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { gradientFlow } from "../../../src/toolkit/theory/gradient-flow.ts";
import { reinforcement } from "../../../src/toolkit/theory/policy-gradient.ts";
import { preferenceObjective } from "../../../src/toolkit/theory/preference.ts";
import { pitPairs, responsePairs } from "../../../src/toolkit/theory/preference-data.ts";
import { proverFit } from "../../../src/toolkit/theory/prover.ts";
import { sampledReinforcement } from "../../../src/toolkit/theory/sampled-reinforcement.ts";
import { softmaxFamily } from "../../../src/toolkit/theory/softmax-family.ts";
import { stepComparisons } from "../../../src/toolkit/theory/step-comparison.ts";
import { type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { stepKindGraph } from "../../../src/toolkit/theory/step-kinds.ts";
import { pairExamples, stepSignal } from "../../../src/toolkit/theory/step-signal.ts";
import { largestGap, onRandomGraphs } from "./instances.ts";

const free = { kind: "free", ways: 3 } as const;
const critical = { kind: "critical", right: 0.7 } as const;
const wordy = stepKindGraph([free, critical, free, critical, free]);

test("step pairs spend more of their energy on critical steps: whole responses < full < forked < shared prefix", () => {
  const policy = writtenPolicy(wordy);
  const { advantages } = exactValues(wordy, policy);
  const isCritical = advantages.map((row) => row.some((advantage) => Math.abs(advantage) > 1e-12));
  const share = (pairs: Parameters<typeof pairExamples>[0]): number => {
    const { energy } = stepSignal(wordy, policy, pairExamples(pairs));
    const at = (kind: boolean) => energy.reduce((sum, part, state) => sum + (isCritical[state] === kind ? part : 0), 0);
    return at(true) / (at(true) + at(false));
  };
  const shares = [
    share(responsePairs(wordy, policy)),
    share(pitPairs(wordy, policy, { construction: "full" })),
    share(pitPairs(wordy, policy, { construction: "forked" })),
    share(stepComparisons(wordy, policy, { advantages, labels: "deterministic" })),
  ];
  for (const [index, own] of shares.slice(1).entries()) assert.ok(own > (shares[index] ?? 0) + 0.02, shares.join(" "));
  assert.equal(shares.at(-1), 1);
});

test("in the mean no kind of pair pushes a step of advantage 0 at the start: what moves it is noise", () => {
  const policy = writtenPolicy(wordy);
  const { signal, energy } = stepSignal(wordy, policy, pairExamples(responsePairs(wordy, policy)));
  assert.ok((signal[0] ?? 1) < 1e-24); // the first wording
  assert.ok((energy[0] ?? 0) > 0.5);
});

/** Two routes of one value: a critical step of chance 1/2, or two of chance sqrt(1/2). Which is taken has advantage 0. */
function routes(): StepGraph {
  const step = (name: string, next: number, probability: number) => ({ name, next, probability, features: [] });
  const half = Math.SQRT1_2;
  return {
    starts: [{ state: 0, probability: 1 }],
    states: [
      { name: "prompt", reward: 0, actions: [step("short", 1, 0.5), step("long", 2, 0.5)] },
      { name: "short", reward: 0, actions: [step("right", 4, 0.5), step("wrong", 5, 0.5)] },
      { name: "long", reward: 0, actions: [step("right", 3, half), step("wrong", 5, 1 - half)] },
      { name: "longer", reward: 0, actions: [step("right", 4, half), step("wrong", 5, 1 - half)] },
      { name: "correct", reward: 1, actions: [] },
      { name: "wrong", reward: 0, actions: [] },
    ],
  };
}

test("as training goes on, pairs of whole responses move a choice of advantage 0, and forked pairs never do", () => {
  const graph = routes();
  const reference = writtenPolicy(graph);
  const shortAfter = (pairs: Parameters<typeof pairExamples>[0]): number => {
    const objective = preferenceObjective("DPO", pairs, { beta: 0.5, reference });
    return gradientFlow(softmaxFamily(graph, reference), objective, { times: [1000] })[0]?.policy[0]?.[0] ?? Number.NaN;
  };
  assert.ok(shortAfter(responsePairs(graph, reference)) > 0.65);
  assert.ok(Math.abs(shortAfter(pitPairs(graph, reference, { construction: "forked" })) - 0.5) < 1e-6);
});

test("forked pairs are rarer by the chance that a correct continuation is found in the tries given", () => {
  const policy = writtenPolicy(wordy);
  const weight = (tries: number) =>
    pitPairs(wordy, policy, { construction: "forked", tries }).pairs.reduce((sum, pair) => sum + pair.weight, 0);
  const { success } = exactValues(wordy, policy);
  assert.ok(Math.abs(weight(Infinity) - (1 - success)) < 1e-12); // every wrong solution gives a pair
  // by hand: a blunder at the first critical step (0.3) forks at value 0.49, at the second (0.7 x 0.3) at 0.7
  assert.ok(Math.abs(weight(1) - (0.3 * 0.49 + 0.21 * 0.7)) < 1e-12);
});

test("a prover's first-order gain is the derivative of the success along its update", () => {
  onRandomGraphs((graph, stream) => {
    const policy = writtenPolicy(graph);
    const prover = policy.map((row) => row.map(() => stream.normal()));
    const alpha = stream.uniform();
    const { qValues } = exactValues(graph, policy);
    const rewards = qValues.map((row, state) => row.map((q, action) => q + alpha * (prover[state]?.[action] ?? 0)));
    const successAt = (gamma: number) => {
      const signed = rewards.map((row) => row.map((reward) => Math.sign(gamma) * reward));
      return exactValues(graph, advantageWeightedOptimum(policy, signed, 1 / Math.abs(gamma))).success;
    };
    const difference = (successAt(1e-5) - successAt(-1e-5)) / 2e-5;
    assert.ok(Math.abs(proverFit(graph, policy, prover, alpha).gain - difference) < 1e-8);
  });
});

test("in expectation positive and negative samples train alike; one at a time, positives settle on one right answer more often", () => {
  const chances = [0.3, 0.1, 0.3, 0.2, 0.1];
  const actions = chances.map((probability, way) => ({
    name: `${way}`,
    next: way < 2 ? 1 : 2,
    probability,
    features: [],
  }));
  const graph: StepGraph = {
    starts: [{ state: 0, probability: 1 }],
    states: [
      { name: "prompt", reward: 0, actions },
      { name: "correct", reward: 1, actions: [] },
      { name: "wrong", reward: 0, actions: [] },
    ],
  };
  const family = softmaxFamily(graph, writtenPolicy(graph));
  const [positives, negatives] = [
    { positive: 1, negative: 0 },
    { positive: 0, negative: 1 },
  ];
  const flow = (parts: typeof positives) =>
    gradientFlow(family, reinforcement("flow", graph, parts), { times: [10] })[0]?.policy ?? [];
  assert.ok(largestGap(flow(positives), flow(negatives)) < 1e-6);
  const settled = (parts: typeof positives): number => {
    let count = 0;
    for (let run = 0; run < 100; run++) {
      const options = { ...parts, rate: 2, updates: 10 };
      const [row = []] = sampledReinforcement(family, options, createStream(7).split(run));
      count += Number(Math.min(row[0] ?? 0, row[1] ?? 0) < 0.01 * ((row[0] ?? 0) + (row[1] ?? 0)));
    }
    return count;
  };
  assert.ok(settled(positives) > settled(negatives) + 10);
});
