/** @file The transformer: what a position sees, what a cache changes, what padding changes, and the count of its parameters. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, type DeviceArray, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  ContextOverflow,
  causalMask,
  hiddenStates,
  initialiseParameters,
  type KeysValues,
  logits,
  parameterCount,
  parameterSpecs,
  readOut,
  requireTokens,
  TokenOutOfRange,
  type TransformerConfig,
  type TransformerParameters,
  transformerConfig,
} from "../../../src/toolkit/model/index.ts";
import type { Block } from "../../../src/toolkit/model/parameters.ts";
import { concat, constant, f32, i32, type Tensor } from "../../../src/toolkit/tensor/index.ts";

const SIZES = { vocabularySize: 11, contextLength: 8, layers: 2, channels: 8, heads: 4 };

const VARIANTS: Record<string, TransformerConfig> = {
  "as GPT-2": transformerConfig({
    ...SIZES,
    positions: "learned",
    normalisation: "layerNorm",
    biases: true,
    tiedHead: true,
  }),
  "as Llama": transformerConfig({ ...SIZES, keyValueHeads: 2, activation: "swiglu" }),
};

const ROUNDING = 1e-12; // the reference engine computes in float64

const TOKENS = [3, 1, 4, 1, 5, 9, 2, 6];

async function logitsOf(config: TransformerConfig, rows: readonly number[][]): Promise<number[][][]> {
  const [B, T] = [rows.length, rows[0]?.length as number];
  const run = await compile(referenceEngine(), ({ parameters, tokens }) => logits(parameters, tokens, config), {
    parameters: parameterSpecs(config),
    tokens: i32(B, T),
  });
  const parameters = initialiseParameters(config, createStream(1).split("parameters"));
  const flat = await (await run({ parameters, tokens: Int32Array.from(rows.flat()) })).read();
  const V = config.vocabularySize;
  return rows.map((_, b) => rows[b]?.map((__, t) => [...flat.slice((b * T + t) * V, (b * T + t + 1) * V)]) ?? []);
}

for (const [name, config] of Object.entries(VARIANTS)) {
  test(`${name}, a position sees itself and those before it, and no other row`, async () => {
    const [first, changed] = (await logitsOf(config, [TOKENS, TOKENS.with(5, 0)])) as [number[][], number[][]];
    assert.deepEqual(changed.slice(0, 5), first.slice(0, 5));
    for (const at of [5, 6, 7]) assert.notDeepEqual(changed[at], first[at]);
    assert.deepEqual((await logitsOf(config, [TOKENS.slice(0, 3)]))[0], first.slice(0, 3)); // what follows pads
  });

  test(`${name}, one token at a time over remembered keys and values gives the same logits`, async () => {
    const [whole] = (await logitsOf(config, [TOKENS])) as [number[][]];
    const parameters = initialiseParameters(config, createStream(1).split("parameters"));
    let past: KeysValues<DeviceArray>[] = [];
    for (const [at, token] of TOKENS.entries()) {
      const remembered = f32(1, config.keyValueHeads, at, 2);
      const specs = {
        parameters: parameterSpecs(config),
        tokens: i32(1, 1),
        past: past.map(() => ({ keys: remembered, values: remembered })),
      };
      const decode = await compile(referenceEngine(), (inputs) => decodeStep(inputs, at, config), specs);
      const { next, memory } = await decode({ parameters, tokens: Int32Array.of(token), past });
      past = memory;
      for (const [id, value] of (await next.read()).entries()) {
        assert.ok(Math.abs(value - (whole[at]?.[id] as number)) < ROUNDING, `position ${at}, id ${id}: ${value}`);
      }
    }
  });
}

interface StepInputs {
  readonly parameters: TransformerParameters<Tensor>;
  readonly tokens: Tensor;
  readonly past: readonly KeysValues<Tensor>[];
}

/** The token at `position` after the remembered ones. */
function decodeStep({ parameters, tokens, past }: StepInputs, position: number, config: TransformerConfig) {
  const memory: KeysValues<Tensor>[] = [];
  const positions = constant([position], i32(1));
  const states = hiddenStates(parameters, tokens, config, {
    positions,
    mask: causalMask(
      positions,
      constant(
        Int32Array.from({ length: position + 1 }, (_, at) => at),
        i32(position + 1),
      ),
    ),
    remember: (layer, { keys, values }) => {
      const before = past[layer];
      memory.push(
        before === undefined
          ? { keys, values }
          : { keys: concat([before.keys, keys], 2), values: concat([before.values, values], 2) },
      );
      return before === undefined ? [{ keys, values }] : [before, { keys, values }];
    },
  });
  return { next: readOut(parameters, states), memory };
}

