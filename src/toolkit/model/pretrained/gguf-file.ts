/** @file A GGUF file, version 3: its metadata, and its tensors read one by one and widened; of its bytes one tensor is in memory. */
import { type FileHandle, open } from "node:fs/promises";
import { sizeOf } from "../../tensor/spec.ts";
import { CheckpointError } from "../checkpoint.ts";
import { UnsupportedModel } from "./architecture.ts";
import { GGUF_TYPES } from "./gguf-blocks.ts";
import { damaged, type ReadTensor, readBytes, sizeOfFile } from "./safetensors-file.ts";

/** A value of the metadata; counts of 64 bits are numbers here, since none reaches 2^53. */
export type GgufValue = number | boolean | string | readonly GgufValue[];

export interface GgufFile {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** rows by columns, as the model's maths has them; the file tells them the other way round */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** @throws CheckpointError "damaged" when it is missing or cut off */
  tensor(name: string): Promise<ReadTensor>;
  close(): Promise<void>;
}

interface Entry {
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: number;
}

const MAGIC = 0x46554747; // "GGUF"
const VERSION = 3;
const ALIGNMENT = 32; // where general.alignment does not say otherwise

/**
 * Reads the header.
 *
 * @throws CheckpointError "missing" or "damaged"; UnsupportedModel for another version, or a number format that is not read
 * @source github.com/ggml-org/ggml, docs/gguf.md
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const file = await open(path, "r").catch((error: Error) => {
    throw new CheckpointError(path, "missing", error.message, { cause: error });
  });
  try {
    const size = await sizeOfFile(file, path);
    const header = new HeaderReader(file, path, size);
    if ((await header.uint32()) !== MAGIC) throw damaged(path, "no GGUF file: it does not begin with GGUF");
    const version = await header.uint32();
    if (version !== VERSION) throw new UnsupportedModel(`${path}: GGUF version ${version}; supported: ${VERSION}`);
    const [tensors, values] = [await header.count("tensors"), await header.count("metadata")];
    const metadata = new Map<string, GgufValue>();
    for (let at = 0; at < values; at++) metadata.set(await header.text(), await header.value(await header.uint32()));
    const entries = new Map<string, Entry>();
    for (let at = 0; at < tensors; at++) {
      const name = await header.text();
      if (entries.has(name)) throw damaged(path, `tensor ${name} stands in its header twice`);
      entries.set(name, await readEntry(header));
    }
    const alignment = metadata.get("general.alignment") ?? ALIGNMENT;
    if (typeof alignment !== "number" || !(alignment >= 8) || alignment % 8 !== 0) {
      throw damaged(path, `general.alignment is ${alignment}, expected a multiple of 8`);
    }
    const start = Math.ceil(header.position / alignment) * alignment;
    for (const [name, entry] of entries) requireInside(path, name, entry, start, size);
    return {
      metadata,
      shapes: new Map([...entries].map(([name, { shape }]) => [name, shape])),
      tensor: (name) => readTensor(file, path, name, entries.get(name), start),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const MOST_DIMENSIONS = 4;

async function readEntry(header: HeaderReader): Promise<Entry> {
  const dimensions = await header.uint32();
  if (dimensions > MOST_DIMENSIONS) throw damaged(header.path, `a tensor of ${dimensions} dimensions`);
  const shape: number[] = [];
  for (let at = 0; at < dimensions; at++) shape.unshift(await header.uint64());
  return { shape, type: await header.uint32(), offset: await header.uint64() };
}

function bytesOf(path: string, name: string, { shape, type }: Entry): number {
  const format = GGUF_TYPES[type];
  if (format === undefined) {
    const known = Object.values(GGUF_TYPES).map((one) => one.name);
    throw new UnsupportedModel(`${path}: tensor ${name} has number format ${type}; supported: ${known.join(", ")}`);
  }
  const count = sizeOf(shape);
  if ((shape.at(-1) ?? 1) % format.numbers !== 0) {
    throw damaged(
      path,
      `tensor ${name} of ${format.name}[${shape.join(", ")}]: rows are no whole blocks of ${format.numbers}`,
    );
  }
  return (count / format.numbers) * format.bytes;
}

function requireInside(path: string, name: string, entry: Entry, start: number, size: number): void {
  const end = start + entry.offset + bytesOf(path, name, entry);
  if (end > size) throw damaged(path, `cut off: tensor ${name} ends at byte ${end}, the file at ${size}`);
}

async function readTensor(
  file: FileHandle,
  path: string,
  name: string,
  entry: Entry | undefined,
  start: number,
): Promise<ReadTensor> {
  if (entry === undefined) throw damaged(path, `tensor ${name} is missing`);
  const bytes = await readBytes(file, path, start + entry.offset, bytesOf(path, name, entry));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float32Array(sizeOf(entry.shape));
  const format = GGUF_TYPES[entry.type] as (typeof GGUF_TYPES)[number];
  for (let from = 0, to = 0; to < data.length; from += format.bytes, to += format.numbers)
    format.read(view, from, data, to);
  return { shape: entry.shape, data };
}

const CHUNK = 2 ** 20;
const MOST_TEXT = 2 ** 24; // bytes of one text, and values of one list: more is no metadata but damage

/** Values one after another, of a part of the file that is read a chunk at a time. */
class HeaderReader {
  position = 0;
  readonly path: string;
  private readonly file: FileHandle;
  private readonly size: number;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkStart = 0;

