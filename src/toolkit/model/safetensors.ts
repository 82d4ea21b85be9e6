/** @file The safetensors format: 8 bytes of length, a JSON header, then the tensors' numbers one after another, little-endian. */
import type { Numbers, Shape } from "../tensor/index.ts";
import { sizeOf } from "../tensor/spec.ts";

/** A tensor as a file holds it; the kind of array says the dtype. */
export interface StoredTensor {
  readonly shape: Shape;
  readonly data: Numbers;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that are no safetensors file, or not all of one. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
}

const DTYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const;
type DtypeName = keyof typeof DTYPES;

/** What the header says of a tensor. */
export interface SafetensorsEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * The file as parts to be written one after the other: header, then each tensor's bytes without a copy. Wide numbers come
 * first, so that every tensor begins at a multiple of its element's size.
 *
 * @throws RangeError when a tensor's numbers are not as many as its shape holds
 * @source https://huggingface.co/docs/safetensors, "Format"
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array[] {
  const entries: Record<string, SafetensorsEntry | Record<string, string>> = {};
  if (Object.keys(metadata).length > 0) entries.__metadata__ = { ...metadata };
  const byWidth = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let end = 0;
  for (const [name, { shape, data }] of byWidth) {
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(`encodeSafetensors requires ${sizeOf(shape)} numbers for ${name}, got ${data.length}`);
    }
    entries[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(entries), "utf8");
  const padded = Math.ceil((HEADER_START + text.length) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(padded, " ");
  header.writeBigUInt64LE(BigInt(padded - HEADER_START), 0);
  text.copy(header, HEADER_START);
  return [header, ...byWidth.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/** The bytes before the header say how long it is. */
export const HEADER_START = 8;
const ALIGNMENT = 8;

/**
 * The tensors and metadata of a file's bytes; the numbers are copies.
 *
 * @throws SafetensorsError that says what is missing or does not fit, and of which tensor
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { entries, metadata, start } = headerOf(bytes);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    if (!Object.hasOwn(DTYPES, dtype))
      throw new SafetensorsError(`tensor ${shownName(name)} has dtype ${shownName(dtype)}, which is not read here`);
    const kind = DTYPES[dtype as DtypeName];
    const [from, to] = data_offsets;
    const needed = sizeOf(shape) * kind.BYTES_PER_ELEMENT;
    if (to - from !== needed) {
      throw new SafetensorsError(
        `tensor ${shownName(name)} of ${dtype}[${shape.join(", ")}] has ${to - from} bytes, not ${needed}`,
      );
    }
    if (start + to > bytes.length) {
      throw new SafetensorsError(
        `cut off: tensor ${shownName(name)} ends at byte ${start + to} of a file of ${bytes.length}`,
      );
    }
    const copy = new Uint8Array(bytes.subarray(start + from, start + to)); // slice() of a Buffer shares its memory
    tensors.set(name, { shape, data: new kind(copy.buffer) });
  }
  return { tensors, metadata };
}

function headerOf(bytes: Uint8Array): {
  entries: [string, SafetensorsEntry][];
  metadata: Record<string, string>;
  start: number;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < HEADER_START ? Infinity : Number(view.getBigUint64(0, true));
  const start = HEADER_START + length;
  if (start > bytes.length) {
    throw new SafetensorsError(`cut off: the header ends at byte ${start} of a file of ${bytes.length}`);
  }
  return { ...decodeHeader(bytes.subarray(HEADER_START, start)), start };
}

/** The header's entries. @throws SafetensorsError when it is no JSON, or one of them no tensor */
export function decodeHeader(text: Uint8Array): {
  entries: [string, SafetensorsEntry][];
  metadata: Record<string, string>;
} {
  const { __metadata__: metadata = {}, ...entries } = parsed(text);
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    throw new SafetensorsError("the header's __metadata__ does not map names to texts");
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry)) throw new SafetensorsError(`the header's entry ${shownName(name)} is no tensor`);
  }
  return {
    entries: Object.entries(entries) as [string, SafetensorsEntry][],
    metadata: metadata as Record<string, string>,
  };
}

function parsed(text: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(text).toString("utf8"));
  } catch (error) {
    throw new SafetensorsError("the header is no JSON", { cause: error });
  }
  if (!isObject(header)) throw new SafetensorsError("the header is no JSON object");
  return header;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A name from a file as one short line: as it is where it is a plain one. */
export function shownName(name: string): string {
  return /^[\w.-]{1,200}$/.test(name) ? name : JSON.stringify(name.slice(0, 200));
}

function isEntry(value: unknown): value is SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<SafetensorsEntry>;
  const counts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((count) => Number.isSafeInteger(count) && count >= 0);
  return typeof dtype === "string" && counts(shape) && counts(offsets) && offsets?.length === 2;
}

function dtypeOf(data: Numbers): DtypeName {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  return data instanceof Int32Array ? "I32" : "U8";
}
