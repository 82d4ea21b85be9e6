/** @file Rows by index (an embedding look-up), and its gradient, sums of rows by index. */
import type { Spec } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";

export const gatherOp: Op = {
  name: "gather",
  infer: (inputs) => {
    const [table, ids] = inputs as readonly [Spec, Spec];
    if (table.shape.length !== 2 || ids.dtype !== "int32") {
      throw new OpMismatch("gather", "a table (rows, width) and int32 ids", inputs);
    }
    return { shape: [...ids.shape, table.shape[1] as number], dtype: table.dtype };
  },
  gradient: ({ inputs, upstream }) => {
    const [table, ids] = inputs as readonly [Tensor, Tensor];
    return [sumRows(upstream, ids, table.shape[0] as number), undefined];
  },
  evaluate: (inputs, _attributes, output) => {
    const [table, ids] = inputs as readonly [HostArray, HostArray];
    const [rows, width] = table.shape as readonly [number, number];
    for (const [at, id] of ids.data.entries()) {
      requireRow("gather", id, rows);
      output.data.set(table.data.subarray(id * width, (id + 1) * width), at * width);
    }
  },
};

/**
 * The rows of a table named by ids.
 *
 * @param table (rows, width)
 * @param ids int32, any shape, each in [0, rows)
 * @returns (...ids, width)
 * @throws OpMismatch when the table is no matrix or the ids are no integers; RangeError at run time for an id out of range
 */
export function gather(table: Tensor, ids: Tensor): Tensor {
  return apply(gatherOp, [table, ids], {});
}

export const sumRowsOp: Op<{ rows: number }> = {
  name: "sumRows",
  infer: (inputs, { rows }) => {
    const [values, ids] = inputs as readonly [Spec, Spec];
    const { shape } = values;
    if (shape.length !== ids.shape.length + 1 || ids.shape.some((length, axis) => length !== shape[axis])) {
      throw new OpMismatch("sumRows", "values (...ids, width) and their ids", inputs);
    }
    return { shape: [rows, shape.at(-1) as number], dtype: values.dtype };
  },
  gradient: ({ inputs, upstream }) => [gather(upstream, inputs[1] as Tensor), undefined],
  evaluate: (inputs, { rows }, output) => {
    const [values, ids] = inputs as readonly [HostArray, HostArray];
    const width = output.shape[1] as number;
    output.data.fill(0);
    for (const [at, id] of ids.data.entries()) {
      requireRow("sumRows", id, rows);
      for (let column = 0; column < width; column++) {
        const target = id * width + column;
        output.data[target] = (output.data[target] as number) + (values.data[at * width + column] as number);
      }
    }
  },
};

/** For each row of a table, the sum of the values whose id it is. `values` (...ids, width) -> (rows, width). */
export function sumRows(values: Tensor, ids: Tensor, rows: number): Tensor {
  return apply(sumRowsOp, [values, ids], { rows });
}

function requireRow(op: string, id: number, rows: number): void {
  if (!(id >= 0 && id < rows)) throw new RangeError(`${op} requires ids in [0, ${rows}), got ${id}`);
}
