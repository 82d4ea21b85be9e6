/** @file GGUF files that are none, or of another kind, or cut off anywhere: refused with what came and what was expected. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { CheckpointError, readGguf, UnsupportedModel } from "../../../src/toolkit/model/index.ts";
import { ggufBytes, METADATA, modelTensors, type SampleTensor, TOKENIZER } from "./gguf-samples.ts";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "gguf-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const tensor = (changes: Partial<SampleTensor> = {}): SampleTensor => ({
  ...(modelTensors().gguf[0] as SampleTensor),
  ...changes,
});
const rest = () => modelTensors().gguf.slice(1);

const BAD: [
  what: string,
  bytes: () => Buffer,
  kind: typeof CheckpointError | typeof UnsupportedModel,
  error: RegExp,
][] = [
  ["no GGUF file", () => Buffer.from("a text file, say"), CheckpointError, /no GGUF file: it does not begin with GGUF/],
  ["an empty file", () => Buffer.alloc(0), CheckpointError, /cut off: it ends at byte 0, within its header/],
  ["another version", () => ggufBytes(METADATA, [], { version: 2 }), UnsupportedModel, /GGUF version 2; supported: 3/],
  [
    "a header cut off",
    () => ggufBytes(METADATA, modelTensors().gguf).subarray(0, 300),
    CheckpointError,
    /cut off: it ends at byte 300, within its header/,
  ],
  [
    "tensors cut off",
    () => ggufBytes(METADATA, modelTensors().gguf).subarray(0, -4000),
    CheckpointError,
    /cut off: tensor blk\.\d\.\w+\.weight ends at byte \d+, the file at \d+/,
  ],
  [
    "an offset beyond the file",
    () => ggufBytes(METADATA, [tensor()], { offset: () => 1e9 }),
    CheckpointError,
    /cut off: tensor token_embd\.weight ends at byte 10\d+, the file at/,
  ],
  [
    "an unknown quantisation",
    () => ggufBytes(METADATA, [tensor({ type: 12 }), ...rest()]),
    UnsupportedModel,
    /tensor token_embd\.weight has number format 12; supported: F32, F16, Q4_0, Q4_1, Q8_0/,
  ],
  [
    "rows that are no whole blocks",
    () => ggufBytes(METADATA, [tensor({ type: 8, shape: [11, 31] })]),
    CheckpointError,
    /Q8_0\[11, 31\]: rows are no whole blocks of 32/,
  ],
  [
    "another architecture",
    () => ggufBytes({ ...METADATA, "general.architecture": "gemma3" }, modelTensors().gguf),
    UnsupportedModel,
    /architecture "gemma3"; supported: "llama"/,
  ],
  [
    "stretched positions",
    () => ggufBytes({ ...METADATA, "llama.rope.scaling.type": "yarn" }, modelTensors().gguf),
    UnsupportedModel,
    /"llama\.rope\.scaling\.type" is "yarn"; supported: none/,
  ],
  [
    "a missing setting",
    () => ggufBytes({ ...METADATA, "llama.block_count": 0 }, modelTensors().gguf),
    UnsupportedModel,
    /a number > 0 under "llama\.block_count", got 0/,
  ],
  [
    "a missing tensor",
    () => ggufBytes(METADATA, modelTensors().gguf.slice(0, -1)),
    CheckpointError,
    /tensor blk\.1\.ffn_norm\.weight is missing/,
  ],
  [
    "a tensor of the wrong size",
    () => ggufBytes({ ...METADATA, "llama.feed_forward_length": 65 }, modelTensors().gguf),
    CheckpointError,
    /blk\.0\.ffn_gate\.weight has shape \[64, 32\]|columns together/,
  ],
  [
    "another tokenizer",
    () => ggufBytes({ ...METADATA, ...TOKENIZER, "tokenizer.ggml.model": "llama" }, modelTensors().gguf),
    UnsupportedModel,
    /a tokenizer of llama, smollm; supported: gpt2, gpt-2; gpt2, smollm/,
  ],
  [
    "a tokenizer without merges",
    () => ggufBytes({ ...METADATA, ...TOKENIZER, "tokenizer.ggml.merges": 1 }, modelTensors().gguf),
    UnsupportedModel,
    /its tokenizer lacks merges/,
  ],
  [
    "blocks that are not there, however many",
    () => ggufBytes({ ...METADATA, "llama.block_count": 10_000_000 }, modelTensors().gguf),
    CheckpointError,
    /tensor blk\.9999999\.attn_norm\.weight is missing/,
  ],
  [
    "a part of a block",
    () => ggufBytes({ ...METADATA, "llama.block_count": 1.5 }, modelTensors().gguf),
    UnsupportedModel,
    /bad\.gguf: transformerConfig requires layers to be an integer in \[1, \d+\], got 1\.5/,
  ],
  [
    "a tensor twice",
    () => ggufBytes(METADATA, [...modelTensors().gguf, tensor()]),
    CheckpointError,
    /tensor token_embd\.weight stands in its header twice/,
  ],
  [
    "an odd alignment",
    () => ggufBytes({ ...METADATA, "general.alignment": 7 }, modelTensors().gguf),
    CheckpointError,
    /general\.alignment is 7, expected a multiple of 8/,
  ],
  [
    "a list without end",
    () =>
      Buffer.concat([
        Buffer.from("GGUF"),
        Buffer.from([3, 0, 0, 0]),
        Buffer.alloc(8),
        Buffer.from([255, 255, 255, 255, 255, 255, 255, 0]),
      ]),
    CheckpointError,
    /in its header|metadata in \d+ bytes/,
  ],
];

for (const [what, bytes, kind, error] of BAD) {
  test(`${what} is refused: what came, what was expected`, async (t) => {
    const path = join(scratch(t), "bad.gguf");
    writeFileSync(path, bytes());
    await assert.rejects(readGguf(path), (thrown: Error) => thrown instanceof kind && error.test(thrown.message));
  });
}

test("a missing file, and a model larger than memory, say so: how much is needed", async (t) => {
  const path = join(scratch(t), "model.gguf");
  await assert.rejects(readGguf(path), CheckpointError);
  await assert.rejects(
    readGguf(import.meta.dirname),
    (thrown: Error) => thrown instanceof CheckpointError && /expected a file, got a folder/.test(thrown.message),
  );
  writeFileSync(path, ggufBytes(METADATA, modelTensors().gguf));
  await assert.rejects(
    readGguf(path, { memoryBytes: 50_000 }),
    /readGguf requires 1 MB of memory for \d+ parameters, got "?1 MB/,
  );
});

test("wherever a file is cut off, it is refused and never half read", async (t) => {
  const path = join(scratch(t), "cut.gguf");
  const whole = ggufBytes({ ...METADATA, ...TOKENIZER }, modelTensors().gguf);
  const places = fc.integer({ min: 0, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(places, async (length) => {
      writeFileSync(path, whole.subarray(0, length));
      await assert.rejects(readGguf(path), (thrown: Error) => thrown instanceof CheckpointError);
    }),
    { seed: 7, numRuns: 60 },
  );
});
