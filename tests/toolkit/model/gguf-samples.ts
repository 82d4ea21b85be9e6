/** @file GGUF files made in the test: headers, numbers of every format, and a small Llama whose rows lie as llama.cpp stores them. */

/** A tensor of a file to be made; shape as the model's maths has it, bytes in the format of the type. */
export interface SampleTensor {
  name: string;
  shape: readonly number[];
  type: number;
  bytes: Uint8Array;
}

export type SampleValue = number | string | readonly string[] | readonly number[];

const ALIGNMENT = 32;

/** The bytes of a file; `change` may spoil the header's parts. */
export function ggufBytes(
  metadata: Readonly<Record<string, SampleValue>>,
  tensors: readonly SampleTensor[],
  change: { version?: number; offset?: (own: number) => number } = {},
): Buffer {
  const parts: Buffer[] = [
    Buffer.from("GGUF"),
    u32(change.version ?? 3),
    u64(tensors.length),
    u64(Object.keys(metadata).length),
  ];
  for (const [name, value] of Object.entries(metadata)) parts.push(text(name), ...valueParts(value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, type, bytes } of tensors) {
    const dimensions = [...shape].reverse();
    parts.push(
      text(name),
      u32(dimensions.length),
      ...dimensions.map(u64),
      u32(type),
      u64(change.offset?.(offset) ?? offset),
    );
    const padded = Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT;
    data.push(Buffer.concat([bytes, Buffer.alloc(padded - bytes.length)]));
    offset += padded;
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc((ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT), ...data]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** Whole numbers as uint32, others as float32. */
function valueParts(value: SampleValue): Buffer[] {
  if (typeof value === "string") return [u32(8), text(value)];
  if (typeof value === "number" && Number.isInteger(value)) return [u32(4), u32(value)];
  if (typeof value === "number") return [u32(6), f32(value)];
  const items = [...value] as (string | number)[];
  const type = typeof items[0] === "string" ? 8 : 4;
  return [
    u32(9),
    u32(type),
    u64(items.length),
    ...items.map((item) => (typeof item === "string" ? text(item) : u32(item))),
  ];
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

export function f32Bytes(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A float16 of a power of two, by its exponent: 2^exponent for -14 to 15. */
export function halfPower(exponent: number): number {
  return (exponent + 15) << 10;
}

/** Rows in pairs, as llama.cpp's converter stores queries and keys: the other way round than readGguf puts them back. */
export function inPairs(
  numbers: Float32Array,
  [rows, columns]: readonly [number, number],
  heads: number,
): Float32Array {
  const size = rows / heads;
  const stored = new Float32Array(numbers.length);
  for (let head = 0; head < heads; head++) {
    for (let half = 0; half < 2; half++) {
      for (let at = 0; at < size / 2; at++) {
        const from = head * size + half * (size / 2) + at;
        const to = head * size + 2 * at + half;
        stored.set(numbers.subarray(from * columns, (from + 1) * columns), to * columns);
      }
    }
  }
  return stored;
}
