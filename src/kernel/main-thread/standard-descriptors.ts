/** @file File descriptors 1 and 2 as cells use them: what they write is the cell's output, and closing them closes nothing. */
import fs from "node:fs";
import type { Print } from "./standard-streams.ts";

/** Its own references: a cell may overwrite `process`. */
const { nextTick } = process;

type Call = (...values: unknown[]) => unknown;

/**
 * Puts functions around those of node:fs that write and close.
 *
 * A descriptor that is closed is given to whatever the process opens next, and libuv aborts the process when it closes a
 * handle of its own that has such a number.
 */
export function captureStandardDescriptors(print: Print): void {
  const { write, writeSync, close, closeSync } = fs as unknown as Record<string, Call>;
  if (write === undefined || writeSync === undefined || close === undefined || closeSync === undefined) return;
  Object.assign(fs, {
    writeSync(descriptor: unknown, ...values: unknown[]): unknown {
      const name = nameOf(descriptor);
      return name === undefined ? writeSync(descriptor, ...values) : printed(print, name, values);
    },
    write(descriptor: unknown, ...values: unknown[]): unknown {
      const name = nameOf(descriptor);
      const back = values.at(-1);
      if (name === undefined || typeof back !== "function") return write(descriptor, ...values);
      return nextTick(back as Call, null, printed(print, name, values.slice(0, -1)), values[0]);
    },
    closeSync: (descriptor: unknown) => (isStandard(descriptor) ? undefined : closeSync(descriptor)),
    close(descriptor: unknown, back: unknown): unknown {
      if (!isStandard(descriptor)) return close(descriptor, back);
      return typeof back === "function" ? nextTick(back as Call, null) : undefined;
    },
  });
}

function isStandard(descriptor: unknown): boolean {
  return descriptor === 0 || descriptor === 1 || descriptor === 2;
}

function nameOf(descriptor: unknown): "stdout" | "stderr" | undefined {
  return descriptor === 1 ? "stdout" : descriptor === 2 ? "stderr" : undefined;
}

/**
 * Prints text with its encoding, or a part of bytes, as https://nodejs.org/api/fs.html#fswritesyncfd-buffer-offset-length-position
 * takes them.
 *
 * @returns bytes written
 */
function printed(print: Print, name: "stdout" | "stderr", [data, second, third]: readonly unknown[]): number {
  const bytes = ArrayBuffer.isView(data)
    ? part(data, second, third)
    : Buffer.from(String(data), (typeof third === "string" ? third : "utf8") as BufferEncoding);
  print(name, bytes);
  return bytes.length;
}

function part({ buffer, byteOffset, byteLength }: ArrayBufferView, second: unknown, third: unknown): Uint8Array {
  const options = typeof second === "object" && second !== null ? (second as Record<string, unknown>) : {};
  const offset = Number((typeof second === "number" ? second : options.offset) ?? 0);
  const length = Number((typeof third === "number" ? third : options.length) ?? byteLength - offset);
  return new Uint8Array(buffer, byteOffset + offset, length);
}
