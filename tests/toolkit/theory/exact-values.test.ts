/** @file Values, advantages and visits of small graphs worked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bestOfK, exactPassAtK, exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";

const step = (name: string, next: number, probability: number) => ({ name, next, probability, features: [name] });
const end = (name: string, reward: number) => ({ name, reward, actions: [] });

/** A right first step (3/4) leads to a second that is right with 2/3; a slip (1/4) is recovered with 1/2. */
const graph: StepGraph = {
  starts: [{ state: 0, probability: 1 }],
  states: [
    { name: "prompt", reward: 0, actions: [step("right", 1, 0.75), step("slip", 2, 0.25)] },
    { name: "on track", reward: 0, actions: [step("finish", 3, 2 / 3), step("blunder", 4, 1 / 3)] },
    { name: "off track", reward: 0, actions: [step("repair", 3, 0.5), step("miss", 4, 0.5)] },
    end("correct", 1),
    end("wrong", 0),
  ],
};
const policy = writtenPolicy(graph);

function close(actual: readonly number[] | undefined, expected: readonly number[]): void {
  assert.equal(actual?.length, expected.length);
  for (const [index, value] of expected.entries()) assert.ok(Math.abs((actual?.[index] ?? NaN) - value) < 1e-15);
}

test("values, advantages and visits are those worked by hand", () => {
  const exact = exactValues(graph, policy);
  close(exact.values, [0.625, 2 / 3, 0.5, 1, 0]); // 3/4 * 2/3 + 1/4 * 1/2
  close(exact.qValues[0], [2 / 3, 0.5]);
  close(exact.advantages[0], [1 / 24, -1 / 8]); // 2/3 - 5/8, 1/2 - 5/8
  close(exact.visits, [1, 0.75, 0.25, 0.625, 0.375]);
  assert.equal(exact.success, 0.625);
});

test("pass@k of one problem is best-of-k of its value; pass@1 is the success", () => {
  assert.equal(exactPassAtK(graph, policy, 1), exactValues(graph, policy).success);
  close([exactPassAtK(graph, policy, 3)], [1 - 0.375 ** 3]);
  assert.equal(bestOfK(1, 5), 1);
  assert.equal(bestOfK(0, 5), 0);
});

test("a graph or a policy that is not well formed is refused by name", () => {
  const backwards = { ...graph, states: [end("start", 0), { ...graph.states[0], actions: [step("back", 0, 1)] }] };
  assert.throws(() => exactValues(backwards as StepGraph, [[], [1]]), /exactValues requires the actions of state 1/);
  assert.throws(() => exactValues(graph, policy.slice(1)), /exactValues requires a policy with a row a state/);
  const doubled = policy.map((row) => row.map((chance) => chance / 2));
  assert.throws(() => exactValues(graph, doubled), /the policy's chances in state 0 to sum to 1, got 0.5/);
  assert.throws(() => bestOfK(0.5, 0), /bestOfK requires k to be an integer/);
});

test("best-of-K of a value that rounding has put above 1 is 1", () => {
  assert.equal(bestOfK(1 + Number.EPSILON, 5), 1);
});
