/** @file Runs on onnxruntime: names, random numbers, memory written over only where nothing reads it later, errors that say what. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, onnxruntimeEngine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";
import { testSameWhenSpent } from "./same-when-spent.ts";

const engine = await onnxruntimeEngine({ threads: 1 });

test("an output may be called as an input, be one, or come twice", async () => {
  const same = await compile(engine, ({ x }) => ({ x, twice: [t.add(x, x), t.add(x, x)] }), { x: t.f32(2) });
  const { x, twice } = await same({ x: Float32Array.of(1, 2) });
  assert.deepEqual([...(await x.read())], [1, 2]);
  for (const array of twice) assert.deepEqual([...(await array.read())], [2, 4]);
});

test("random numbers are the reference's", async () => {
  const draw = () => ({ a: t.randomUniform("a", [5]), b: t.randomUniform("b", [5]) });
  const ours = await (await compile(engine, draw, {}))({}, { seed: 3 });
  const reference = await (await compile(referenceEngine(), draw, {}))({}, { seed: 3 });
  assert.deepEqual([...(await ours.a.read())], [...(await reference.a.read())]);
  assert.deepEqual([...(await ours.b.read())], [...(await reference.b.read())]);
});

test("what the caller uploads stays as it was, though the caller spends it", async () => {
  const numbers = Float32Array.of(1, 2);
  const double = await compile(engine, ({ x }) => ({ x: t.add(x, x) }), { x: t.f32(2) });
  const spent = engine.upload(numbers, t.f32(2));
  const { x } = await double({ x: spent }, { spent: { x: spent } });
  assert.deepEqual([...(await x.read())], [2, 4]);
  assert.deepEqual([...numbers], [1, 2]);
});

testSameWhenSpent("onnxruntime", async () => engine);

test("a row of a cache is written in place", async () => {
  const cache = engine.upload(new Float64Array(12), t.f32(2, 3, 2));
  const row = engine.upload(Float64Array.of(1, 2, 3, 4), t.f32(2, 1, 2));
  const written = engine.writeSlice(cache, row, 1, 2);
  assert.deepEqual([...(await written.read())], [0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 4]);
});

test("an id out of range is refused with its place, negative ones too", async () => {
  const look = await compile(engine, ({ table, ids }) => t.gather(table, t.reshape(ids, [4])), {
    table: t.f32(3, 2),
    ids: t.i32(2, 2),
  });
  const table = new Float32Array(6);
  const message = /^RangeError: gather requires ids in \[0, 3\), got (3|-1) at place 2 of input ids$/;
  await assert.rejects(look({ table, ids: Int32Array.of(0, 1, 3, 0) }), message);
  await assert.rejects(look({ table, ids: Int32Array.of(0, 1, -1, 0) }), message);
});

test("an array of another engine, or of another shape, is refused", async () => {
  const double = await compile(engine, ({ x }) => t.add(x, x), { x: t.f32(2) });
  await assert.rejects(double({ x: referenceEngine().upload(Float64Array.of(1, 2), t.f32(2)) }), /of another engine/);
  await assert.rejects(
    double({ x: engine.upload(Float64Array.of(1), t.f32(1)) }),
    /input x requires float32\[2\], got float32\[1\]/,
  );
});

test("a run leaves the numbers of the process alone, the smallest too", async () => {
  const double = await compile(engine, ({ x }) => t.add(x, x), { x: t.f32(1) });
  await double({ x: Float32Array.of(1) });
  const smallest = Number.MIN_VALUE;
  assert.ok(smallest > 0 && smallest * 2 > smallest);
});

test("the engine says who computes", () => {
  const { engine: name, provider, device, threads, versions } = engine.describe();
  assert.deepEqual([name, provider, device, threads], ["onnxruntime", "cpu", "cpu", 1]);
  assert.match(versions["onnxruntime-node"] ?? "", /^\d+\.\d+\.\d+$/);
});

test("an unknown provider, or one that this machine lacks, is refused by name", async () => {
  await assert.rejects(onnxruntimeEngine({ provider: "tpu" as "cpu" }), /provider to be "cpu" or "cuda"/);
  const absent = process.platform === "darwin" ? "dml" : "coreml";
  await assert.rejects(onnxruntimeEngine({ provider: absent }), { name: "EngineMissing" });
});

test("the same seed on the same engine and threads gives the same bits", async () => {
  const specs = { x: t.f32(64, 96), w: t.f32(96, 128), gain: t.f32(128), bias: t.f32(128), ids: t.i32(64) };
  const step = ({ x, w, gain, bias, ids }: Record<keyof typeof specs, t.Tensor>): t.Tensor[] => {
    const noise = t.randomUniform("noise", [64, 128]);
    const hidden = t.add(t.gelu(t.layerNorm(t.matmul(x, w), gain, bias)), noise);
    const loss = t.reshape(t.reduceSum(t.takeLast(t.logSoftmax(hidden), ids)), []);
    return [loss, ...t.gradients(loss, [x, w, gain, bias])];
  };
  const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_, at) => Math.sin(at * at));
  const inputs = { x: wave(64 * 96), w: wave(96 * 128), gain: wave(128), bias: wave(128) };
  const ids = Int32Array.from({ length: 64 }, (_, at) => (at * 37) % 128);
  const bits = async (): Promise<string> => {
    const run = await compile(await onnxruntimeEngine({ threads: 2 }), step, specs);
    const results = await run({ ...inputs, ids }, { seed: 5 });
    run.dispose();
    return JSON.stringify(await Promise.all(results.map(async (array) => [...(await array.read())])));
  };
  const first = await bits();
  for (let repeat = 0; repeat < 3; repeat++) assert.equal(await bits(), first);
});
