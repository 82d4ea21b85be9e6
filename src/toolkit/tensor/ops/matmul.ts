/** @file Matrix products of the last two axes, batched over the axes before them. */
import { broadcastShapes, type Shape, type Spec, sizeOf } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { offsetsInto } from "./elementwise.ts";
import { sumTo } from "./reduce-sum.ts";
import { reshape } from "./reshape.ts";

/** Which operand is read transposed, and a factor of the product. */
export type MatmulAttributes = { transposeA: boolean; transposeB: boolean; scale: number };

export const matmulOp: Op<MatmulAttributes> = {
  name: "matmul",
  infer: (inputs, { transposeA, transposeB }) => {
    const [a, b] = inputs as readonly [Spec, Spec];
    if (a.dtype !== "float32" || b.dtype !== "float32") throw new OpMismatch("matmul", "two float32 tensors", inputs);
    if (a.shape.length < 2 || b.shape.length < 2) throw new OpMismatch("matmul", "two tensors of >= 2 axes", inputs);
    const [rows, inner] = lastTwo(a.shape, transposeA);
    const [innerB, columns] = lastTwo(b.shape, transposeB);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (inner !== innerB || batch === undefined) {
      const read = `${transposeA ? ", a read transposed" : ""}${transposeB ? ", b read transposed" : ""}`;
      throw new OpMismatch("matmul", `(..., M, K) times (..., K, N)${read}`, inputs);
    }
    return { shape: [...batch, rows, columns], dtype: "float32" };
  },
  // C = s A B: dA = s dC B', dB = s A' dC, and their transposes where an operand was read transposed
  gradient: ({ inputs, attributes: { transposeA, transposeB, scale }, upstream }) => {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const forA = transposeA
      ? matmul(b, upstream, { transposeA: transposeB, transposeB: true, scale })
      : matmul(upstream, b, { transposeB: !transposeB, scale });
    const forB = transposeB
      ? matmul(upstream, a, { transposeA: true, transposeB: transposeA, scale })
      : matmul(a, upstream, { transposeA: !transposeA, scale });
    return [sumTo(forA, a.shape), sumTo(forB, b.shape)];
  },
  evaluate: (inputs, { transposeA, transposeB, scale }, output) => {
    const [a, b] = inputs as readonly [HostArray, HostArray];
    const [rows, inner] = lastTwo(a.shape, transposeA);
    const columns = output.shape.at(-1) as number;
    const batch = output.shape.slice(0, -2);
    const matrixA = offsetsInto(a.shape.slice(0, -2), batch);
    const matrixB = offsetsInto(b.shape.slice(0, -2), batch);
    for (let matrix = 0; matrix < sizeOf(batch); matrix++) {
      const startA = (matrixA[matrix] as number) * rows * inner;
      const startB = (matrixB[matrix] as number) * inner * columns;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            const x = a.data[startA + (transposeA ? k * rows + row : row * inner + k)] as number;
            sum += x * (b.data[startB + (transposeB ? column * inner + k : k * columns + column)] as number);
          }
          output.data[(matrix * rows + row) * columns + column] = scale * sum;
        }
      }
    }
  },
};

/**
 * scale * A B over the last two axes, the axes before them broadcast.
 *
 * @param a (..., M, K), or (..., K, M) with transposeA
 * @param b (..., K, N), or (..., N, K) with transposeB
 * @returns (..., M, N)
 * @throws OpMismatch when the inner lengths differ or the batch axes do not broadcast
 */
export function matmul(a: Tensor, b: Tensor, options: Partial<MatmulAttributes> = {}): Tensor {
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  const attributes = { transposeA, transposeB, scale };
  const inner = a.shape.at(-1) as number;
  if (b.shape.length !== 2 || a.shape.length <= 2 || transposeA || inner !== b.shape[transposeB ? 1 : 0]) {
    return apply(matmulOp, [a, b], attributes);
  }
  // rows of a batch times one matrix are one product, and so is its gradient by the matrix: no sum over the batch
  const rows = apply(matmulOp, [reshape(a, [-1, inner]), b], attributes);
  return reshape(rows, [...a.shape.slice(0, -1), rows.shape[1] as number]);
}

/** factor x, the factor taken into the product where x is one: no pass over its elements. */
export function scaled(x: Tensor, factor: number): Tensor {
  const [a, b] = x.inputs as readonly [Tensor, Tensor];
  if (x.op.name === "reshape") return reshape(scaled(a, factor), x.shape);
  if (x.op.name !== matmulOp.name) return mul(x, factor);
  const { scale, ...attributes } = x.attributes as MatmulAttributes;
  return apply(matmulOp, [a, b], { ...attributes, scale: scale * factor });
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [first, second] = shape.slice(-2) as [number, number];
  return transposed ? [second, first] : [first, second];
}
