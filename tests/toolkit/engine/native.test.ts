/** @file The native engine gives the reference's numbers for every op and gradient, runs in parts and in place, and refuses what does not fit. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { compile, type Engine, nativeEngine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";
import { nativeIsMissing, openNative, testNative } from "./native-engine.ts";
import { testRandomGraphs } from "./random-graphs.ts";
import { testSameAsReference } from "./same-as-reference.ts";
import { testSameWhenSpent } from "./same-when-spent.ts";

const missing = await nativeIsMissing();
const onNative = (name: string, run: () => Promise<void>): void => testNative(name, missing, run);

if (missing === undefined) {
  testSameAsReference("native", openNative(1));
  testSameAsReference("native on 2 threads", openNative(2));
  testSameWhenSpent("native", openNative(1));
  testRandomGraphs("native on 2 threads", openNative(2), 60);
}

const SPECS = { x: t.f32(64, 96), w: t.f32(96, 128), gain: t.f32(128), bias: t.f32(128), ids: t.i32(64) };
const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_, at) => Math.sin(at * at));
const NUMBERS = {
  ...{ x: wave(64 * 96), w: wave(96 * 128), gain: wave(128), bias: wave(128) },
  ids: Int32Array.from({ length: 64 }, (_, at) => (at * 37) % 128),
};

function step({ x, w, gain, bias, ids }: Record<keyof typeof SPECS, t.Tensor>): t.Tensor[] {
  const noise = t.randomUniform("noise", [64, 128]);
  const hidden = t.add(t.gelu(t.layerNorm(t.matmul(x, w), gain, bias)), noise);
  const loss = t.reshape(t.reduceSum(t.takeLast(t.logSoftmax(hidden), ids)), []);
  return [loss, ...t.gradients(loss, [x, w, gain, bias])];
}

onNative("a sum of more arrays than a pass reads is taken in several", async () => {
  const many = Array.from({ length: 200 }, (_, at) => wave(24).map((value) => value + at));
  const sum = (arrays: Record<string, t.Tensor>): t.Tensor =>
    Object.values(arrays).reduce((all, one) => t.add(all, one));
  const named = <Value>(of: (at: number) => Value): Record<string, Value> =>
    Object.fromEntries(many.map((_, at) => [`x${at}`, of(at)]));
  const run = await compile(
    await nativeEngine({ threads: 1 }),
    sum,
    named(() => t.f32(24)),
  );
  const got = await (await run(named((at) => many[at] as Float32Array))).read();
  run.dispose();
  for (const [at, value] of wave(24).entries()) {
    const expected = 200 * value + (199 * 200) / 2; // 0 + 1 + ... + 199
    assert.ok(Math.abs((got[at] ?? Number.NaN) - expected) < 1e-5 * expected, `${got[at]} for ${expected}`);
  }
});

const GROWN: Readonly<Record<string, (x: t.Tensor, numbers: readonly t.Tensor[]) => readonly t.Tensor[]>> = {
  "arrays that it reads over several axes": (x, numbers) => {
    return numbers.map((number) => t.mul(t.reshape(t.mul(x, number), [4, 15]), number));
  },
  "arrays that it writes": (x, numbers) => numbers.map((_, at) => t.mul(x, at + 1.5)),
  "steps that it takes": (x, numbers) => {
    const deep = (of: t.Tensor): t.Tensor => numbers.reduce((y, _, at) => t.gelu(t.mul(y, 1 + at / 1000)), of);
    return t.gradients(t.reshape(t.reduceSum(deep(x)), []), [x]);
  },
};

for (const [what, grow] of Object.entries(GROWN)) {
  onNative(`a graph is run however many the ${what}`, async () => {
    const specs = { x: t.f32(60), numbers: Array.from({ length: 80 }, () => t.f32(1)) };
    const inputs = { x: wave(60), numbers: specs.numbers.map((_, at) => wave(at + 1).slice(-1)) };
    const results = async (engine: Engine): Promise<number[][]> => {
      const run = await compile(engine, ({ x, numbers }) => grow(x, numbers), specs);
      return Promise.all((await run(inputs)).map(async (array) => Array.from(await array.read())));
    };
    const expected = (await results(referenceEngine())).flat();
    for (const [at, value] of (await results(await nativeEngine({ threads: 1 }))).flat().entries()) {
      assert.ok(
        Math.abs(value - (expected[at] as number)) <= 1e-5 * Math.abs(expected[at] as number) + 1e-30,
        `number ${at}`,
      );
    }
  });
}

for (const threads of [1, 2]) {
  onNative(`the same seed on ${threads} threads gives the same bits`, async () => {
    const bits = async (): Promise<string> => {
      const run = await compile(await nativeEngine({ threads }), step, SPECS);
      const results = await run(NUMBERS, { seed: 5 });
      run.dispose();
      return JSON.stringify(await Promise.all(results.map(async (array) => [...(await array.read())])));
    };
    const first = await bits();
    for (let repeat = 0; repeat < 3; repeat++) assert.equal(await bits(), first);
  });
}

onNative("more threads than processors, beside busy programs, give the same bits run after run", async () => {
  const busy = Array.from({ length: 3 }, () => spawn(process.execPath, ["--eval", "for (;;);"], { stdio: "ignore" }));
  try {
    const run = await compile(await nativeEngine({ threads: 9 }), step, SPECS);
    const bits = async (): Promise<string> => {
      const results = await run(NUMBERS, { seed: 5 });
      return JSON.stringify(await Promise.all(results.map(async (array) => [...(await array.read())])));
    };
    const first = await bits();
    for (let repeat = 0; repeat < 100; repeat++) assert.equal(await bits(), first);
    run.dispose();
  } finally {
    for (const program of busy) program.kill("SIGKILL");
  }
});

onNative("an output may be called as an input, be one, be a constant, or come twice", async () => {
  const f = ({ x }: { x: t.Tensor }) => ({ x, twice: [t.add(x, x), t.add(x, x)], one: t.constant([1, 2]) });
  const same = await compile(await nativeEngine({ threads: 1 }), f, { x: t.f32(2) });
  const { x, twice, one } = await same({ x: Float32Array.of(1, 2) });
  assert.deepEqual([...(await x.read())], [1, 2]);
  assert.deepEqual([...(await one.read())], [1, 2]);
  for (const array of twice) assert.deepEqual([...(await array.read())], [2, 4]);
});

onNative("what the caller uploads stays as it was, though the caller spends it", async () => {
  const engine = await nativeEngine({ threads: 1 });
  const numbers = Float32Array.of(1, 2);
  const double = await compile(engine, ({ x }) => ({ x: t.add(x, x) }), { x: t.f32(2) });
  const spent = engine.upload(numbers, t.f32(2));
  const { x } = await double({ x: spent }, { spent: { x: spent } });
  assert.deepEqual([...(await x.read())], [2, 4]);
  assert.deepEqual([...numbers], [1, 2]);
});

onNative("ids out of range are refused: those handed in with their place, those computed with their op", async () => {
  const engine = await nativeEngine({ threads: 1 });
  const specs = { table: t.f32(3, 2), ids: t.i32(2, 2) };
  const look = await compile(engine, ({ table, ids }) => t.gather(table, t.reshape(ids, [4])), specs);
  const table = new Float32Array(6);
  const message = /^RangeError: gather requires ids in \[0, 3\), got (3|-1) at place 2 of input ids$/;
  await assert.rejects(look({ table, ids: Int32Array.of(0, 1, 3, 0) }), message);
  await assert.rejects(look({ table, ids: Int32Array.of(0, 1, -1, 0) }), message);
  const computed = await compile(engine, ({ table: of, ids }) => t.gather(of, t.add(ids, 1)), specs);
  await assert.rejects(
    computed({ table, ids: Int32Array.of(0, 1, 2, 0) }),
    /^RangeError: gather requires ids in \[0, 3\), got 3$/,
  );
  await computed({ table, ids: Int32Array.of(0, 1, 0, 1) }); // a run after one that failed
});

onNative("runs that are asked for at once are served one after another", async () => {
  const engine = await nativeEngine({ threads: 2 });
  const run = await compile(engine, ({ x }) => t.matmul(x, x), { x: t.f32(64, 64) });
  const numbers = Array.from({ length: 8 }, (_, at) => new Float32Array(64 * 64).fill(at));
  const results = await Promise.all(numbers.map((x) => run({ x })));
  for (const [at, array] of results.entries()) assert.equal((await array.read())[0], 64 * at * at);
  run.dispose();
});

onNative("arrays of another engine, and a program that was disposed, are refused", async () => {
  const double = await compile(await nativeEngine({ threads: 1 }), ({ x }) => t.add(x, x), { x: t.f32(2) });
  await assert.rejects(double({ x: referenceEngine().upload(Float64Array.of(1, 2), t.f32(2)) }), /of another engine/);
  double.dispose();
  await assert.rejects(double({ x: Float32Array.of(1, 2) }), /a run requires a program in use, got a disposed one/);
});

/** What a program of its own writes that lets go of an engine while it still has a compiled graph, `rounds` products of x. */
function whenEngineIsGone({ size, rounds, use }: { size: number; rounds: number; use: string }): object {
  const door = (of: string): string =>
    JSON.stringify(new URL(`../../../src/toolkit/${of}/index.ts`, import.meta.url).href);
  const program = `const { nativeEngine } = await import(${door("engine")});
const t = await import(${door("tensor")});
async function made() {
  const engine = await nativeEngine({ threads: 2 });
  const product = ({ x }) => Array.from({ length: ${rounds} }).reduce((y) => t.matmul(y, x, { scale: 1 / ${size} }), x);
  const { graph } = t.trace(product, { x: t.f32(${size}, ${size}) });
  return [await engine.compile(graph), engine.upload(new Float32Array(${size} ** 2).fill(1), t.f32(${size}, ${size}))];
}
async function collect() {
  for (let round = 0; round < 5; round++) {
    gc();
    await new Promise(setImmediate);
  }
}
const [program, x] = await made();
${use}
console.log((await product.read())[0]);`;
  const words = ["--expose-gc", "--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout, signal } = spawnSync(process.execPath, words, { encoding: "utf8" });
  return { stdout, signal };
}

onNative("a compiled program runs on after nobody holds its engine", async () => {
  const use = `await collect();
const [product] = await program.run([x]);`;
  assert.deepEqual(whenEngineIsGone({ size: 64, rounds: 1, use }), { stdout: "1\n", signal: null });
});

onNative("a run goes on when its engine is let go of meanwhile", async () => {
  const use = `const run = program.run([x]);
await collect();
const [product] = await run;`;
  assert.deepEqual(whenEngineIsGone({ size: 1024, rounds: 20, use }), { stdout: "1\n", signal: null });
});

onNative("an array whose memory its caller gave away is refused", async () => {
  const engine = await nativeEngine({ threads: 1 });
  const double = await compile(engine, ({ x }) => t.add(x, x), { x: t.f32(4) });
  const numbers = new Float32Array(4);
  const x = engine.upload(numbers, t.f32(4));
  structuredClone(numbers.buffer, { transfer: [numbers.buffer] });
  const message = /^TypeError: a run requires arrays of 4 numbers, got one of 0, whose memory was given away$/;
  await assert.rejects(double({ x }), message);
});

onNative("a graph that memory does not hold is refused with what it would take", async () => {
  const square = ({ x }: { x: t.Tensor }) => t.reduceSum(t.exp(t.matmul(x, t.transpose(x))));
  await assert.rejects(
    compile(await nativeEngine({ threads: 1 }), square, { x: t.f32(2 ** 23, 1) }),
    /^Error: the native engine requires 28\d{7} MB of memory for this graph, got none \(hint: a smaller batch\)$/,
  );
});

onNative("the memory of a large program's runs is given back though a small one lives on", async () => {
  const engine = await nativeEngine({ threads: 1 });
  const power = ({ x }: { x: t.Tensor }) => t.reduceSum(t.matmul(t.softmax(t.matmul(x, t.transpose(x))), x));
  const small = await compile(engine, power, { x: t.f32(8, 2) });
  const large = await compile(engine, power, { x: t.f32(8192, 2) }); // 256 MB of scores
  const resident = async (run: typeof small, rows: number): Promise<number> => {
    await run({ x: wave(2 * rows) });
    return process.memoryUsage().rss;
  };
  const before = await resident(small, 8);
  const between = await resident(large, 8192);
  large.dispose();
  const after = await resident(small, 8);
  assert.ok(between - before > 200e6 && between - after > 200e6, `${before}, ${between}, ${after} bytes`);
});

onNative("arrays that fill huge pages hold zeros, are written, read and given back", async () => {
  const engine = await nativeEngine({ threads: 1 });
  const [rows, width] = [3, 2 ** 19 + 5]; // 6 MB, and some bytes that fill no page
  const whole = engine.writeSlice(
    engine.zeros(t.f32(rows, width)),
    engine.upload(Float32Array.of(1, 2, 3), t.f32(3, 1)),
    1,
    width - 1,
  );
  const numbers = await whole.read();
  assert.deepEqual([...numbers.subarray(-2)], [0, 3]);
  assert.equal(Array.from(numbers).filter((value) => value !== 0).length, 3);
  const taken = engine.takeRows(whole, Int32Array.of(2, 2));
  assert.equal((await taken.read())[2 * width - 1], 3);
  const double = await compile(engine, ({ x }) => t.add(x, x), { x: t.f32(rows, width) });
  assert.equal((await (await double({ x: whole })).read())[width - 1], 2);
});
