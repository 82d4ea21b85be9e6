/** @file A batch taken in parts: the sums of all of it, on every engine; parts that leave otherwise are refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";
import { testOnEach } from "./engines.ts";

const SPECS = { w: t.f32(3), x: t.f32(4, 3), ids: t.i32(4) };
const W = Float32Array.of(1, 2, 3);
const X = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1);
const IDS = Int32Array.of(0, 2, 1, 2);

/** Sums over rows of (w x)^2, of their gradient by w, and of w at the row's id, then a node after the sums. */
function sums(given: Record<keyof typeof SPECS, t.Tensor>, parts: number): t.Tensor[] {
  const [x, ids] = [t.eachPart(given.x, parts), t.eachPart(given.ids, parts)];
  const table = t.reshape(given.w, [3, 1]); // of no part
  const { value, gradient } = t.valueAndGrad(({ w }: { w: t.Tensor }) => {
    const along = t.reduceSum(t.mul(w, x), [1]);
    return t.reshape(t.reduceSum(t.mul(along, along)), []);
  })({ w: given.w });
  const looked = t.reshape(t.reduceSum(t.gather(table, ids)), []);
  const [total, byW, found] = [value, gradient.w, looked].map((part) => t.sumOfParts(part, parts)) as [
    t.Tensor,
    t.Tensor,
    t.Tensor,
  ];
  return [total, byW, found, t.sub(given.w, t.div(byW, total))];
}

testOnEach(
  (name) => `${name} sums over parts as over the whole, and leaves no tensor behind`,
  async (engine) => {
    const before = tf.memory().numTensors;
    for (const parts of [1, 2, 4]) {
      const run = await compile(engine, (given) => sums(given, parts), SPECS);
      for (let repeat = 0; repeat < 2; repeat++) {
        const results = await run({ w: W, x: X, ids: IDS });
        const [total, byW, found, moved] = await Promise.all(results.map(async (array) => [...(await array.read())]));
        assert.deepEqual(total, [1 + 4 + 9 + 36]); // w x = 1, 2, 3, 6
        assert.deepEqual(byW, [2 + 12, 4 + 12, 6 + 12]); // 2 (w x) x
        assert.deepEqual(found, [1 + 3 + 2 + 3]);
        for (const [at, x] of [1 - 14 / 50, 2 - 16 / 50, 3 - 18 / 50].entries()) {
          assert.ok(Math.abs((moved?.[at] ?? NaN) - x) < 1e-6);
        }
        for (const array of results) array.dispose();
      }
      run.dispose();
    }
    assert.equal(tf.memory().numTensors, before);
  },
);

testOnEach(
  (name) => `${name} checks the ids of every part`,
  async (engine) => {
    const run = await compile(engine, (given) => sums(given, 2), SPECS);
    await assert.rejects(run({ w: W, x: X, ids: Int32Array.of(0, 1, 2, 3) }), /got 3 at place 3 of input ids/);
  },
  ["onnxruntime", "native", "webgpu"],
);

testOnEach(
  (name) => `${name} writes a result over what the parts have read`,
  async (engine) => {
    const run = await compile(engine, (given) => ({ w: sums(given, 2)[3] as t.Tensor }), SPECS);
    let fresh = await run({ w: W, x: X, ids: IDS });
    let reused = await run({ w: W, x: X, ids: IDS });
    for (let repeat = 0; repeat < 3; repeat++) {
      fresh = await run({ w: fresh.w, x: X, ids: IDS });
      reused = await run({ w: reused.w, x: X, ids: IDS }, { spent: reused });
      assert.deepEqual(await reused.w.read(), await fresh.w.read());
    }
  },
  ["onnxruntime", "native", "webgpu"],
);

test("parts that leave without a sum, or are taken apart again, are refused", async () => {
  const refused = (f: (given: { x: t.Tensor }) => t.Tensor, message: RegExp) =>
    assert.rejects(compile(referenceEngine(), f, { x: t.f32(4, 2) }), message);
  await refused(({ x }) => t.eachPart(x, 2), /a graph requires parts that leave by sumOfParts/);
  await refused(({ x }) => t.sumOfParts(t.eachPart(t.eachPart(x, 2), 2), 2), /requires parts of what is whole/);
  await refused(({ x }) => t.add(t.sumOfParts(t.eachPart(x, 2), 2), t.eachPart(x, 2)), /requires parts taken once/);
  await refused(
    ({ x }) =>
      t.concat(
        [2, 4].map((parts) => t.sumOfParts(t.reduceSum(t.eachPart(x, parts)), parts)),
        0,
      ),
    /requires one count of parts/,
  );
  await refused(({ x }) => t.eachPart(x, 3), /eachPart requires a first axis that 3 parts divide/);
  await refused(
    ({ x }) => t.gradients(t.sumOfParts(t.reshape(t.reduceSum(t.eachPart(x, 2)), []), 2), [x])[0] as t.Tensor,
    /gradients requires a loss and tensors on one side of the parts/,
  );
});
