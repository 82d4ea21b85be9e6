/** @file A batch taken part by part: what is computed of a part is computed anew for each, and leaves as its sum over the parts. */
import { wrong } from "../../core/argument-checks.ts";
import type { Spec } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";

/** Evaluated once a part: `evaluate` is handed the rows of that part. */
const eachPartOp: Op<{ count: number }> = {
  name: "eachPart",
  infer: (inputs, { count }) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    const rows = (shape[0] ?? 0) / count;
    if (!Number.isInteger(rows) || rows === 0) {
      throw new OpMismatch("eachPart", `a first axis that ${count} parts divide`, inputs);
    }
    return { shape: shape.with(0, rows), dtype };
  },
  gradient: () => {
    throw wrong("gradients", "a loss and tensors on one side of the parts", "eachPart");
  },
  evaluate: ([rows], _attributes, { data }) => data.set((rows as HostArray).data),
};

/** Evaluated once a part: `evaluate` adds the value of that part to the output. */
const sumOfPartsOp: Op<{ count: number }> = {
  name: "sumOfParts",
  infer: (inputs) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype !== "float32") throw new OpMismatch("sumOfParts", "a float32 tensor", inputs);
    return { shape, dtype };
  },
  gradient: () => {
    throw wrong("gradients", "a loss and tensors on one side of the parts", "sumOfParts");
  },
  evaluate: ([part], _attributes, { data }) => {
    for (let at = 0; at < data.length; at++) data[at] = (data[at] as number) + ((part as HostArray).data[at] as number);
  },
};

/**
 * The rows of each part in turn: those of part i are [i B / count, (i + 1) B / count). What is computed of them leaves the
 * parts by sumOfParts alone. Random numbers are drawn once: every part is dealt the same.
 *
 * @param x (B, ...)
 * @param count of parts; one part is all of it
 * @returns (B / count, ...)
 * @throws OpMismatch unless `count` divides B
 */
export function eachPart(x: Tensor, count: number): Tensor {
  return count === 1 ? x : apply(eachPartOp, [x], { count });
}

/** The sum of a value over `count` parts. @throws OpMismatch unless it is float32 */
export function sumOfParts(x: Tensor, count: number): Tensor {
  return count === 1 ? x : apply(sumOfPartsOp, [x], { count });
}
