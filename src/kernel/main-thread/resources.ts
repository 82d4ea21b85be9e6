/** @file What a cell has opened and a stop closes: sockets, servers, streams, workers and child processes. */
import type { Server as HttpServer } from "node:http";
import { Server } from "node:net";
import { Stream } from "node:stream";
import { Worker } from "node:worker_threads";
import { withIntrinsics } from "../cell/index.ts";

export interface Resources {
  /** Keeps something in mind that the cell has opened, as long as anyone else does. */
  add(opened: object): void;
  /** Ends all that is still there. */
  close(): void;
}

/** Its own reference: a cell may overwrite the globals. */
const Weak = WeakRef;

/** Between two looks at what is gone already. */
const LEAST = 256;

/** Nothing opened. */
export function createResources(): Resources {
  let opened: WeakRef<object>[] = [];
  let crowded = LEAST;
  return {
    add(resource) {
      if (wayToEnd(resource) === undefined) return;
      opened[opened.length] = new Weak(resource);
      if (opened.length < crowded) return;
      opened = withIntrinsics(() => opened.filter((each) => each.deref() !== undefined));
      crowded = Math.max(LEAST, opened.length * 2);
    },
    close() {
      const all = opened;
      opened = [];
      for (const each of all) {
        const resource = each.deref();
        if (resource !== undefined) end(resource);
      }
    },
  };
}

/**
 * How something is ended; undefined for what is not the system's: a pool of connections is shared by all cells, and makes
 * new ones.
 */
function wayToEnd(opened: object): (() => unknown) | undefined {
  if (opened instanceof Worker) return isNodes(opened) ? undefined : () => opened.terminate();
  if (opened instanceof Server) return () => closeServer(opened);
  if (!(opened instanceof Stream)) return undefined;
  return isStandard(opened) ? undefined : () => (opened as Partial<Stream.Readable>).destroy?.();
}

/** By its descriptor: `process.stdin` is made when it is asked for, and asks here while it is made. */
function isStandard(opened: Stream): boolean {
  const { fd } = opened as { readonly fd?: unknown };
  return fd === 0 || fd === 1 || fd === 2;
}

/** Node's thread for module hooks, which the first import may start, is everyone's. */
function isNodes(worker: Worker): boolean {
  return worker.constructor.name === "InternalWorker";
}

function closeServer(server: Server): void {
  (server as Partial<HttpServer>).closeAllConnections?.();
  server.close();
}

function end(opened: object): void {
  try {
    const ended = wayToEnd(opened)?.();
    if (ended instanceof Promise) ended.catch(() => undefined); // it ends by itself
  } catch {
    // it has ended, or a cell has taken away what would end it
  }
}