test("parameters are counted by hand", () => {
  // as GPT-2: V C + T C + L (2 C + C 3C + 3C + C C + C + 2 C + C 4C + 4C + 4C C + C) + 2 C, here V 11, T 8, C 8, L 2
  assert.equal(parameterCount(VARIANTS["as GPT-2"] as TransformerConfig), 88 + 64 + 2 * 872 + 16);
  // as Llama: V C + L (C + C (4 + 4) 2 + C C + C + C 2F + F C) + C + C V, F = 8 * ceil(8 / 3) = 24
  assert.equal(parameterCount(VARIANTS["as Llama"] as TransformerConfig), 88 + 2 * (8 + 128 + 64 + 8 + 576) + 8 + 88);
});

test("the same stream gives the same parameters, and weights into the residual stream are smaller", () => {
  const config = transformerConfig({ ...SIZES, channels: 64 });
  const draw = (seed: number) => initialiseParameters(config, createStream(seed));
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1).embedding, draw(2).embedding);
  const deviation = (values: Float32Array): number => Math.hypot(...values) / Math.sqrt(values.length);
  const { queriesKeysValues, attentionOutput } = draw(1).blocks[0] as Block<Float32Array>;
  // 12,288 and 4,096 draws: the deviation of a sample errs by 1 / sqrt(2 n), 0.6 % and 1.1 %
  assert.ok(Math.abs(deviation(queriesKeysValues.weight) / 0.02 - 1) < 0.04);
  assert.ok(Math.abs(deviation(attentionOutput.weight) / (0.02 / 2) - 1) < 0.04); // sqrt(2 L) = 2
});

test("a config that does not fit is refused by the name of what does not", () => {
  const wrongs: [object, RegExp][] = [
    [{ heads: 3 }, /channels to be a multiple of heads \(3\), got 8/],
    [{ keyValueHeads: 3 }, /heads to be a multiple of keyValueHeads, got 3/],
    [{ heads: 8 }, /an even head size .* for rotary positions, got 1/],
    [{ layers: 0 }, /layers to be an integer in \[1, 16777216\], got 0/],
    [{ positions: "absolute" }, /positions to be "learned" or "rotary", got "absolute"/],
    [{ biases: 1 }, /biases to be true or false, got 1/],
    [{ epsilon: 0 }, /epsilon to be a number above 0, got 0/],
  ];
  for (const [change, message] of wrongs) assert.throws(() => transformerConfig({ ...SIZES, ...change }), message);
});

test("tokens out of range and prompts beyond the context are errors of their own kind", async () => {
  const config = VARIANTS["as GPT-2"] as TransformerConfig;
  await assert.rejects(logitsOf(config, [[...TOKENS, 1]]), ContextOverflow);
  assert.throws(
    () => requireTokens("sample, prompt 3", [1, 11], config),
    (error) =>
      error instanceof TokenOutOfRange &&
      error.message === "sample, prompt 3 requires token ids in [0, 11), got 11 at place 1",
  );
  assert.throws(() => requireTokens("sample", new Int32Array(9), config), /at most 8 tokens \(contextLength\), got 9/);
  requireTokens("sample", TOKENS, config);
});
