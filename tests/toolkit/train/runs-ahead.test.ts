/** @file On a device that goes on by itself losses are read an update late: nothing else changes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type DeviceArray, type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { type SftExample, type TrainOptions, train, type UpdateRecord } from "../../../src/toolkit/train/index.ts";
import { REPEATS, smallRun } from "./small-run.ts";

async function told(change: Partial<TrainOptions<SftExample>>) {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-ahead-"));
  try {
    const records: Partial<UpdateRecord>[] = [];
    const updated = ({ tokensPerSecond: _, secondsLeft: __, ...record }: UpdateRecord): void =>
      void records.push(record);
    const evaluated = (record: object): void => void records.push(record);
    const checkpoints = { folder, every: 4 };
    const outcome = await train(smallRun({ updates: 7, checkpoints, observers: [{ updated, evaluated }], ...change }));
    return {
      records,
      outcome: outcome.ok ? outcome : { ...outcome, checkpoint: outcome.checkpoint?.slice(folder.length) },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const AHEAD = { engine: { ...referenceEngine(), runsAhead: true } };

test("observers, validation, checkpoints and the outcome are those of an engine that waits", async () => {
  for (const change of [{}, { accumulate: 2, validation: { examples: REPEATS.slice(0, 3), every: 3 } }]) {
    assert.deepEqual(await told({ ...change, ...AHEAD }), await told(change));
  }
});

test("a loss that is no number is found with its update and its examples, though a further update was handed over", async () => {
  const broken = { schedule: { shape: "constant", peak: 1e30 } } as const;
  const { outcome } = await told({ ...broken, ...AHEAD });
  assert.ok(!outcome.ok);
  assert.deepEqual(outcome, (await told(broken)).outcome);
});

test("the next update is handed over before the loss of this one is read", async () => {
  const engine = referenceEngine();
  let runs = 0;
  const handedOver: (() => void)[] = [];
  const slow: Engine = {
    ...engine,
    runsAhead: true,
    compile: async (graph) => {
      const program = await engine.compile(graph);
      const run: typeof program.run = async (...given) => {
        const results = await program.run(...given);
        runs++;
        for (const resolve of handedOver.splice(0)) resolve();
        for (const array of results)
          if (array.spec.shape.length === 1 && runs < 5) Object.assign(array, lateRead(array));
        return results;
      };
      return { ...program, run };
    },
  };
  /** Answers when the next run has been handed over, and never before. */
  function lateRead(array: DeviceArray): Pick<DeviceArray, "read"> {
    const read = array.read.bind(array);
    return { read: () => new Promise<void>((resolve) => void handedOver.push(resolve)).then(read) };
  }
  const outcome = await train(smallRun({ engine: slow, updates: 5 }));
  assert.ok(outcome.ok);
  assert.equal(runs, 5);
});
