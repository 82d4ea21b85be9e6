/** @file Low-rank adapters are PEFT's LoRA: its losses, its updates, its merged policy; what they stand beside stays, and a stopped run goes on. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, type DeviceArray, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  type CheckpointError,
  initialiseLowRank,
  initialiseParameters,
  type LowRank,
  type LowRankOptions,
  listCheckpoints,
  logits,
  lowRankSpecs,
  mergeLowRank,
  parameterSpecs,
  readCheckpoint,
  readPretrained,
} from "../../../src/toolkit/model/index.ts";
import { decodeSafetensors } from "../../../src/toolkit/model/safetensors.ts";
import { isSpec } from "../../../src/toolkit/tensor/graph.ts";
import { i32, type Numbers } from "../../../src/toolkit/tensor/index.ts";
import { isNumbers } from "../../../src/toolkit/tensor/spec.ts";
import { flattenTree, rebuildTree } from "../../../src/toolkit/tensor/tree.ts";
import { ADAM_W, adamWInit } from "../../../src/toolkit/train/adam-w.ts";
import { readTree, uploadTree } from "../../../src/toolkit/train/device-trees.ts";
import { sft, train, type UpdateRecord } from "../../../src/toolkit/train/index.ts";
import { packTokens } from "../../../src/toolkit/train/token-batch.ts";
import { type TrainedTree, trainableOf } from "../../../src/toolkit/train/trainable.ts";
import type { Trained } from "../../../src/toolkit/train/update-graphs.ts";
import { createUpdater } from "../../../src/toolkit/train/updater.ts";
import { IN_FLOAT32, testOnEach } from "../engine/engines.ts";
import { REPEATS, smallRun } from "./small-run.ts";

const REFERENCE = join(import.meta.dirname, "..", "..", "reference");

function near(what: string, got: Numbers | readonly number[], expected: Numbers | readonly number[], apart: number) {
  assert.equal(got.length, expected.length, what);
  const most = Math.max(...Array.from(expected, (value, at) => Math.abs(value - Number(got[at]))));
  assert.ok(most <= apart, `${what}: ${most} apart`);
}

test("five updates of adapters, and the policy they merge into, are PEFT's", async () => {
  // tests/reference/low-rank-peft.py: peft 0.21.2, transformers 5.24.0, torch 2.13.0, in float64
  const { tensors, metadata } = decodeSafetensors(readFileSync(join(REFERENCE, "low-rank-peft.safetensors")));
  const { rank, alpha, learningRate, weightDecay, ids, losses } = JSON.parse(metadata.about as string) as {
    rank: number;
    alpha: number;
    learningRate: number;
    weightDecay: number;
    ids: number[][];
    losses: number[];
  };
  const { config, parameters } = await readPretrained(join(REFERENCE, "pretrained", "gpt2"));
  const lowRank: LowRankOptions = { rank, alpha };
  const specs = lowRankSpecs(config, lowRank);
  const stored = (when: string): LowRank<Numbers> => {
    const leaves = flattenTree(specs, isSpec).map(({ name }) => tensors.get(`${when}.${name}`)?.data as Numbers);
    return rebuildTree(specs, isSpec, leaves);
  };
  const engine = referenceEngine();
  const trainable = trainableOf({ config, parameters, lowRank, stream: createStream(1) });
  const frozen = uploadTree(engine, parameterSpecs(config), parameters);
  const adamW = { ...ADAM_W, weightDecay };
  const updater = createUpdater(sft(), { engine, config, adamW, clipNorm: undefined, trainable, frozen });
  let trained: Trained<TrainedTree<DeviceArray>> = {
    parameters: uploadTree(engine, specs, stored("before")),
    optimiser: uploadTree(engine, { means: specs, squares: specs }, adamWInit(specs)),
  };
  const shape = { examples: ids.length, length: (ids[0]?.length ?? 0) - 1 };
  const sequences = ids.map(([first = 0, ...rest]) => ({ prompt: [first], completion: rest }));
  const batch = { shape, arrays: packTokens(sequences, shape.examples, shape.length) };
  const found: number[] = [];
  for (let count = 1; count <= losses.length; count++) {
    const next = await updater.update(trained, [{ ...batch, arrays: { ...batch.arrays } }], {
      ...{ count, learningRate, seeds: [] },
    });
    trained = next.trained;
    found.push((await next.measured).report.loss);
  }
  near("losses", found, losses, 1e-6); // the stored weights are float32, the losses of either side float64
  const now = (await readTree(trained.parameters)) as LowRank<Numbers>;
  const expected = new Map(flattenTree(stored("after"), isNumbers).map(({ name, leaf }) => [name, leaf]));
  for (const { name, leaf } of flattenTree(now, isNumbers)) near(name, leaf, expected.get(name) as Numbers, 1e-6);
  const run = await compile(engine, (inputs) => logits(inputs.parameters, inputs.tokens, config), {
    parameters: parameterSpecs(config),
    tokens: i32(ids.length, shape.length + 1),
  });
  const merged = mergeLowRank(parameters, now, lowRank);
  const all = await (await run({ parameters: merged, tokens: Int32Array.from(ids.flat()) })).read();
  const last = ids.flatMap((_, row) => {
    const end = (row + 1) * (shape.length + 1) * config.vocabularySize;
    return Array.from(all.slice(end - config.vocabularySize, end));
  });
  near("logits", last, tensors.get("logits")?.data as Numbers, 1e-5);
});

test("a run with adapters learns, changes the adapted layers alone, and each of them by a matrix of its rank", async () => {
  const losses: number[] = [];
  const updated = ({ loss }: UpdateRecord): void => void losses.push(loss);
  const lowRank: LowRankOptions = { rank: 1, layers: ["queriesKeysValues", "down"] };
  const { config } = smallRun();
  const run = smallRun({
    parameters: initialiseParameters(config, createStream(5), { deviation: 0.4 }), // what is frozen must say something
    lowRank,
    updates: 200,
    schedule: { shape: "constant", peak: 0.1 },
    observers: [{ updated }],
  });
  const outcome = await train(run);
  assert.ok(outcome.ok);
  assert.ok((losses.at(-1) as number) < 0.7 * (losses[0] as number), `${losses[0]} to ${losses.at(-1)}`);
  const before = new Map(flattenTree(run.parameters, isNumbers).map(({ name, leaf }) => [name, leaf]));
  const specs = new Map(flattenTree(parameterSpecs(run.config), isSpec).map(({ name, leaf }) => [name, leaf.shape]));
  for (const { name, leaf } of flattenTree(outcome.parameters, isNumbers)) {
    const change = leaf.map((value: number, at: number) => value - Number(before.get(name)?.[at])) as Float32Array;
    const isAdapted = /\.(queriesKeysValues|down)\.weight$/.test(name);
    const largest = Math.max(...Array.from(change, Math.abs));
    assert.equal(largest > 1e-3, isAdapted, `${name} changes by ${largest}`);
    if (!isAdapted) continue;
    const [rows, columns] = specs.get(name) as readonly [number, number];
    for (let row = 1; row < rows; row++) {
      for (let column = 1; column < columns; column++) {
        const at = (i: number, j: number): number => Number(change[i * columns + j]);
        const minor = at(0, 0) * at(row, column) - at(0, column) * at(row, 0);
        assert.ok(Math.abs(minor) < 1e-5 * largest, `${name}: two by two minor ${minor}`);
      }
    }
  }
});

test("the evaluation of a run sees its adapters merged", async () => {
  const seen: Numbers[] = [];
  const evaluate = async (parameters: { readonly blocks: readonly { down: { weight: DeviceArray } }[] }) => {
    seen.push(Float32Array.from((await parameters.blocks[0]?.down.weight.read()) as Numbers));
    return {};
  };
  const outcome = await train(smallRun({ lowRank: { rank: 2 }, evaluation: { every: 6, evaluate } }));
  assert.ok(outcome.ok);
  assert.deepEqual(seen, [outcome.parameters.blocks[0]?.down.weight]);
});

const root = mkdtempSync(join(tmpdir(), "eightfold-low-rank-"));
after(() => rmSync(root, { recursive: true }));

testOnEach(
  (name) => `on ${name} a stopped run with adapters goes on bit for bit, and its checkpoint is a policy as any other`,
  async (engine) => {
    const lowRank: LowRankOptions = { rank: 2, alpha: 4 };
    const validation = { examples: REPEATS.slice(0, 3), every: 2 };
    const folders = ["whole", "parts"].map((name) => mkdtempSync(join(root, name)));
    const [whole, parts] = folders as [string, string];
    const run = (folder: string) => smallRun({ engine, lowRank, validation, checkpoints: { folder, every: 2 } });
    const updated = ({ update }: UpdateRecord): void => {
      if (update === 5) throw new Error("stop");
    };
    await assert.rejects(train({ ...run(parts), observers: [{ updated }] }), /stop/);
    const [outcome, expected] = [await train(run(parts)), await train(run(whole))];
    assert.deepEqual(outcome, expected);
    const last = (await listCheckpoints(whole)).at(-1) as string;
    const { parameters, lowRank: kept } = await readCheckpoint(last, run(whole).config);
    assert.deepEqual(kept?.options, lowRank);
    assert.deepEqual(
      parameters,
      mergeLowRank(run(whole).parameters, kept?.trees.adapters as LowRank<Numbers>, lowRank),
    );
  },
  IN_FLOAT32,
);

test("adapters are not put beside other parameters than those they were trained beside, nor is a full run taken up", async () => {
  const folder = mkdtempSync(join(root, "other"));
  const run = smallRun({ lowRank: { rank: 2 }, checkpoints: { folder, every: 2 } });
  await train(run);
  const finalNorm = { gain: new Float32Array(run.config.channels).fill(2) };
  const others = { ...run, parameters: { ...run.parameters, finalNorm } };
  await assert.rejects(train(others), (error: CheckpointError) => {
    assert.equal(error.kind, "another run");
    assert.match(
      error.message,
      /of another run: frozen was ".*", is ".*" \(hint: name another folder, or do not resume\)/,
    );
    return true;
  });
  await assert.rejects(train(smallRun({ checkpoints: { folder, every: 2 } })), {
    name: "CheckpointError",
    message: /another run: lowRank was \{"rank":2\}, is undefined/,
  });
});

const UNFIT: [object, RegExp][] = [
  [{ rank: 0 }, /train requires lowRank\.rank to be an integer in \[1, 65536\], got 0/],
  [{ rank: 2, alpha: 0 }, /train requires lowRank\.alpha to be a number above 0, got 0/],
  [{ rank: 2, layers: ["gate"] }, /train requires lowRank\.layers to be "queriesKeysValues" or .*, got "gate"/],
  [{ rank: 2, layers: null }, /train requires lowRank\.layers to be an array, got null/],
  [
    { rank: 2, alfa: 4 },
    /train's lowRank requires options among rank, alpha, layers, got "alfa" \(hint: did you mean "alpha"\?\)/,
  ],
  [{ rank: 2, layers: [] }, /train requires lowRank\.layers to be different and at least one/],
];

for (const [lowRank, message] of UNFIT) {
  test(`adapters of ${JSON.stringify(lowRank)} are refused`, async () => {
    await assert.rejects(train(smallRun({ lowRank: lowRank as LowRankOptions })), message);
  });
}

test("adapters are merged with the rank, and into the policy, that they are of", () => {
  const { config, parameters } = smallRun();
  const adapters = initialiseLowRank(config, { rank: 4 }, createStream(1));
  const message = /mergeLowRank requires adapters of rank 2 beside \d+ numbers, got \d+ and \d+/;
  assert.throws(() => mergeLowRank(parameters, adapters, { rank: 2 }), message);
  assert.throws(() => mergeLowRank(parameters, { blocks: [] }, { rank: 4 }), /adapters of \d+ blocks, got 0/);
  assert.throws(
    () => initialiseLowRank(config, { rank: -1 }, createStream(1)),
    /initialiseLowRank requires lowRank\.rank/,
  );
});
