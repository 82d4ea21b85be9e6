/** @file Tensors of any library as text: their type, their shape, and the numbers at their corners. */
import { field, hasProperty, method } from "./fields.ts";
import { inspectText } from "./inspect-text.ts";

/** https://js.tensorflow.org/api/latest/#class:Tensor, https://onnxruntime.ai/docs/api/js/interfaces/Tensor-1.html, scijs's ndarray. */
interface Tensor {
  readonly type: string;
  readonly shape: readonly number[];
  /** In the order of its last axis. */
  data(): ArrayLike<unknown>;
}

/** Of each axis, so many items are shown from its begin. */
const SHOWN = 6;

/**
 * A tensor as text.
 *
 * @param value anything
 * @returns undefined when it is no tensor
 */
export function tensorText(value: unknown): string | undefined {
  const tensor = tensorOf(value);
  if (tensor === undefined) return undefined;
  const head = `Tensor ${tensor.type} [${tensor.shape.join(", ")}]`;
  try {
    return `${head}\n${inspectText(nested(tensor.data(), tensor.shape), { depth: tensor.shape.length, length: SHOWN })}`;
  } catch (error) {
    return `${head} (its numbers cannot be read: ${(error as Error).message})`;
  }
}

function tensorOf(value: unknown): Tensor | undefined {
  const shape = [field(value, "shape"), field(value, "dims")].find(isShape);
  if (shape === undefined) return undefined;
  const type = [field(value, "dtype"), field(value, "type")].find((name) => typeof name === "string");
  const dataSync = method(value, "dataSync");
  if (type === undefined || (dataSync === undefined && !hasProperty(value, "data"))) return undefined;
  const data = (): ArrayLike<unknown> => {
    const read = dataSync === undefined ? Reflect.get(value as object, "data") : dataSync();
    if (ArrayBuffer.isView(read) || Array.isArray(read)) return read as unknown as ArrayLike<unknown>;
    throw new TypeError("its data is no array");
  };
  return { type: String(type), shape, data };
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size) && size >= 0);
}

/** The first items along each axis, as arrays in arrays. */
function nested(data: ArrayLike<unknown>, shape: readonly number[]): unknown {
  const at = (axis: number, offset: number): unknown => {
    const size = shape[axis];
    if (size === undefined) return data[offset];
    const below = shape.slice(axis + 1).reduce((product, next) => product * next, 1);
    const items = Array.from({ length: Math.min(size, SHOWN) }, (_, item) => at(axis + 1, offset + item * below));
    items.length = size; // what is left out is counted, and never made
    return items;
  };
  return at(0, 0);
}
