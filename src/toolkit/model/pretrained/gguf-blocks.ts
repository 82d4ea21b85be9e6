/** @file The number formats of GGUF that are read: whole ones, and blocks of 32 numbers with a scale. */
import { fromFloat16 } from "./safetensors-file.ts";

/** How numbers of a type lie in the file. */
export interface GgufType {
  readonly name: string;
  /** numbers in a block, and the bytes that it takes */
  readonly numbers: number;
  readonly bytes: number;
  /** Writes the numbers of the block that begins at byte `from` of `view` to `out` from place `to` on. */
  read(view: DataView, from: number, out: Float32Array, to: number): void;
}

const BLOCK = 32;

/** By the number that the file has for the type. @source ggml.h, enum ggml_type; ggml-quants.c, dequantize_row_* */
export const GGUF_TYPES: Readonly<Record<number, GgufType>> = {
  0: {
    ...{ name: "F32", numbers: 1, bytes: 4 },
    read: (view, from, out, to) => {
      out[to] = view.getFloat32(from, true);
    },
  },
  1: {
    ...{ name: "F16", numbers: 1, bytes: 2 },
    read: (view, from, out, to) => {
      out[to] = half(view, from);
    },
  },
  2: {
    ...{ name: "Q4_0", numbers: BLOCK, bytes: 2 + BLOCK / 2 },
    read: (view, from, out, to) => nibbles(view, from + 2, out, to, half(view, from), -8 * half(view, from)),
  },
  3: {
    ...{ name: "Q4_1", numbers: BLOCK, bytes: 4 + BLOCK / 2 },
    read: (view, from, out, to) => nibbles(view, from + 4, out, to, half(view, from), half(view, from + 2)),
  },
  8: {
    ...{ name: "Q8_0", numbers: BLOCK, bytes: 2 + BLOCK },
    read: (view, from, out, to) => {
      const scale = half(view, from);
      for (let at = 0; at < BLOCK; at++) out[to + at] = scale * view.getInt8(from + 2 + at);
    },
  },
};

function half(view: DataView, from: number): number {
  return fromFloat16(view.getUint16(from, true));
}

/** scale * q + least; the low halves of 16 bytes are the first 16 numbers, the high ones the others. */
function nibbles(view: DataView, from: number, out: Float32Array, to: number, scale: number, least: number): void {
  for (let at = 0; at < BLOCK / 2; at++) {
    const both = view.getUint8(from + at);
    out[to + at] = scale * (both & 15) + least;
    out[to + BLOCK / 2 + at] = scale * (both >> 4) + least;
  }
}
