/** @file Running sums along the last axis. */
import type { Spec } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";

export const cumulativeSumOp: Op<{ reverse: boolean }> = {
  name: "cumulativeSum",
  infer: (inputs) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype === "bool" || shape.length === 0) throw new OpMismatch("cumulativeSum", "numbers of >= 1 axis", inputs);
    return { shape, dtype };
  },
  gradient: ({ attributes: { reverse }, upstream }) => [cumulativeSum(upstream, { reverse: !reverse })],
  evaluate: (inputs, { reverse }, output) => {
    const { data, shape } = inputs[0] as HostArray;
    const width = shape.at(-1) as number;
    for (let row = 0; row < data.length; row += width) {
      let sum = 0;
      for (let step = 0; step < width; step++) {
        const at = row + (reverse ? width - 1 - step : step);
        sum += data[at] as number;
        output.data[at] = sum;
      }
    }
  },
};

/** The sum of each element and those before it along the last axis; with `reverse`, those after it. @throws OpMismatch for bools */
export function cumulativeSum(x: Tensor, { reverse = false } = {}): Tensor {
  return apply(cumulativeSumOp, [x], { reverse });
}
