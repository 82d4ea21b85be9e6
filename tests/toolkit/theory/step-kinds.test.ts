/** @file Kinds of steps do what their names say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { randomStepKinds, type StepKind, stepKindGraph } from "../../../src/toolkit/theory/step-kinds.ts";
import { unfold } from "../../../src/toolkit/theory/unfold.ts";

function exactOf(...kinds: StepKind[]) {
  const graph = stepKindGraph(kinds);
  return { graph, ...exactValues(graph, writtenPolicy(graph)) };
}

test("success is the product of critical chances, and of recoverable ones with their repairs", () => {
  const critical = { kind: "critical", right: 0.8 } as const;
  assert.ok(Math.abs(exactOf(critical, critical).success - 0.64) < 1e-15);
  const recoverable = { kind: "recoverable", right: 0.8, repair: 0.5 } as const;
  // by hand: right 0.8, then 0.8; or slip 0.2, then a repair in place of the second step 0.5
  const { success } = exactOf(recoverable, critical);
  assert.ok(Math.abs(success - (0.8 * 0.8 + 0.2 * 0.5)) < 1e-15);
});

test("free wordings and useless spurious steps have advantage 0, harmful ones less", () => {
  const critical = { kind: "critical", right: 0.8 } as const;
  for (const row of exactOf({ kind: "free", ways: 3 }, critical).advantages.slice(0, 1)) {
    assert.ok(row.every((advantage) => Math.abs(advantage) < 1e-15));
  }
  const useless = exactOf({ kind: "spurious", rate: 0.5, harm: 0 }, critical).advantages[0] ?? [];
  assert.ok(useless.every((advantage) => Math.abs(advantage) < 1e-15));
  const harmful = exactOf({ kind: "spurious", rate: 0.5, harm: 1 }, critical).advantages[0] ?? [];
  // by hand: odds 4 become 2, so 0.8 becomes 2/3; half of the difference either way
  assert.ok(Math.abs((harmful[1] ?? 0) + (0.8 - 2 / 3) / 2) < 1e-15);
});

test("after a blunder no end is correct, and the writing goes on with free steps", () => {
  const { graph, values } = exactOf({ kind: "critical", right: 0.5 }, { kind: "free", ways: 2 });
  const lost = graph.states.findIndex(({ name }) => name === "1: lost");
  assert.equal(values[lost], 0);
  assert.equal(graph.states[lost]?.actions.length, 2);
});

test("random kinds are the same for a seed, and their layered graph is smaller than its tree", () => {
  const kinds = randomStepKinds(createStream(7), { steps: 6 });
  assert.deepEqual(kinds, randomStepKinds(createStream(7), { steps: 6 }));
  const graph = stepKindGraph(kinds);
  assert.ok(graph.states.length < unfold(graph).states.length);
});

test("kinds out of range are refused by name", () => {
  assert.throws(() => stepKindGraph([]), /stepKindGraph requires at least one step/);
  assert.throws(() => stepKindGraph([{ kind: "critical", right: 2 }]), /stepKindGraph requires right to be/);
  assert.throws(() => randomStepKinds(createStream(7), { steps: 0 }), /randomStepKinds requires steps/);
});
