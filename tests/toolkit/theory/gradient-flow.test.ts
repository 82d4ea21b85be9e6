/** @file Gradient flow against solutions in closed form, and against what it must converge to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findOptimum } from "../../../src/toolkit/theory/find-optimum.ts";
import { gradientFlow } from "../../../src/toolkit/theory/gradient-flow.ts";
import { weightedLikelihood } from "../../../src/toolkit/theory/likelihood.ts";
import { softmaxFamily } from "../../../src/toolkit/theory/softmax-family.ts";
import { type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { verifiedPolicy, verifiedSteps } from "../../../src/toolkit/theory/verified-data.ts";
import { largestGap, onRandomGraphs } from "./instances.ts";

const coin: StepGraph = {
  starts: [{ state: 0, probability: 1 }],
  states: [
    {
      name: "state",
      reward: 0,
      actions: [
        { name: "right", next: 1, probability: 0.5, features: ["right"] },
        { name: "wrong", next: 2, probability: 0.5, features: [] },
      ],
    },
    { name: "correct", reward: 1, actions: [] },
    { name: "incorrect", reward: 0, actions: [] },
  ],
};

test("one logit under maximum likelihood follows w + exp(w) = 1 + t, its closed form", () => {
  // dw/dt = 1 - sigmoid(w) = 1 / (1 + exp(w)), so (1 + exp(w)) dw = dt
  const family = softmaxFamily(coin, writtenPolicy(coin), "shared");
  const flow = gradientFlow(family, weightedLikelihood("SFT", [[1, 0], [], []]), { times: [0, 0.5, 3, 50, 2000] });
  for (const { time, weights } of flow) {
    const weight = weights[0] ?? NaN;
    assert.ok(Math.abs(weight + Math.exp(weight) - 1 - time) < 1e-5 * (1 + time), String(time));
  }
});

test("recording more often changes nothing, and the loss never rises", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const objective = weightedLikelihood("SFT", verifiedSteps(graph, policy));
    const family = softmaxFamily(graph, policy, "shared");
    const times = [0, 0.1, 0.5, 1, 2, 5];
    const often = gradientFlow(family, objective, { times });
    const once = gradientFlow(family, objective, { times: [5] });
    assert.ok(largestGap(often.at(-1)?.policy ?? [], once[0]?.policy ?? []) < 1e-6);
    for (const [index, point] of often.slice(1).entries()) assert.ok(point.loss <= (often[index]?.loss ?? 0) + 1e-9);
  }, 20);
});

test("the flow of a likelihood goes to its optimum, and Newton's steps go there at once", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    // half the written policy keeps every step above 0, so that the optimum is finite
    const steps = verifiedSteps(graph, policy).map((row, state) =>
      row.map((weight, action) => weight + 0.5 * (policy[state]?.[action] ?? 0)),
    );
    const family = softmaxFamily(graph, policy);
    const objective = weightedLikelihood("SFT", steps);
    const optimum = findOptimum(family, objective);
    assert.ok(optimum.ok, optimum.ok ? "" : optimum.reason);
    const [end] = gradientFlow(family, objective, { times: [400] });
    assert.ok(largestGap(end?.policy ?? [], optimum.policy) < 1e-6);
  }, 8);
});

test("positives alone have no finite optimum where they leave a step out", () => {
  const family = softmaxFamily(coin, writtenPolicy(coin));
  const steps = verifiedSteps(coin, writtenPolicy(coin));
  assert.deepEqual(verifiedPolicy(coin, writtenPolicy(coin))[0], [1, 0]);
  assert.ok(!findOptimum(family, weightedLikelihood("SFT", steps)).ok);
});

test("times that fall are refused", () => {
  const family = softmaxFamily(coin, writtenPolicy(coin));
  const objective = weightedLikelihood("SFT", [[1, 0], [], []]);
  assert.throws(() => gradientFlow(family, objective, { times: [1, 0.5] }), /gradientFlow requires rising times/);
  assert.throws(() => gradientFlow(family, objective, { times: [1], from: [1] }), /policyAt requires 2 weights/);
});
