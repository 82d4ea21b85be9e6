/** @file Writes protocol buffers: the four field kinds that an ONNX model needs (protobuf.dev/programming-guides/encoding). */

const VARINT = 0;
const BYTES = 2;
const FLOAT = 5;

/** One message, field by field, in the order of the calls. */
export class ProtobufWriter {
  #buffer = new Uint8Array(256);
  #length = 0;

  /** An int64 or an enum, >= -2^53. */
  integer(field: number, value: number): this {
    this.#varint(field * 8 + VARINT);
    if (value >= 0) this.#varint(value);
    else this.#negative(value);
    return this;
  }

  /** A float. */
  float(field: number, value: number): this {
    this.#varint(field * 8 + FLOAT);
    const at = this.#room(4);
    new DataView(this.#buffer.buffer).setFloat32(at, value, true);
    return this;
  }

  /** A string, bytes, or a message within this one. */
  part(field: number, value: string | Uint8Array | ProtobufWriter): this {
    const bytes =
      typeof value === "string" ? Buffer.from(value) : value instanceof ProtobufWriter ? value.finish() : value;
    this.#varint(field * 8 + BYTES);
    this.#varint(bytes.length);
    const at = this.#room(bytes.length); // before #buffer is read: making room may replace it
    this.#buffer.set(bytes, at);
    return this;
  }

  /** The message's bytes; a view that later calls may outdate. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  /** Two's complement of 64 bits: ten groups of seven. */
  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let group = 0; group < 9; group++) {
      this.#byte(Number(rest % 128n) + 128);
      rest /= 128n;
    }
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    const at = this.#room(1);
    this.#buffer[at] = value;
  }

  /** Takes `count` bytes at the end. @returns where they begin */
  #room(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    return at;
  }
}
