/** @file Output on its way from the main thread to the sockets; a producer that is far ahead of them waits. */
import { type Port, SHARED, type ToKernel, type ToMain } from "../thread-messages.ts";
import type { Json } from "../wire/message.ts";
import type { Output } from "../wire/output.ts";

/** Its own references: a cell may overwrite the globals. */
const { add, load, wait } = Atomics;

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
 * @param shared with the kernel's thread, as SHARED says
 */
export function createOutputPort(port: Port<ToKernel, ToMain>, shared: Int32Array): OutputPort {
  let writer = { cell: "", name: "" };

  /** Counts what was sent, and waits while too much is under way. */
  function waitBehind(characters: number): void {
    let ahead = add(shared, SHARED.backlog, characters) + characters;
    while (ahead > BACKLOG) {
      wait(shared, SHARED.backlog, ahead, 20);
      ahead = load(shared, SHARED.backlog);
    }
  }

  return {
    send(cell, output) {
      const characters = lengthOf(output.content);
      port.postMessage({ type: "output", cell, output, characters });
      waitBehind(characters);
    },
    sendText(cell, name, text) {
      if (writer.cell !== cell || writer.name !== name) {
        writer = { cell, name };
        port.postMessage({ type: "writer", cell, name });
      }
      port.postMessage(text);
      waitBehind(text.length);
    },
  };
}

/** Characters of the texts in a value of JSON: pictures, tables and figures. */
function lengthOf(value: Json): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  let characters = 1;
  for (const part of Object.values(value)) characters += lengthOf(part);
  return characters;
}
