/** @file GGUF: numbers of every format, the same policy as from safetensors, the tokenizer, and files that are none. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { CheckpointError, readGguf, readPretrained, UnsupportedModel } from "../../../src/toolkit/model/index.ts";
import { GGUF_TYPES } from "../../../src/toolkit/model/pretrained/gguf-blocks.ts";
import { openGguf } from "../../../src/toolkit/model/pretrained/gguf-file.ts";
import { encodeSafetensors } from "../../../src/toolkit/model/safetensors.ts";
import { modelVocabulary } from "../../../src/toolkit/tasks/index.ts";
import { flattenTree } from "../../../src/toolkit/tensor/tree.ts";
import { f32Bytes, ggufBytes, halfPower, inPairs, type SampleTensor, type SampleValue } from "./gguf-samples.ts";

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

const SIZES = { vocabulary: 11, context: 16, layers: 2, channels: 32, heads: 4, keyValueHeads: 2, hidden: 64 };
const HEAD = SIZES.channels / SIZES.heads;

/** [published name, GGUF's name, rows, columns]. */
function matrices(): [string, string, number, number][] {
  const { channels, hidden, keyValueHeads } = SIZES;
  const blocks = Array.from({ length: SIZES.layers }, (_, at): [string, string, number, number][] => [
    [`model.layers.${at}.self_attn.q_proj.weight`, `blk.${at}.attn_q.weight`, channels, channels],
    [`model.layers.${at}.self_attn.k_proj.weight`, `blk.${at}.attn_k.weight`, keyValueHeads * HEAD, channels],
    [`model.layers.${at}.self_attn.v_proj.weight`, `blk.${at}.attn_v.weight`, keyValueHeads * HEAD, channels],
    [`model.layers.${at}.self_attn.o_proj.weight`, `blk.${at}.attn_output.weight`, channels, channels],
    [`model.layers.${at}.mlp.gate_proj.weight`, `blk.${at}.ffn_gate.weight`, hidden, channels],
    [`model.layers.${at}.mlp.up_proj.weight`, `blk.${at}.ffn_up.weight`, hidden, channels],
    [`model.layers.${at}.mlp.down_proj.weight`, `blk.${at}.ffn_down.weight`, channels, hidden],
    [`model.layers.${at}.input_layernorm.weight`, `blk.${at}.attn_norm.weight`, 0, channels],
    [`model.layers.${at}.post_attention_layernorm.weight`, `blk.${at}.ffn_norm.weight`, 0, channels],
  ]);
  return [
    ["model.embed_tokens.weight", "token_embd.weight", SIZES.vocabulary, channels],
    ["model.norm.weight", "output_norm.weight", 0, channels],
    ...blocks.flat(),
  ];
}

const METADATA: Readonly<Record<string, SampleValue>> = {
  "general.architecture": "llama",
  "llama.context_length": SIZES.context,
  "llama.embedding_length": SIZES.channels,
  "llama.block_count": SIZES.layers,
  "llama.feed_forward_length": SIZES.hidden,
  "llama.attention.head_count": SIZES.heads,
  "llama.attention.head_count_kv": SIZES.keyValueHeads,
  "llama.attention.layer_norm_rms_epsilon": 1e-5,
  "llama.rope.freq_base": 100_000,
};

const CONFIG = {
  model_type: "llama",
  hidden_act: "silu",
  vocab_size: SIZES.vocabulary,
  max_position_embeddings: SIZES.context,
  num_hidden_layers: SIZES.layers,
  hidden_size: SIZES.channels,
  num_attention_heads: SIZES.heads,
  num_key_value_heads: SIZES.keyValueHeads,
  intermediate_size: SIZES.hidden,
  rms_norm_eps: 1e-5,
  rope_theta: 100_000,
  tie_word_embeddings: true,
};

/** The same weights for both files; those of GGUF with queries and keys in pairs. */
function modelTensors(): { published: [string, { shape: number[]; data: Float32Array }][]; gguf: SampleTensor[] } {
  const stream = createStream(7);
  const all = matrices().map(([published, gguf, rows, columns]) => {
    const own = stream.split(gguf);
    const shape = rows === 0 ? [columns] : [rows, columns];
    const data = Float32Array.from({ length: Math.max(1, rows) * columns }, () => own.normal(0, 0.1));
    const heads = gguf.endsWith("attn_q.weight")
      ? SIZES.heads
      : gguf.endsWith("attn_k.weight")
        ? SIZES.keyValueHeads
        : 0;
    const stored = heads === 0 ? data : inPairs(data, [rows, columns], heads);
    return { published, gguf, shape, data, stored };
  });
  return {
    published: all.map(({ published, shape, data }) => [published, { shape, data }]),
    gguf: all.map(({ gguf: name, shape, stored }) => ({ name, shape, type: 0, bytes: f32Bytes(stored) })),
  };
}

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

/** The 256 texts of single bytes. @source openai/gpt-2, encoder.py: bytes_to_unicode */
function byteTokens(): string[] {
  const shown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(shown(byte) ? byte : next++));
}

const TOKENS = ["<|end|>", ...byteTokens(), "12", "ab"];
const TOKENIZER: Readonly<Record<string, SampleValue>> = {
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.pre": "smollm",
  "tokenizer.ggml.tokens": TOKENS,
  "tokenizer.ggml.token_type": TOKENS.map((_, at) => (at === 0 ? 3 : 1)),
  "tokenizer.ggml.merges": ["1 2", "a b"],
  "tokenizer.ggml.eos_token_id": 0,
};

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

// --- bad files

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
