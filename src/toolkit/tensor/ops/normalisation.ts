/** @file Layer normalisation and root-mean-square normalisation over the last axis. */
import { type Spec, sameShape } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { sqrt } from "./exponentials.ts";
import { matmul } from "./matmul.ts";
import { reduceSum, sumTo } from "./reduce-sum.ts";
import { reshape } from "./reshape.ts";
import { eachRow } from "./softmax.ts";

export const layerNormOp: Op<{ epsilon: number }> = {
  name: "layerNorm",
  infer: (inputs) => {
    const [x, gain, bias] = inputs as readonly [Spec, Spec, Spec];
    const width = x.shape.slice(-1);
    if (
      !sameShape(gain.shape, width) ||
      !sameShape(bias.shape, width) ||
      inputs.some(({ dtype }) => dtype !== "float32")
    ) {
      throw new OpMismatch("layerNorm", "float32 x (..., C), gain (C) and bias (C)", inputs);
    }
    return { shape: x.shape, dtype: "float32" };
  },
  // y = gain n + bias, n = (x - mean) r: dx = r (dn - mean(dn) - n mean(dn n)), dn = gain dy
  gradient: ({ inputs, attributes: { epsilon }, upstream }) => {
    const [x, gain, bias] = inputs as readonly [Tensor, Tensor, Tensor];
    const width = gain.shape[0] as number;
    const normal = standardise(x, epsilon);
    const byNormal = mul(upstream, normal);
    const perNormal = mul(upstream, gain);
    const along = matmul(byNormal, reshape(mul(gain, 1 / width), [width, 1])); // mean(dn n), as a product: one pass
    return [
      mul(inverseDeviation(x, epsilon), sub(sub(perNormal, mean(perNormal)), mul(normal, along))),
      sumTo(byNormal, gain.shape),
      sumTo(upstream, bias.shape),
    ];
  },
  evaluate: (inputs, { epsilon }, output) => {
    const [, gain, bias] = inputs as readonly [HostArray, HostArray, HostArray];
    eachRow(inputs, output, (row, into) => {
      const { centre, scale } = moments(row, epsilon);
      for (let at = 0; at < row.length; at++) {
        into[at] = ((row[at] as number) - centre) * scale * (gain.data[at] as number) + (bias.data[at] as number);
      }
    });
  },
};

/**
 * gain * (x - mean) / sqrt(variance + epsilon) + bias over the last axis; the variance divides by C.
 *
 * @param x (..., C)
 * @param gain (C)
 * @param bias (C)
 * @throws OpMismatch when the widths differ
 * @source Ba, Kiros, Hinton 2016, arXiv:1607.06450
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, { epsilon = 1e-5 } = {}): Tensor {
  return apply(layerNormOp, [x, gain, bias], { epsilon });
}

export const inverseDeviationOp: Op<{ epsilon: number }> = {
  name: "inverseDeviation",
  infer: (inputs) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype !== "float32" || shape.length === 0)
      throw new OpMismatch("inverseDeviation", "float32 of >= 1 axis", inputs);
    return { shape: shape.with(-1, 1), dtype };
  },
  // r = (var + eps)^-1/2: dx = -r^3 (x - mean) dr / C
  gradient: ({ inputs, output, upstream }) => {
    const x = inputs[0] as Tensor;
    const cube = mul(output, mul(output, output));
    return [mul(mul(sub(x, mean(x)), cube), mul(upstream, -1 / (x.shape.at(-1) as number)))];
  },
  evaluate: (inputs, { epsilon }, output) => {
    const { data, shape } = inputs[0] as HostArray;
    const width = shape.at(-1) as number;
    for (let row = 0; row < output.data.length; row++) {
      output.data[row] = moments(data.subarray(row * width, (row + 1) * width), epsilon).scale;
    }
  },
};

export const standardiseOp: Op<{ epsilon: number }> = {
  name: "standardise",
  infer: (inputs) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype !== "float32" || shape.length === 0) throw new OpMismatch("standardise", "float32 of >= 1 axis", inputs);
    return { shape, dtype };
  },
  // n = (x - mean) r: dx = r (dn - mean(dn) - n mean(dn n))
  gradient: ({ inputs, attributes: { epsilon }, output, upstream }) => {
    const along = mul(output, mean(mul(upstream, output)));
    return [mul(inverseDeviation(inputs[0] as Tensor, epsilon), sub(sub(upstream, mean(upstream)), along))];
  },
  evaluate: (inputs, { epsilon }, output) => {
    eachRow(inputs, output, (row, into) => {
      const { centre, scale } = moments(row, epsilon);
      for (let at = 0; at < row.length; at++) into[at] = ((row[at] as number) - centre) * scale;
    });
  },
};

/** (x - mean) / sqrt(variance + epsilon) over the last axis: layerNorm without gain and bias. */
export function standardise(x: Tensor, epsilon: number): Tensor {
  return apply(standardiseOp, [x], { epsilon });
}

/** 1 / sqrt(variance + epsilon) of each last-axis row, which stays with length 1. An engine may share it with layerNorm. */
export function inverseDeviation(x: Tensor, epsilon: number): Tensor {
  return apply(inverseDeviationOp, [x], { epsilon });
}

/**
 * gain * x / sqrt(mean(x^2) + epsilon) over the last axis.
 *
 * @param x (..., C)
 * @param gain (C)
 * @source Zhang & Sennrich 2019, arXiv:1910.07467
 */
export function rmsNorm(x: Tensor, gain: Tensor, { epsilon = 1e-5 } = {}): Tensor {
  return mul(div(x, sqrt(add(mean(mul(x, x)), epsilon))), gain);
}

/** The mean over `axes` (default: the last), which stay with length 1. */
export function mean(x: Tensor, axes: readonly number[] = [-1]): Tensor {
  const count = axes.reduce((size, axis) => size * (x.shape.at(axis) ?? 1), 1);
  return mul(reduceSum(x, axes), 1 / count);
}

function moments(row: Float64Array | Int32Array, epsilon: number): { centre: number; scale: number } {
  let total = 0;
  for (const x of row) total += x;
  const centre = total / row.length;
  let squares = 0;
  for (const x of row) squares += (x - centre) ** 2;
  return { centre, scale: 1 / Math.sqrt(squares / row.length + epsilon) };
}
