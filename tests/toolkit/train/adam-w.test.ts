/** @file AdamW and clipping: an update worked by hand, and what each option changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { f32, type Tensor } from "../../../src/toolkit/tensor/index.ts";
import { ADAM_W, type AdamWOptions, adamWInit, adamWUpdate } from "../../../src/toolkit/train/adam-w.ts";
import { clipByGlobalNorm } from "../../../src/toolkit/train/clip.ts";

interface Pair<Leaf> {
  readonly weight: Leaf;
  readonly bias: Leaf;
}

const SPECS: Pair<ReturnType<typeof f32>> = { weight: f32(1, 2), bias: f32(1) };
const ROUNDING = 1e-12; // the reference engine computes in float64

async function update(
  options: Partial<AdamWOptions>,
  count: number,
  from: { gradient: number; mean: number; square: number },
) {
  const run = await compile(
    referenceEngine(),
    ({ parameters, gradient, scale, state, count: at, learningRate }) =>
      adamWUpdate(
        parameters as Pair<Tensor>,
        { gradient, scale },
        state,
        { count: at, learningRate },
        { ...ADAM_W, ...options },
      ),
    {
      parameters: SPECS,
      gradient: SPECS,
      scale: f32(),
      state: { means: SPECS, squares: SPECS },
      count: f32(),
      learningRate: f32(),
    },
  );
  const both = (x: number): Pair<Float64Array> => ({ weight: Float64Array.of(x, x), bias: Float64Array.of(x) });
  const { parameters, state } = await run({
    parameters: both(2),
    gradient: both(from.gradient * 8),
    scale: Float64Array.of(1 / 8),
    state: { means: both(from.mean), squares: both(from.square) },
    count: Float64Array.of(count),
    learningRate: Float64Array.of(0.1),
  });
  const first = async (array: { read(): Promise<ArrayLike<number>> }): Promise<number> =>
    (await array.read())[0] as number;
  return {
    weight: await first(parameters.weight),
    bias: await first(parameters.bias),
    mean: await first(state.means.weight),
    square: await first(state.squares.weight),
  };
}

const near = (got: number, expected: number): void =>
  assert.ok(Math.abs(got - expected) < ROUNDING * Math.max(1, Math.abs(expected)), `${got} is not ${expected}`);

test("an update is that of the paper's algorithm, worked by hand", async () => {
  const { weight, bias, mean, square } = await update({ beta1: 0.5, beta2: 0.75, epsilon: 1, weightDecay: 0.5 }, 2, {
    gradient: 4,
    mean: 2,
    square: 8,
  });
  near(mean, 3); // 0.5 * 2 + 0.5 * 4
  near(square, 10); // 0.75 * 8 + 0.25 * 16
  // m / (1 - 0.5^2) = 4, v / (1 - 0.75^2) = 160 / 7; a matrix decays by 0.1 * 0.5, a bias does not
  const step = (0.1 * 4) / (Math.sqrt(160 / 7) + 1);
  near(weight, 2 * 0.95 - step);
  near(bias, 2 - step);
});

test("the first update moves each parameter by the learning rate against its gradient's sign", async () => {
  for (const gradient of [1e-3, -5, 700]) {
    const { bias } = await update({ epsilon: 1e-30 }, 1, { gradient, mean: 0, square: 0 });
    near(bias, 2 - 0.1 * Math.sign(gradient));
  }
});

test("decay reaches gains and biases when all decay, and none when it is 0", async () => {
  const still = { gradient: 0, mean: 0, square: 0 };
  const all = await update({ weightDecay: 1, decays: "all" }, 1, still);
  near(all.bias, 2 * 0.9);
  const none = await update({ weightDecay: 0 }, 1, still);
  near(none.weight, 2);
});

test("without momentum the bias correction is 1", async () => {
  const { bias } = await update({ beta1: 0, beta2: 0, epsilon: 1e-30 }, 7, { gradient: 3, mean: 9, square: 9 });
  near(bias, 2 - 0.1);
});

test("the state begins with zeros in the shape of the parameters", () => {
  const { means, squares } = adamWInit(SPECS);
  assert.deepEqual(means, { weight: Float32Array.of(0, 0), bias: Float32Array.of(0) });
  assert.deepEqual(squares, means);
});

test("the mean gradient is clipped by the norm of all its tensors together", async () => {
  const clip = (largest: number | undefined) =>
    compile(referenceEngine(), ({ gradient, weight }) => clipByGlobalNorm(gradient, weight, largest), {
      gradient: SPECS,
      weight: f32(),
    });
  const gradient = { weight: Float64Array.of(6, 8), bias: Float64Array.of(24) }; // of a sum; norm 26
  const read = async (largest: number | undefined) => {
    const { scale, norm } = await (await clip(largest))({ gradient, weight: Float64Array.of(2) });
    return [...(await scale.read()), ...(await norm.read())];
  };
  const [scale = NaN, norm = NaN] = await read(6.5);
  near(scale, 6.5 / (13 + 1e-6) / 2);
  near(norm, 13);
  assert.deepEqual(await read(14), [0.5, 13]);
  assert.deepEqual(await read(undefined), [0.5, 13]);
});
