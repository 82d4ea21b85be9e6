/** @file GGUF: numbers of every format, the same policy as from safetensors, the tokenizer, and files that are none. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { readGguf, readPretrained } from "../../../src/toolkit/model/index.ts";
import { GGUF_TYPES } from "../../../src/toolkit/model/pretrained/gguf-blocks.ts";
import { openGguf } from "../../../src/toolkit/model/pretrained/gguf-file.ts";
import { encodeSafetensors } from "../../../src/toolkit/model/safetensors.ts";
import { modelVocabulary } from "../../../src/toolkit/tasks/index.ts";
import { flattenTree } from "../../../src/toolkit/tensor/tree.ts";
import { CONFIG, f32Bytes, ggufBytes, halfPower, METADATA, modelTensors, TOKENIZER, TOKENS } from "./gguf-samples.ts";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "gguf-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

// --- number formats

test("Q8_0, Q4_0 and Q4_1 blocks give scale times number, and what is added to it", () => {
  // by hand: scale 2^-3; Q8_0 has signed bytes; of Q4 the low halves come first, less 8 or plus the least number, here 2^-1
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  const read = (type: number) => {
    const out = new Float32Array(32);
    GGUF_TYPES[type]?.read(view, 0, out, 0);
    return out;
  };
  view.setUint16(0, halfPower(-3), true);
  view.setUint8(2, 0xf1);
  const q4 = read(2);
  assert.deepEqual([q4[0], q4[16], q4[1]], [-7 / 8, 7 / 8, -1]);
  view.setUint16(2, halfPower(-1), true);
  view.setUint8(4, 0x2f);
  const q41 = read(3);
  assert.deepEqual([q41[0], q41[16], q41[1]], [15 / 8 + 1 / 2, 2 / 8 + 1 / 2, 1 / 2]);
  const wide = new DataView(new ArrayBuffer(34));
  wide.setUint16(0, halfPower(1), true);
  wide.setInt8(2, -128);
  wide.setInt8(33, 127);
  const out = new Float32Array(32);
  GGUF_TYPES[8]?.read(wide, 0, out, 0);
  assert.deepEqual([out[0], out[1], out[31]], [-256, 0, 254]);
});

test("whatever numbers a tensor of float32 or float16 has come back, by name and shape", async (t) => {
  const path = join(scratch(t), "numbers.gguf");
  const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(numbers, async (list) => {
      const halves = Uint16Array.from([halfPower(-14), halfPower(15), 0, 0x8000 | halfPower(2), halfPower(0), 1]);
      const tensors = [
        { name: "a", shape: [2, 3], type: 0, bytes: f32Bytes(Float32Array.from(list)) },
        { name: "b", shape: [6], type: 1, bytes: new Uint8Array(halves.buffer) },
      ];
      writeFileSync(path, ggufBytes({ "general.architecture": "llama", rate: 0.5, names: ["x", "é"] }, tensors));
      const file = await openGguf(path);
      try {
        assert.deepEqual(await file.tensor("a"), { shape: [2, 3], data: Float32Array.from(list) });
        assert.deepEqual([...(await file.tensor("b")).data], [2 ** -14, 2 ** 15, 0, -4, 1, 2 ** -24]);
        assert.deepEqual(
          [...file.metadata],
          [
            ["general.architecture", "llama"],
            ["rate", 0.5],
            ["names", ["x", "é"]],
          ],
        );
      } finally {
        await file.close();
      }
    }),
    { seed: 7, numRuns: 20 },
  );
});

// --- a model

test("a Llama of a GGUF file is the policy that its safetensors are: queries and keys are put back in halves", async (t) => {
  const folder = scratch(t);
  const { published, gguf } = modelTensors();
  writeFileSync(join(folder, "config.json"), JSON.stringify(CONFIG));
  writeFileSync(
    join(folder, "model.safetensors"),
    Buffer.concat(encodeSafetensors({ tensors: new Map(published), metadata: {} })),
  );
  writeFileSync(join(folder, "model.gguf"), ggufBytes(METADATA, gguf));
  const expected = await readPretrained(folder);
  const found = await readGguf(join(folder, "model.gguf"));
  assert.deepEqual(found.config, expected.config);
  assert.deepEqual(found.tokenizer, undefined);
  const isNumbers = (value: unknown): value is Float32Array => value instanceof Float32Array;
  const [own, theirs] = [flattenTree(found.parameters, isNumbers), flattenTree(expected.parameters, isNumbers)];
  assert.deepEqual(own, theirs);
  const short = await readGguf(join(folder, "model.gguf"), { contextLength: 5 });
  assert.equal(short.config.contextLength, 5);
});

// --- the tokenizer

test("the tokenizer of the metadata writes text and reads it back, digits one by one", async (t) => {
  const path = join(scratch(t), "model.gguf");
  writeFileSync(path, ggufBytes({ ...METADATA, ...TOKENIZER }, modelTensors().gguf));
  const { tokenizer } = await readGguf(path);
  assert.ok(tokenizer !== undefined);
  const vocabulary = modelVocabulary(tokenizer.definition, tokenizer);
  assert.deepEqual([vocabulary.size, vocabulary.endId], [TOKENS.length, 0]);
  assert.equal(vocabulary.encode("12").length, 2, "the merge of 1 and 2 is never used");
  assert.deepEqual(vocabulary.encode("ab<|end|>"), [TOKENS.length - 1, 0]);
  for (const text of ["She has 3 * 4 = <<3*4=12>>12 é.\n#### 12", " x"])
    assert.equal(vocabulary.decode(vocabulary.encode(text)), text);
});

test("a tokenizer that lacks a sign of the answers, or its own end, is refused", () => {
  const definition = (tokens: readonly string[]) => ({
    ...{ version: "1.0", added_tokens: [], normalizer: null, post_processor: null },
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab: Object.fromEntries(tokens.map((token, at) => [token, at])), merges: [] },
  });
  const without7 = TOKENS.filter((token) => token !== "7");
  assert.throws(
    () => modelVocabulary(definition(without7), { endToken: "<|end|>" }),
    /the tokenizer: its tokens cannot write "7", of which/,
  );
  assert.throws(
    () => modelVocabulary(definition(TOKENS), { endToken: "<eos>" }),
    /its tokens have no "<eos>" to end a completion/,
  );
});
