/** @file What holds for every problem and every policy: averages, ranges, telescoping, conditioning, pits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bestOfK, exactPassAtK, exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { firstPitChances } from "../../../src/toolkit/theory/first-pit.ts";
import { policyDivergence } from "../../../src/toolkit/theory/policy-divergence.ts";
import { sampleContinuation } from "../../../src/toolkit/theory/sample-solution.ts";
import { solutionsOf } from "../../../src/toolkit/theory/solutions.ts";
import { writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { unfold } from "../../../src/toolkit/theory/unfold.ts";
import { rejectionSteps, verifiedPolicy, verifiedSteps } from "../../../src/toolkit/theory/verified-data.ts";
import { largestGap, onRandomGraphs } from "./instances.ts";

const ROUNDING = 1e-12; // sums of a few hundred products of probabilities

test("advantages of a state's steps average to 0 under the policy, and values lie in [0, 1]", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const { advantages, values, qValues, visits } = exactValues(graph, policy);
    for (const [state, row] of policy.entries()) {
      const mean = row.reduce((sum, chance, action) => sum + chance * (advantages[state]?.[action] ?? 0), 0);
      assert.ok(Math.abs(mean) < ROUNDING);
    }
    for (const value of [...values, ...qValues.flat(), ...visits]) assert.ok(value >= 0 && value <= 1 + ROUNDING);
  });
});

test("along every solution the advantages telescope to its reward minus the value of its prompt", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const { advantages, values } = exactValues(graph, policy);
    for (const { steps, reward, problem } of solutionsOf(graph, policy)) {
      const sum = steps.reduce((total, { state, action }) => total + (advantages[state]?.[action] ?? 0), 0);
      assert.ok(Math.abs(sum - (reward - (values[graph.starts[problem]?.state ?? -1] ?? NaN))) < ROUNDING);
    }
  });
});

test("success is the reward of all solutions by their chance; the ends are visited with chance 1", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const { success, visits } = exactValues(graph, policy);
    const listed = solutionsOf(graph, policy).reduce(
      (sum, y) => sum + y.problemShare * y.chanceInProblem * y.reward,
      0,
    );
    assert.ok(Math.abs(success - listed) < ROUNDING);
    const ended = visits.reduce(
      (sum, visit, state) => sum + (graph.states[state]?.actions.length === 0 ? visit : 0),
      0,
    );
    assert.ok(Math.abs(ended - 1) < ROUNDING);
  });
});

test("unfolding a graph into a tree changes no success", () => {
  onRandomGraphs((graph) => {
    const tree = unfold(graph);
    const [own, unfolded] = [exactValues(graph, writtenPolicy(graph)), exactValues(tree, writtenPolicy(tree))];
    assert.ok(Math.abs(own.success - unfolded.success) < ROUNDING);
  });
});

test("best-of-1 equals plain, best-of-k grows with k, and its advantages average to 0 or less", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const { success, qValues, values } = exactValues(graph, policy);
    assert.ok(Math.abs(exactPassAtK(graph, policy, 1) - success) < ROUNDING);
    assert.ok(exactPassAtK(graph, policy, 5) >= success - ROUNDING);
    for (const [state, row] of policy.entries()) {
      // 1 - (1 - q)^k is concave in q: Jensen's inequality
      const mean = row.reduce((sum, chance, action) => sum + chance * bestOfK(qValues[state]?.[action] ?? 0, 5), 0);
      if (row.length > 0) assert.ok(mean <= bestOfK(values[state] ?? 0, 5) + ROUNDING);
    }
  });
});

test("conditioning on success multiplies each step's chance by 1 + A/V, and its solutions are all correct", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const { advantages, values } = exactValues(graph, policy);
    const verified = verifiedPolicy(graph, policy);
    for (const [state, row] of policy.entries()) {
      const value = values[state] ?? 0;
      if (value < 1e-6) continue;
      for (const [action, chance] of row.entries()) {
        const expected = chance * (1 + (advantages[state]?.[action] ?? 0) / value);
        assert.ok(Math.abs((verified[state]?.[action] ?? NaN) - expected) < 1e-9);
      }
    }
    for (const solution of solutionsOf(graph, verified)) {
      const solvable = (values[graph.starts[solution.problem]?.state ?? -1] ?? 0) > 0;
      assert.ok(!solvable || solution.reward > 0);
    }
  });
});

test("one sample a problem with duplicates kept is the verified steps; dropping duplicates changes nothing at one sample", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const expected = verifiedSteps(graph, policy);
    for (const distinct of [false, true]) {
      assert.ok(largestGap(rejectionSteps(graph, policy, { samples: 1, distinct }), expected) < ROUNDING);
    }
  });
});

test("with endless rollouts the first pit is the first step of lowest q; with few it is called early, with chance (1 - q)^n", () => {
  onRandomGraphs((graph) => {
    const policy = writtenPolicy(graph);
    const { qValues } = exactValues(graph, policy);
    for (const { steps, reward } of solutionsOf(graph, policy).filter((solution) => solution.reward === 0)) {
      assert.equal(reward, 0);
      const qAfter = steps.map(({ state, action }) => qValues[state]?.[action] ?? 0);
      const lowest = qAfter.indexOf(Math.min(...qAfter));
      assert.deepEqual(
        firstPitChances(qAfter, Infinity),
        qAfter.map((_, index) => Number(index === lowest)),
      );
    }
  });
  // By hand: healthy steps of q 0.5 and 0.2 are taken for pits with chances 0.5^5 and 0.8^5
  const [first, second, third] = firstPitChances([0.5, 0.2, 0], 5);
  assert.equal(first, 0.03125);
  assert.ok(Math.abs((second ?? 0) - 0.96875 * 0.32768) < ROUNDING);
  assert.ok(Math.abs((third ?? 0) - 0.96875 * 0.67232) < ROUNDING);
});

test("solutions that are written step by step succeed as often as the exact success says", () => {
  const draws = 400;
  let [right, expected, variance] = [0, 0, 0];
  onRandomGraphs((graph, stream) => {
    const policy = writtenPolicy(graph);
    const { state } = graph.starts[0] as (typeof graph.starts)[number];
    const value = exactValues(graph, policy).values[state] ?? 0;
    for (let index = 0; index < draws; index++) right += sampleContinuation(graph, policy, state, stream).reward;
    expected += draws * value;
    variance += draws * value * (1 - value);
  });
  assert.ok(Math.abs(right - expected) < 4 * Math.sqrt(variance)); // four standard errors, seeded
});

test("the divergence of two policies is the mean log ratio of the solutions that the first one writes", () => {
  onRandomGraphs((graph) => {
    const [reference, policy] = [writtenPolicy(graph), verifiedPolicy(graph, writtenPolicy(graph))];
    const listed = solutionsOf(graph, policy).reduce((sum, { problemShare, chanceInProblem, steps }) => {
      const ratios = steps.map(({ state, action }) =>
        Math.log((policy[state]?.[action] ?? 0) / (reference[state]?.[action] ?? 0)),
      );
      return sum + problemShare * chanceInProblem * ratios.reduce((total, ratio) => total + ratio, 0);
    }, 0);
    assert.ok(Math.abs(policyDivergence(graph, policy, reference) - listed) < ROUNDING);
    assert.equal(policyDivergence(graph, policy, policy), 0);
  });
});
