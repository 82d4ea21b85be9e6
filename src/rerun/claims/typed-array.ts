/** @file Arrays as Plotly for Python sends them, https://plotly.com/python/: NumPy's bytes in base64. */
import { isObject, textOf } from "../json-text.ts";

type Reader = (view: DataView, offset: number) => number;

/** NumPy's names of number types: bytes a number, and how to read one. */
const TYPES: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
  f8: [8, (view, at) => view.getFloat64(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  i8: [8, (view, at) => Number(view.getBigInt64(at, true))],
  u8: [8, (view, at) => Number(view.getBigUint64(at, true))],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
};

/** Other names of the same types. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ float64: "f8", float32: "f4", int64: "i8", uint64: "u8", int32: "i4", uint32: "u4" },
  ...{ int16: "i2", uint16: "u2", int8: "i1", uint8: "u1", uint8c: "u1", u1c: "u1" },
};

/**
 * The numbers of {dtype, bdata, shape?}, in rows where it has a shape.
 *
 * @returns the bytes' own text for a type that is not known, so that they are compared at all; undefined for anything else
 * @example typedArray({ dtype: "i1", bdata: "AQIDBA==", shape: "2, 2" }) // => [[1, 2], [3, 4]]
 */
export function typedArray(value: unknown): unknown[] | undefined {
  if (!isObject(value) || typeof value.bdata !== "string" || typeof value.dtype !== "string") return undefined;
  const dtype = value.dtype.replace(/^[<|=]/, "");
  const [bytes, read] = TYPES[NAMES[dtype] ?? dtype] ?? [];
  if (bytes === undefined || read === undefined) return [value.dtype, value.bdata];
  const buffer = Buffer.from(value.bdata, "base64");
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const flat = Array.from({ length: Math.floor(buffer.length / bytes) }, (_, index) => read(view, index * bytes));
  const shape = textOf(value.shape ?? "")
    .split(",")
    .map(Number);
  return shape.slice(1).reduceRight<unknown[]>(inRows, flat);
}

function inRows(items: readonly unknown[], length: number): unknown[] {
  if (!(length >= 1)) return [...items];
  const rows = Math.ceil(items.length / length);
  return Array.from({ length: rows }, (_, row) => items.slice(row * length, (row + 1) * length));
}
