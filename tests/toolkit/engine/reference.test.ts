/** @file The reference engine runs compiled functions: names in, names out, the same random numbers for the same seed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  add,
  f32,
  logSigmoid,
  logSoftmax,
  mul,
  randomUniform,
  reduceSum,
  reshape,
  softmax,
  sub,
  type Tensor,
  valueAndGrad,
} from "../../../src/toolkit/tensor/index.ts";

test("logistic regression by gradient descent finds the separating slope", async () => {
  // loss = -mean log sigmoid(w y x); for y x = 1, 2, -1 the optimum solves 1/(1+e^w) + 2/(1+e^2w) = 1/(1+e^-w)
  const loss = ({ w }: { w: Tensor }, margins: Tensor): Tensor =>
    mul(-1 / 3, reshape(reduceSum(logSigmoid(mul(w, margins))), []));
  const update = await compile(
    referenceEngine(),
    ({ w, margins }) => {
      const { gradient } = valueAndGrad(loss)({ w }, margins);
      return { w: sub(w, mul(0.5, gradient.w)) };
    },
    { w: f32(), margins: f32(3) },
  );
  let { w } = await update({ w: Float64Array.of(0), margins: Float64Array.of(1, 2, -1) });
  for (let step = 0; step < 400; step++) ({ w } = await update({ w, margins: Float64Array.of(1, 2, -1) }));
  const [slope = NaN] = await w.read();
  const atOptimum = 1 / (1 + Math.exp(slope)) + 2 / (1 + Math.exp(2 * slope)) - 1 / (1 + Math.exp(-slope));
  assert.ok(Math.abs(atOptimum) < 1e-9, `slope ${slope}`);
});

test("random numbers hang on the seed and the stream's name alone", async () => {
  const draw = await compile(
    referenceEngine(),
    () => ({ a: randomUniform("a", [1000]), same: add(randomUniform("a", [1000]), 0), b: randomUniform("b", [1000]) }),
    {},
  );
  const read = async (seed: number): Promise<Record<string, number[]>> => {
    const { a, same, b } = await draw({}, { seed });
    return { a: [...(await a.read())], same: [...(await same.read())], b: [...(await b.read())] };
  };
  const first = await read(1);
  assert.deepEqual(first, await read(1));
  assert.deepEqual(first.a, first.same);
  assert.notDeepEqual(first.a, first.b);
  assert.notDeepEqual(first.a, (await read(2)).a);
  const mean = (first.a ?? []).reduce((sum, x) => sum + x, 0) / 1000;
  assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(1 / 12 / 1000), `mean ${mean}`); // 4 standard errors
});

test("a run names the input that does not fit", async () => {
  const double = await compile(referenceEngine(), ({ x }) => add(x, x), { x: f32(2) });
  await assert.rejects(double({ x: Float64Array.of(1, 2, 3) }), /upload requires 2 numbers for float32\[2\], got 3/);
  const array = referenceEngine().upload(Float64Array.of(1), f32(1));
  await assert.rejects(double({ x: array }), /input x requires float32\[2\], got float32\[1\]/);
});

test("a row that is masked as a whole has even weights, and their logarithms", async () => {
  const both = await compile(referenceEngine(), ({ x }) => [softmax(x), logSoftmax(x)], { x: f32(4) });
  const [weights, logs] = await both({ x: Float64Array.of(1, 2, -1, 0).map((score) => score - 1e30) });
  assert.deepEqual([...((await weights?.read()) ?? [])], [0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual([...((await logs?.read()) ?? [])], new Array(4).fill(-Math.log(4)));
});
