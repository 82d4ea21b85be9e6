/** @file GGUF files made in the test: headers, numbers of every format, and a small Llama whose rows lie as llama.cpp stores them. */

import { createStream } from "../../../src/toolkit/core/random-stream.ts";

/** A tensor of a file to be made; shape as the model's maths has it, bytes in the format of the type. */
export interface SampleTensor {
  name: string;
  shape: readonly number[];
  type: number;
  bytes: Uint8Array;
}

export type SampleValue = number | string | readonly string[] | readonly number[];

const ALIGNMENT = 32;

/** The bytes of a file; `change` may spoil the header's parts. */
export function ggufBytes(
  metadata: Readonly<Record<string, SampleValue>>,
  tensors: readonly SampleTensor[],
  change: { version?: number; offset?: (own: number) => number } = {},
): Buffer {
  const parts: Buffer[] = [
    Buffer.from("GGUF"),
    u32(change.version ?? 3),
    u64(tensors.length),
    u64(Object.keys(metadata).length),
  ];
  for (const [name, value] of Object.entries(metadata)) parts.push(text(name), ...valueParts(value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, type, bytes } of tensors) {
    const dimensions = [...shape].reverse();
    parts.push(
      text(name),
      u32(dimensions.length),
      ...dimensions.map(u64),
      u32(type),
      u64(change.offset?.(offset) ?? offset),
    );
    const padded = Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT;
    data.push(Buffer.concat([bytes, Buffer.alloc(padded - bytes.length)]));
    offset += padded;
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc((ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT), ...data]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** Whole numbers as uint32, others as float32. */
function valueParts(value: SampleValue): Buffer[] {
  if (typeof value === "string") return [u32(8), text(value)];
  if (typeof value === "number" && Number.isInteger(value)) return [u32(4), u32(value)];
  if (typeof value === "number") return [u32(6), f32(value)];
  const items = [...value] as (string | number)[];
  const type = typeof items[0] === "string" ? 8 : 4;
  return [
    u32(9),
    u32(type),
    u64(items.length),
    ...items.map((item) => (typeof item === "string" ? text(item) : u32(item))),
  ];
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

export function f32Bytes(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A float16 of a power of two, by its exponent: 2^exponent for -14 to 15. */
export function halfPower(exponent: number): number {
  return (exponent + 15) << 10;
}

/** Rows in pairs, as llama.cpp's converter stores queries and keys: the other way round than readGguf puts them back. */
function inPairs(numbers: Float32Array, [rows, columns]: readonly [number, number], heads: number): Float32Array {
  const size = rows / heads;
  const stored = new Float32Array(numbers.length);
  for (let head = 0; head < heads; head++) {
    for (let half = 0; half < 2; half++) {
      for (let at = 0; at < size / 2; at++) {
        const from = head * size + half * (size / 2) + at;
        const to = head * size + 2 * at + half;
        stored.set(numbers.subarray(from * columns, (from + 1) * columns), to * columns);
      }
    }
  }
  return stored;
}

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

export const METADATA: Readonly<Record<string, SampleValue>> = {
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

export const CONFIG = {
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
export function modelTensors(): {
  published: [string, { shape: number[]; data: Float32Array }][];
  gguf: SampleTensor[];
} {
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

/** The 256 texts of single bytes. @source openai/gpt-2, encoder.py: bytes_to_unicode */
function byteTokens(): string[] {
  const shown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(shown(byte) ? byte : next++));
}

export const TOKENS = ["<|end|>", ...byteTokens(), "12", "ab"];
export const TOKENIZER: Readonly<Record<string, SampleValue>> = {
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.pre": "smollm",
  "tokenizer.ggml.tokens": TOKENS,
  "tokenizer.ggml.token_type": TOKENS.map((_, at) => (at === 0 ? 3 : 1)),
  "tokenizer.ggml.merges": ["1 2", "a b"],
  "tokenizer.ggml.eos_token_id": 0,
};
