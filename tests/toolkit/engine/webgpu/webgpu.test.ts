/** @file The webgpu engine gives the reference's numbers for every op and gradient, the same bits again, and checks what it is handed. */
import assert from "node:assert/strict";
import {
  compile,
  describeEngine,
  type Engine,
  referenceEngine,
  webgpuEngine,
} from "../../../../src/toolkit/engine/index.ts";
import * as t from "../../../../src/toolkit/tensor/index.ts";
import { testSameAsReference } from "../same-as-reference.ts";
import { testSameWhenSpent } from "../same-when-spent.ts";
import { openWebgpu, testWebgpu, webgpuIsMissing } from "../webgpu-engine.ts";

const missing = await webgpuIsMissing();
const onWebgpu = (name: string, run: () => Promise<void>): void => testWebgpu(name, missing, run);

if (missing === undefined) {
  testSameAsReference("webgpu", openWebgpu);
  testSameWhenSpent("webgpu", openWebgpu);
}

onWebgpu("the same seed gives the same bits, also on a device that is opened anew", async () => {
  const specs = { x: t.f32(20, 40), w: t.f32(40, 50) };
  const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_, at) => Math.sin(at * at));
  const step = ({ x, w }: Record<keyof typeof specs, t.Tensor>): t.Tensor[] => {
    const hidden = t.add(t.softmax(t.matmul(x, w)), t.randomUniform("noise", [20, 50]));
    const loss = t.reshape(t.reduceSum(t.mul(hidden, hidden)), []);
    return [loss, ...t.gradients(loss, [x, w])];
  };
  const bits = async (engine: Awaited<ReturnType<typeof openWebgpu>>): Promise<string> => {
    const run = await compile(engine, step, specs);
    const results = await run({ x: wave(800), w: wave(2000) }, { seed: 5 });
    return JSON.stringify(await Promise.all(results.map(async (array) => [...(await array.read())])));
  };
  const first = await bits(await openWebgpu());
  assert.equal(await bits(await openWebgpu()), first);
  assert.equal(await bits(await webgpuEngine()), first);
});

onWebgpu("two engines at once give each its own numbers, run by run", async () => {
  const specs = { w: t.f32(6, 5), by: t.f32() };
  const numbers = Float32Array.from({ length: 30 }, (_, at) => Math.sin(at * at));
  const step = ({ w, by }: Record<keyof typeof specs, t.Tensor>): { w: t.Tensor } => {
    const loss = t.reshape(t.reduceSum(t.mul(t.softmax(w), t.tanh(w))), []);
    return { w: t.sub(w, t.mul(by, t.gradients(loss, [w])[0] as t.Tensor)) };
  };
  /** Ten steps, each over what the one before it has made. */
  const walk = async (engine: Engine, rate: number): Promise<number[]> => {
    const run = await compile(engine, step, specs);
    let at = await run({ w: numbers, by: Float32Array.of(rate) });
    for (let more = 0; more < 9; more++) at = await run({ ...at, by: Float32Array.of(rate) }, { spent: at });
    return [...(await at.w.read())];
  };
  const one = await openWebgpu();
  const alone = [await walk(one, 0.5), await walk(one, -0.25)];
  assert.deepEqual(await Promise.all([walk(one, 0.5), walk(await webgpuEngine(), -0.25)]), alone);
});

onWebgpu("an output may be called as an input, be one, be a constant, or come twice", async () => {
  const f = ({ x }: { x: t.Tensor }) => ({ x, twice: [t.add(x, x), t.add(x, x)], one: t.constant([1, 2]) });
  const same = await compile(await openWebgpu(), f, { x: t.f32(2) });
  const { x, twice, one } = await same({ x: Float32Array.of(1, 2) });
  assert.deepEqual([...(await x.read())], [1, 2]);
  assert.deepEqual([...(await one.read())], [1, 2]);
  for (const array of twice) assert.deepEqual([...(await array.read())], [2, 4]);
});

onWebgpu("ids out of range are refused: those handed in with their place, those computed with their op", async () => {
  const engine = await openWebgpu();
  const specs = { table: t.f32(3, 2), ids: t.i32(2, 2) };
  const look = await compile(engine, ({ table, ids }) => t.gather(table, t.reshape(ids, [4])), specs);
  const table = new Float32Array(6);
  const message = /^RangeError: gather requires ids in \[0, 3\), got (3|-1) at place 2 of input ids$/;
  await assert.rejects(look({ table, ids: Int32Array.of(0, 1, 3, 0) }), message);
  await assert.rejects(look({ table, ids: Int32Array.of(0, 1, -1, 0) }), message);
  const computed = await compile(engine, ({ table: of, ids }) => t.gather(of, t.add(ids, 1)), specs);
  const refused = (id: number): RegExp => new RegExp(`^RangeError: gather requires ids in \\[0, 3\\), got ${id}$`);
  await assert.rejects(computed({ table, ids: Int32Array.of(0, 1, 2, 0) }), refused(3));
  await assert.rejects(computed({ table, ids: Int32Array.of(-2, 1, 0, 0) }), refused(-1));
  const fit = await computed({ table: Float32Array.of(1, 2, 3, 4, 5, 6), ids: Int32Array.of(0, 1, 0, -1) });
  assert.deepEqual([...(await fit.read())], [3, 4, 5, 6, 3, 4, 1, 2]); // a run after one that failed
});

onWebgpu("ids that an earlier run has made are checked as those that are handed in", async () => {
  const engine = await openWebgpu();
  const make = await compile(engine, ({ x }) => t.cast(x, "int32"), { x: t.f32(2) });
  const look = await compile(engine, ({ table, ids }) => t.gather(table, ids), { table: t.f32(3, 2), ids: t.i32(2) });
  const ids = await make({ x: Float32Array.of(1, 7) });
  await assert.rejects(look({ table: new Float32Array(6), ids }), /got 7 at place 1 of input ids/);
});

onWebgpu("runs that are asked for at once each give their own numbers", async () => {
  const run = await compile(await openWebgpu(), ({ x }) => t.matmul(x, x), { x: t.f32(8, 8) });
  const numbers = Array.from({ length: 20 }, (_, at) => new Float32Array(64).fill(at)); // more than places are kept for
  const results = await Promise.all(numbers.map((x) => run({ x })));
  for (const [at, array] of results.entries()) assert.equal((await array.read())[0], 8 * at * at);
  run.dispose();
});

onWebgpu("arrays of another engine or another device, and a program that was disposed, are refused", async () => {
  const double = await compile(await openWebgpu(), ({ x }) => t.add(x, x), { x: t.f32(2) });
  const numbers = Float32Array.of(1, 2);
  await assert.rejects(double({ x: referenceEngine().upload(numbers, t.f32(2)) }), /of another engine/);
  await assert.rejects(double({ x: (await webgpuEngine()).upload(numbers, t.f32(2)) }), /of another engine/);
  const spent = (await openWebgpu()).upload(numbers, t.f32(2));
  spent.dispose();
  await assert.rejects(double({ x: spent }), /requires arrays that are in use, got a disposed one/);
  double.dispose();
  await assert.rejects(double({ x: numbers }), /a run requires a program in use, got a disposed one/);
});

onWebgpu("the engine names its adapter, its driver and what it allows", async () => {
  assert.match(describeEngine(await openWebgpu()), /^webgpu on .+, up to [\d,.]+ MB at a time by WebGPU by Dawn, /);
});
