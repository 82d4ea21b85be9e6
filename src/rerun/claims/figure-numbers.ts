/** @file The values that a figure draws, of Plotly's or Vega's JSON, list by list. */
import { isObject } from "../json-text.ts";

/** Parts of a trace that say how it looks, not what it shows. */
const LOOKS =
  /^(uid|name|legendgroup|hover\w*|text\w*|line|marker|fill\w*|opacity|mode|show\w*|template|config|width|height|\$schema)$/;

/**
 * Lists of a figure's data by their place in it.
 *
 * @param figure Plotly's {data, layout} or a Vega or Vega-Lite specification
 * @returns path such as "data[0].x" -> its numbers and texts
 */
export function figureNumbers(figure: unknown): Map<string, readonly unknown[]> {
  const lists = new Map<string, readonly unknown[]>();
  if (!isObject(figure)) return lists;
  for (const key of ["data", "datasets"]) collect(figure[key], key, lists);
  return lists;
}

function collect(value: unknown, path: string, lists: Map<string, readonly unknown[]>): void {
  const list = typedArray(value) ?? value;
  if (Array.isArray(list)) {
    if (list.length > 0 && list.every((item) => !isObject(item) && !Array.isArray(item))) lists.set(path, list);
    else for (const [index, item] of list.entries()) collect(item, `${path}[${index}]`, lists);
  } else if (isObject(list)) {
    for (const [key, item] of Object.entries(list)) if (!LOOKS.test(key)) collect(item, `${path}.${key}`, lists);
  } else if (typeof list === "number") {
    lists.set(path, [list]);
  }
}

type Reader = (view: DataView, offset: number) => number;

/** NumPy's names of number types, https://plotly.com/python/ sends arrays in them: bytes a number, and how to read one. */
const TYPES: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
  f8: [8, (view, at) => view.getFloat64(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
};

/** The numbers of {dtype, bdata}; undefined for anything else. */
function typedArray(value: unknown): number[] | undefined {
  if (!isObject(value) || typeof value.bdata !== "string" || typeof value.dtype !== "string") return undefined;
  const [bytes, read] = TYPES[value.dtype.replace(/^[<|=]/, "")] ?? [];
  if (bytes === undefined || read === undefined) return undefined;
  const buffer = Buffer.from(value.bdata, "base64");
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return Array.from({ length: Math.floor(buffer.length / bytes) }, (_, index) => read(view, index * bytes));
}
