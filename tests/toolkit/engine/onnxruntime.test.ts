/** @file The onnxruntime engine gives the reference's numbers for every op and gradient, and refuses what does not fit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  type Compiled,
  compile,
  type Engine,
  onnxruntimeEngine,
  referenceEngine,
} from "../../../src/toolkit/engine/index.ts";
import { LOWERINGS } from "../../../src/toolkit/engine/onnxruntime/lowerings.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";
import { PRIMITIVES } from "../../../src/toolkit/tensor/ops/all.ts";
import { sizeOf } from "../../../src/toolkit/tensor/spec.ts";
import { numbersFor, OP_CASES, type OpCase } from "../tensor/op-cases.ts";

const engine = await onnxruntimeEngine({ threads: 1 });

/** float32 keeps 24 bits (6e-8); sums of a dozen terms of size 30 and erf's polynomial cost a few tens of those. */
const TOLERANCE = 1e-5;

test("every primitive op has a lowering", () => {
  assert.deepEqual(
    PRIMITIVES.map(({ name }) => name).filter((name) => !Object.hasOwn(LOWERINGS, name)),
    [],
  );
});

for (const opCase of OP_CASES) {
  test(`${opCase.name} and its gradient equal the reference's`, async () => {
    const numbers = numbersFor(opCase);
    const expected = await resultAndGradients(referenceEngine(), opCase, numbers);
    const got = await resultAndGradients(engine, opCase, numbers);
    assert.equal(got.length, expected.length);
    for (const [which, values] of expected.entries()) assertClose(got[which] ?? [], values);
  });
}

/** The op's result and, for a loss that weighs its elements differently, the gradient of each float input. */
async function resultAndGradients(on: Engine, { inputs, make }: OpCase, numbers: Record<string, Float64Array>) {
  const stream = createStream(5);
  const run: Compiled<typeof inputs, t.Tensor[]> = await compile(
    on,
    (given: Record<string, t.Tensor>) => {
      const result = make(given);
      const weights = t.constant(Float64Array.from({ length: sizeOf(result.shape) }, () => stream.uniform() - 0.5));
      const loss = t.reshape(t.reduceSum(t.mul(t.reshape(result, [-1]), weights)), []);
      return [
        result,
        ...t.gradients(
          loss,
          Object.values(given).filter(({ dtype }) => dtype === "float32"),
        ),
      ];
    },
    inputs,
  );
  const results = await Promise.all((await run(numbers)).map((array) => array.read()));
  run.dispose();
  return results;
}

function assertClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(got.length, expected.length);
  for (let at = 0; at < expected.length; at++) {
    const [x = NaN, y = NaN] = [got[at], expected[at]];
    assert.ok(Math.abs(x - y) <= TOLERANCE * Math.max(1, Math.abs(y)), `element ${at}: ${x}, expected ${y}`);
  }
}
