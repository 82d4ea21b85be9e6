/** @file A safetensors file read tensor by tensor, half precisions widened: a file of gigabytes is never in memory whole. */
import { type FileHandle, open } from "node:fs/promises";
import { sizeOf } from "../../tensor/spec.ts";
import { CheckpointError } from "../checkpoint.ts";
import { decodeHeader, HEADER_START, type SafetensorsEntry, SafetensorsError, shownName } from "../safetensors.ts";

/** A tensor as numbers that an engine takes. */
export interface ReadTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly names: readonly string[];
  /** @throws CheckpointError "damaged" when it is missing, cut off or of a type that is not read */
  tensor(name: string): Promise<ReadTensor>;
  close(): Promise<void>;
}

/** Reads the header. @throws CheckpointError "missing" or "damaged" */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await open(path, "r").catch((error: Error) => {
    throw new CheckpointError(path, "missing", error.message, { cause: error });
  });
  try {
    const size = await sizeOfFile(file, path);
    const length = Number((await readBytes(file, path, 0, HEADER_START)).readBigUInt64LE(0));
    if (HEADER_START + length > size) throw damaged(path, `cut off: its header has ${length} bytes`);
    const { entries } = decodeHeader(await readBytes(file, path, HEADER_START, length));
    const byName = new Map(entries);
    return {
      names: [...byName.keys()],
      tensor: (name) => readTensor({ file, path, size }, name, byName.get(name), HEADER_START + length),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    if (!(error instanceof SafetensorsError)) throw error;
    throw damaged(path, error.message, error);
  }
}

async function readTensor(
  { file, path, size }: { file: FileHandle; path: string; size: number },
  name: string,
  entry: SafetensorsEntry | undefined,
  start: number,
): Promise<ReadTensor> {
  if (entry === undefined) throw damaged(path, `tensor ${shownName(name)} is missing`);
  const { dtype, shape, data_offsets } = entry;
  const kind = WIDTHS[dtype];
  if (kind === undefined)
    throw damaged(path, `tensor ${shownName(name)} has dtype ${shownName(dtype)}, which is not read here`);
  const [from, to] = data_offsets;
  if (to - from !== sizeOf(shape) * kind) {
    throw damaged(path, `tensor ${shownName(name)} of ${dtype}[${shape.join(", ")}] has ${to - from} bytes`);
  }
  // before room is made for what is not there
  if (start + to > size)
    throw damaged(path, `cut off: it ends at byte ${size}, tensor ${shownName(name)} at ${start + to}`);
  const bytes = await readBytes(file, path, start + from, to - from);
  return { shape, data: widened(dtype, bytes) };
}

const WIDTHS: Readonly<Record<string, number>> = { F32: 4, BF16: 2, F16: 2 };

function widened(dtype: string, bytes: Buffer): Float32Array {
  if (dtype === "F32") return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return dtype === "BF16" ? fromBfloat16(halves) : Float32Array.from(halves, fromFloat16);
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let at = 0; at < halves.length; at++) words[at] = (halves[at] as number) << 16;
  return new Float32Array(words.buffer);
}

/** @source IEEE 754-2019, binary16: a sign, 5 bits of exponent, 10 of fraction */
export function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const MOST_AT_ONCE = 2 ** 30; // a read call takes less than 2 GiB

/** Bytes of an open file. @throws CheckpointError where it ends before them */
export async function readBytes(file: FileHandle, path: string, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length)); // of its own, so that wider numbers begin at a multiple of theirs
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(MOST_AT_ONCE, length - done), start + done);
    if (bytesRead === 0) throw damaged(path, `cut off: it ends at byte ${start + done}, not ${start + length}`);
    done += bytesRead;
  }
  return bytes;
}

/** Of an open file, in bytes. @throws CheckpointError "missing" for a folder */
export async function sizeOfFile(file: FileHandle, path: string): Promise<number> {
  const found = await file.stat();
  if (found.isFile()) return found.size;
  throw new CheckpointError(path, "missing", "expected a file, got a folder");
}

export function damaged(path: string, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError(path, "damaged", what, { cause });
}
