/** @file Checkpoints: what is written comes back, what is damaged is named, and a write that fails leaves what was there. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  type Checkpoint,
  CheckpointError,
  checkpointPath,
  initialiseParameters,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  transformerConfig,
  writeCheckpoint,
} from "../../../src/toolkit/model/index.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../../src/toolkit/model/safetensors.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-checkpoints-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = () => join(folder, `run ${files++}`, "policy.safetensors");

const config = transformerConfig({ vocabularySize: 5, contextLength: 4, layers: 1, channels: 4, heads: 2, hidden: 4 });
const checkpoint: Checkpoint = {
  config,
  parameters: initialiseParameters(config, createStream(1)),
  tokenizer: ["<pad>", "<end>", "a", "é", "三"],
  companions: { means: initialiseParameters(config, createStream(2)) },
  notes: { updates: 7, best: null, name: 'of "quotes"' },
};

test("a checkpoint comes back as it was written, and makes its folder", async () => {
  const path = fresh();
  await writeCheckpoint(path, checkpoint);
  assert.deepEqual(await readCheckpoint(path, config), checkpoint);
  assert.deepEqual(readdirSync(join(path, "..")), ["policy.safetensors"]);
});

test("float64 parameters, as the reference engine has them, come back bit for bit", async () => {
  const path = fresh();
  const head = Float64Array.from({ length: 20 }, (_, at) => at / 3);
  await writeCheckpoint(path, { config, parameters: { ...checkpoint.parameters, head } });
  assert.deepEqual((await readCheckpoint(path)).parameters.head, head);
});

const joined = (parts: readonly Uint8Array[]) => Buffer.concat(parts);

test("any tensors come back from the format, each at a multiple of its element's size", () => {
  const tensor: fc.Arbitrary<StoredTensor> = fc
    .oneof(
      fc.float32Array({ maxLength: 5 }),
      fc.float64Array({ maxLength: 5 }),
      fc.int32Array({ maxLength: 5 }),
      fc.uint8Array({ maxLength: 5 }),
    )
    .map((data) => ({ shape: [data.length], data }));
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-zé"]+$/), tensor), fc.string(), (tensors, text) => {
      const given = { tensors: new Map(Object.entries(tensors)), metadata: { text } };
      const bytes = joined(encodeSafetensors(given));
      const got = decodeSafetensors(bytes);
      assert.deepEqual(new Map([...got.tensors].sort()), new Map([...given.tensors].sort()));
      assert.deepEqual(got.metadata, { text });
    }),
    { seed: 4, numRuns: 50 },
  );
  assert.throws(
    () => encodeSafetensors({ tensors: new Map([["x", { shape: [3], data: new Float32Array(2) }]]), metadata: {} }),
    /requires 3 numbers for x, got 2/,
  );
});

test("Python's safetensors reads what is written here", () => {
  // policy-python.json is what tests/reference/policy-python.py saw in policy.safetensors
  const reference = join(import.meta.dirname, "../../reference");
  const seen = JSON.parse(readFileSync(join(reference, "policy-python.json"), "utf8")) as {
    metadata: Record<string, string>;
    tensors: Record<string, { shape: number[]; numbers: number[] }>;
  };
  const bytes = readFileSync(join(reference, "policy.safetensors"));
  const { tensors, metadata } = decodeSafetensors(bytes);
  assert.deepEqual(metadata, seen.metadata);
  assert.deepEqual(
    Object.fromEntries([...tensors].map(([name, { shape, data }]) => [name, { shape, numbers: Array.from(data) }])),
    seen.tensors,
  );
  assert.deepEqual(joined(encodeSafetensors({ tensors, metadata })), bytes); // and that is still how it is written
});

async function refused(path: string, kind: CheckpointError["kind"], message: RegExp, expected = config): Promise<void> {
  await assert.rejects(readCheckpoint(path, expected), (error) => {
    assert.ok(error instanceof CheckpointError, String(error));
    assert.equal(error.kind, kind);
    assert.equal(error.path, path);
    assert.match(error.message, message);
    return true;
  });
}

test("a file that is not there, cut off, or none of ours is refused with what is wrong", async () => {
  await refused(fresh(), "missing", /policy\.safetensors: no such checkpoint$/);
  const path = fresh();
  await writeCheckpoint(path, checkpoint);
  const { length } = readFileSync(path);
  truncateSync(path, length - 3);
  await refused(path, "damaged", new RegExp(`cut off: tensor .* ends at byte ${length} of a file of ${length - 3}`));
  truncateSync(path, 100);
  await refused(path, "damaged", /cut off: the header ends at byte \d+ of a file of 100/);
  truncateSync(path, 3);
  await refused(path, "damaged", /cut off: the header ends/);
  writeFileSync(path, Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("nope")]));
  await refused(path, "damaged", /the header is no JSON/);
  writeFileSync(path, joined(encodeSafetensors({ tensors: new Map(), metadata: {} })));
  await refused(path, "damaged", /no checkpoint of this project/);
});

test("another model's checkpoint is refused by the first difference, a wrong tensor by its name", async () => {
  const path = fresh();
  await writeCheckpoint(path, checkpoint);
  await refused(path, "another config", /of another model: layers is 1, expected 2$/, { ...config, layers: 2 });
  const { tensors, metadata } = decodeSafetensors(readFileSync(path));
  const wrong = new Map(tensors).set("parameters.head", { shape: [5, 4], data: new Float32Array(20) });
  writeFileSync(path, joined(encodeSafetensors({ tensors: wrong, metadata })));
  await refused(path, "wrong size", /tensor parameters\.head has shape \[5, 4\], expected \[4, 5\]/);
  wrong.delete("parameters.head");
  writeFileSync(path, joined(encodeSafetensors({ tensors: wrong, metadata })));
  await refused(path, "damaged", /tensor parameters\.head is missing/);
});

test("a full disk leaves the earlier checkpoint, and says so", { skip: process.platform !== "linux" }, async () => {
  const path = fresh();
  await writeCheckpoint(path, checkpoint);
  const { open } = fs;
  fs.open = (file, ...rest) => (String(file).endsWith(".tmp") ? open("/dev/full", "w") : open(file, ...rest)); // no space
  syncBuiltinESMExports();
  try {
    await assert.rejects(
      writeCheckpoint(path, { ...checkpoint, notes: "later" }),
      (error) =>
        error instanceof CheckpointError && error.kind === "not written" && /ENOSPC: no space left/.test(error.message),
    );
  } finally {
    fs.open = open;
    syncBuiltinESMExports();
  }
  assert.deepEqual((await readCheckpoint(path)).notes, checkpoint.notes);
  assert.deepEqual(readdirSync(join(path, "..")), ["policy.safetensors"]);
});

test("a run's checkpoints are listed in order, and the last ones kept", async () => {
  const run = join(folder, "listed");
  assert.deepEqual(await listCheckpoints(run), []);
  mkdirSync(run);
  for (const update of [100, 9, 1000]) await writeCheckpoint(checkpointPath(run, update), checkpoint);
  for (const draft of ["77.tmp", "77.0.tmp"])
    writeFileSync(join(run, `update-00001001.safetensors.${draft}`), "cut off");
  writeFileSync(join(run, "notes.txt"), "kept");
  assert.deepEqual(
    await listCheckpoints(run),
    [9, 100, 1000].map((update) => checkpointPath(run, update)),
  );
  await pruneCheckpoints(run, 2);
  assert.deepEqual(readdirSync(run).sort(), [
    "notes.txt",
    "update-00000100.safetensors",
    "update-00001000.safetensors",
  ]);
});
