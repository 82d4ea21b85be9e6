/** @file File descriptors 0, 1 and 2 as cells use them: the frontend's input, the cell's output, and closing them closes nothing. */
import fs from "node:fs";
import type { Print } from "./standard-streams.ts";

/** Its own references: a cell may overwrite `process`. */
const { nextTick } = process;

type Call = (...values: unknown[]) => unknown;

/** Reads a line of the frontend's, with its end; waits for it. */
type ReadLine = () => string;

/**
 * Puts functions around those of node:fs that read, write and close.
 *
 * A descriptor that is closed is given to whatever the process opens next, and libuv aborts the process when it closes a
 * handle of its own that has such a number.
 */
export function captureStandardDescriptors(print: Print, readLine: ReadLine): void {
  captureReads(readLine);
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

/** A line at a time: where a whole file is wanted, that is one line too, since nobody says in a frontend that it was the last. */
function captureReads(readLine: ReadLine): void {
  const { readSync, readFileSync } = fs as unknown as Record<string, Call>;
  if (readSync === undefined || readFileSync === undefined) return;
  let line = Buffer.alloc(0); // what of it was not read yet
  Object.assign(fs, {
    readSync(descriptor: unknown, ...values: unknown[]): unknown {
      const [target, second, third] = values;
      if (descriptor !== 0 || !ArrayBuffer.isView(target)) return readSync(descriptor, ...values);
      if (line.length === 0) line = Buffer.from(readLine());
      const read = line.copy(part(target, second, third));
      line = line.subarray(read);
      return read;
    },
    readFileSync(file: unknown, ...values: unknown[]): unknown {
      if (file !== 0 && file !== "/dev/stdin") return readFileSync(file, ...values);
      const [options] = values as [string | { readonly encoding?: string } | undefined];
      const encoding = typeof options === "object" && options !== null ? options.encoding : options;
      const text = readLine();
      return typeof encoding === "string" ? text : Buffer.from(text);
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
