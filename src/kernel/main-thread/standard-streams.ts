/** @file The process's standard output and standard error, turned into output of the cell that prints. */

/** Shows text, or bytes of UTF-8, as output of the cell that caused what is running now. */
export type Print = (name: "stdout" | "stderr", chunk: string | Uint8Array) => void;

/** Sends what is printed somewhere else, with `console`, with `process.stdout` or through a pipe. */
export function captureStandardStreams(print: Print): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    // Of a kernel that was started in a terminal too: its output is read elsewhere, and no run differs from another.
    Object.defineProperty(stream, "isTTY", { value: false, configurable: true });
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
      print(name, inUtf8(chunk, rest[0]));
      const written = rest.at(-1);
      if (typeof written === "function") soon(written as (error: null) => void);
      return true;
    };
  }
}

/** Its own reference: a cell may overwrite or delete `process`. */
const { nextTick } = process;

/** Callbacks of this tick, and how often each is due: `console` gives the same one with each of a million prints. */
const due = new Map<(error: null) => void, number>();
Object.assign(due, { get: due.get, set: due.set, clear: due.clear }); // its own: a cell may overwrite the prototype's

/** Calls back when what runs now has ended, as a stream does. */
function soon(written: (error: null) => void): void {
  if (due.size === 0) nextTick(callBack);
  due.set(written, (due.get(written) ?? 0) + 1);
}

function callBack(): void {
  const calls = [...due];
  due.clear();
  for (const [written, times] of calls) for (let time = 0; time < times; time++) written(null);
}

function inUtf8(chunk: Uint8Array | string, encoding: unknown): string | Uint8Array {
  if (typeof chunk === "string") {
    const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    return isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding);
  }
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`write requires a string or bytes, got ${typeof chunk}`);
}