  constructor(file: FileHandle, path: string, size: number) {
    this.file = file;
    this.path = path;
    this.size = size;
  }

  async uint32(): Promise<number> {
    return (await this.take(4)).readUInt32LE();
  }

  async uint64(): Promise<number> {
    return this.safe((await this.take(8)).readBigUInt64LE());
  }

  /** A number of things of which each takes a byte at least. */
  async count(of: string): Promise<number> {
    const count = await this.uint64();
    if (count > this.size) throw damaged(this.path, `${count} ${of} in ${this.size} bytes`);
    return count;
  }

  async text(): Promise<string> {
    const length = await this.uint64();
    if (length > MOST_TEXT) throw damaged(this.path, `a text of ${length} bytes in its header`);
    return (await this.take(length)).toString("utf8");
  }

  /** @param type the number that the file has for it */
  async value(type: number): Promise<GgufValue> {
    if (type === TEXT) return this.text();
    if (type === LIST) {
      const [of, length] = [await this.uint32(), await this.uint64()];
      if (length > MOST_TEXT) throw damaged(this.path, `a list of ${length} values in its header`);
      const values: GgufValue[] = [];
      for (let at = 0; at < length; at++) values.push(await this.value(of));
      return values;
    }
    const scalar = SCALARS[type];
    if (scalar === undefined) throw damaged(this.path, `a value of unknown type ${type} in its header`);
    const found = scalar.read(await this.take(scalar.bytes));
    return typeof found === "bigint" ? this.safe(found) : found;
  }

  private safe(value: bigint): number {
    if (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) return Number(value);
    throw damaged(this.path, `the number ${value} in its header`);
  }

  private async take(length: number): Promise<Buffer> {
    const from = this.position - this.chunkStart;
    if (from + length > this.chunk.length) {
      const wanted = Math.min(Math.max(length, CHUNK), this.size - this.position);
      if (wanted < length) throw damaged(this.path, `cut off: it ends at byte ${this.size}, within its header`);
      this.chunk = await readBytes(this.file, this.path, this.position, wanted);
      this.chunkStart = this.position;
    }
    const start = this.position - this.chunkStart;
    this.position += length;
    return this.chunk.subarray(start, start + length);
  }
}

const TEXT = 8;
const LIST = 9;

const SCALARS: Readonly<Record<number, { bytes: number; read(bytes: Buffer): number | bigint | boolean }>> = {
  0: { bytes: 1, read: (bytes) => bytes.readUInt8() },
  1: { bytes: 1, read: (bytes) => bytes.readInt8() },
  2: { bytes: 2, read: (bytes) => bytes.readUInt16LE() },
  3: { bytes: 2, read: (bytes) => bytes.readInt16LE() },
  4: { bytes: 4, read: (bytes) => bytes.readUInt32LE() },
  5: { bytes: 4, read: (bytes) => bytes.readInt32LE() },
  6: { bytes: 4, read: (bytes) => bytes.readFloatLE() },
  7: { bytes: 1, read: (bytes) => bytes.readUInt8() !== 0 },
  10: { bytes: 8, read: (bytes) => bytes.readBigUInt64LE() },
  11: { bytes: 8, read: (bytes) => bytes.readBigInt64LE() },
  12: { bytes: 8, read: (bytes) => bytes.readDoubleLE() },
};
