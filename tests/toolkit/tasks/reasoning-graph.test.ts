/** @file Graphs of the tasks' problems: what theory computes on them exactly is what the tasks know. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chainArithmetic,
  chainReasoningGraph,
  scriptedPolicy,
  starGraph,
  starReasoningGraph,
} from "../../../src/toolkit/tasks/index.ts";
import { exactValues, type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/index.ts";

function successOf(graph: StepGraph): number {
  return exactValues(graph, writtenPolicy(graph)).success;
}

test("theory finds on a chain's graph the exact value that the scripted policy states", () => {
  for (const rates of [
    { errorRate: 0.1, skipRate: 0.5, skippedErrorRate: 0.6, silenceRate: 0.02 },
    { errorRate: 0.3, skipRate: 0, skippedErrorRate: 0, silenceRate: 0 },
    { errorRate: 0, skipRate: 1, skippedErrorRate: 0.5, silenceRate: 0 },
    { errorRate: 0, skipRate: 0.2, skippedErrorRate: 0, silenceRate: 1 },
  ]) {
    const task = chainArithmetic({ seed: 7, operators: 48, modulus: 10, lengths: [1, 4] });
    const policy = scriptedPolicy(task, rates);
    for (let index = 0; index < 6; index++) {
      const problem = task.problem("train", index);
      const value = successOf(chainReasoningGraph(task, problem, rates));
      assert.ok(Math.abs(value - policy.exactValue(problem, [])) < 1e-12);
    }
  }
});

test("a star's first node is the only choice: value 1 / degree forward, 1 reversed, any chance by weight", () => {
  const options = { seed: 7, degree: 5, armLength: 3, labels: 40 } as const;
  const task = starGraph(options);
  const problem = task.problem("train", 0);
  assert.ok(Math.abs(successOf(starReasoningGraph(task, problem)) - 1 / 5) < 1e-12);
  assert.ok(Math.abs(successOf(starReasoningGraph(task, problem, [0.6, 0.1, 0.1, 0.1, 0.1])) - 0.6) < 1e-12);
  const reversed = starGraph({ ...options, target: "reversed" });
  assert.equal(successOf(starReasoningGraph(reversed, problem)), 1);
  const graph = starReasoningGraph(task, problem);
  const { advantages } = exactValues(graph, writtenPolicy(graph));
  const critical = advantages.flatMap((row, state) =>
    row.some((advantage) => Math.abs(advantage) > 1e-12) ? [state] : [],
  );
  assert.deepEqual(critical, [0]);
});

test("what has no such graph is refused", () => {
  const joined = chainArithmetic({
    seed: 7,
    operators: 20,
    modulus: 5,
    lengths: [3, 3],
    joinOperators: 2,
    definitions: "in order",
  });
  const rates = { errorRate: 0, skipRate: 0, skippedErrorRate: 0, silenceRate: 0 };
  assert.throws(
    () => chainReasoningGraph(joined, joined.problem("train", 0), rates),
    /a task without joinOperators, got 2/,
  );
  const task = starGraph({ seed: 7, degree: 2, armLength: 1, labels: 9 });
  assert.throws(
    () => starReasoningGraph(task, task.problem("train", 0), [1]),
    /requires 2 chances, one for each arm, got 1/,
  );
});
