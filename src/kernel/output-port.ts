/** @file Output on its way from the main thread to the sockets; a producer that is far ahead of them waits. */
import type { Port, ToKernel, ToMain } from "./thread-messages.ts";
import type { Output } from "./wire/output.ts";

/** So many characters may be under way before a print waits. */
const BACKLOG = 4 << 20;

export interface OutputPort {
  send(cell: string, output: Output): void;
  /** One print: a bare string, since nothing else is as cheap to post (0.6 microseconds). */
  sendText(cell: string, name: "stdout" | "stderr", text: string): void;
}

/**
 * The main thread's end.
 *
 * @param port to the kernel's thread
 * @param backlog Int32 at 0: characters handed over and not yet taken by a socket, shared with the kernel's thread
 */
export function createOutputPort(port: Port<ToKernel, ToMain>, backlog: Int32Array): OutputPort {
  let writer = { cell: "", name: "" };
  return {
    send: (cell, output) => port.postMessage({ type: "output", cell, output }),
    sendText(cell, name, text) {
      if (writer.cell !== cell || writer.name !== name) {
        writer = { cell, name };
        port.postMessage({ type: "writer", cell, name });
      }
      Atomics.add(backlog, 0, text.length);
      port.postMessage(text);
      while (Atomics.load(backlog, 0) > BACKLOG) Atomics.wait(backlog, 0, Atomics.load(backlog, 0), 20);
    },
  };
}
