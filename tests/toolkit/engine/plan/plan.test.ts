/** @file Plans are made once for graphs that are equal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { planOf } from "../../../../src/toolkit/engine/plan/plan.ts";
import { add, constant, exp, f32, mul, type Tensor, trace } from "../../../../src/toolkit/tensor/index.ts";

const graphOf = (f: (inputs: { x: Tensor; y: Tensor }) => Record<string, Tensor>, length = 4) =>
  trace(f, { x: f32(length), y: f32(length) }).graph;

test("graphs that say the same have one plan, others have their own", () => {
  const plan = planOf(graphOf(({ x, y }) => ({ z: exp(add(x, y)) })));
  assert.equal(planOf(graphOf(({ x, y }) => ({ z: exp(add(x, y)) }))), plan);
  const others = [
    graphOf(({ x, y }) => ({ z: exp(add(x, y)) }), 5), // a shape
    graphOf(({ x, y }) => ({ z: exp(mul(x, y)) })), // an op
    graphOf(({ x, y }) => ({ z: exp(add(y, x)) })), // which input
    graphOf(({ x, y }) => ({ w: exp(add(x, y)) })), // a name
    graphOf(({ x, y }) => ({ z: exp(add(x, y)), sum: add(x, y) })), // what comes out
    graphOf(({ x, y }) => ({ z: exp(add(add(x, y), constant([0, 0, 0, 1]))) })),
    graphOf(({ x, y }) => ({ z: exp(add(add(x, y), constant([0, 0, 0, -0]))) })), // a constant's numbers
  ].map(planOf);
  assert.equal(new Set([plan, ...others]).size, others.length + 1);
});
