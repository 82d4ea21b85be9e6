/** @file The output of one cell, in the order in which it was made, even where a figure takes a while to draw. */
import type { Port, ToKernel, ToMain } from "./thread-messages.ts";
import { type Output, streamOutput } from "./wire/output.ts";

/** Text waits for more of its kind, but not for long. */
const COALESCE_BYTES = 8192;
const COALESCE_MS = 10;
/** A producer that is this far ahead of the sockets waits for them. */
const BACKLOG_BYTES = 4 << 20;

export interface CellOutput {
  readonly cell: string;
  /** Aborted when the cell is interrupted. */
  readonly abort: AbortController;
  write(name: "stdout" | "stderr", text: string): void;
  /** Sends an output, or one that is still being made: what comes after it waits. */
  emit(output: Output | Promise<Output>): void;
  /** Resolves when every output so far has been sent. */
  drained(): Promise<void>;
  /** Sends the text that waits for more. */
  flush(): void;
}

/**
 * An empty output.
 *
 * @param cell id of the request that runs the cell
 * @param port to the kernel's thread
 * @param backlog bytes handed over and not yet sent, shared with the kernel's thread
 */
export function createCellOutput(cell: string, port: Port<ToKernel, ToMain>, backlog: Int32Array): CellOutput {
  let pending: { name: "stdout" | "stderr"; text: string; since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitingFor: Promise<void> | undefined; // outputs still being made, in order

  function send(output: Output, bytes: number): void {
    Atomics.add(backlog, 0, bytes);
    const message: ToKernel = { type: "output", cell, output, bytes };
    port.postMessage(message);
    while (Atomics.load(backlog, 0) > BACKLOG_BYTES) Atomics.wait(backlog, 0, Atomics.load(backlog, 0), 20);
  }

  function flush(): void {
    if (pending === undefined) return;
    const { name, text } = pending;
    pending = undefined;
    clearTimeout(timer);
    timer = undefined;
    post(() => send(streamOutput(name, text), text.length));
  }

  /** Now, or when the outputs before it have been made. */
  function post(task: () => void): void {
    if (waitingFor === undefined) task();
    else waitFor(waitingFor.then(task));
  }

  function waitFor(next: Promise<void>): void {
    const settled = next.then(() => {
      if (waitingFor === settled) waitingFor = undefined;
    });
    waitingFor = settled;
  }

  const output: CellOutput = {
    cell,
    abort: new AbortController(),
    flush,
    write(name, text) {
      if (pending !== undefined && pending.name !== name) flush();
      const now = performance.now();
      pending ??= { name, text: "", since: now };
      pending.text += text;
      if (pending.text.length >= COALESCE_BYTES || now - pending.since >= COALESCE_MS) flush();
      else timer ??= setTimeout(flush, COALESCE_MS);
    },
    emit(made) {
      flush();
      if (!(made instanceof Promise)) return post(() => send(made, 0));
      const earlier = waitingFor;
      waitFor(
        made.then(
          async (ready) => {
            await earlier;
            send(ready, 0);
          },
          async (error: unknown) => {
            await earlier;
            send(streamOutput("stderr", `an output could not be shown: ${String(error)}\n`), 0);
          },
        ),
      );
    },
    async drained() {
      flush();
      while (waitingFor !== undefined) await waitingFor;
    },
  };
  return output;
}
