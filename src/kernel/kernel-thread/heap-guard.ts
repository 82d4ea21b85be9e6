/** @file Stops a cell before its heap is full: V8 would end the process, and all variables with it. */
import type { Session } from "node:inspector";
import { disconnect } from "./interrupt.ts";

const CHECK_MS = 50;
/** V8 counts the young generation into the limit, which old objects cannot fill: 48 MB in Node 20, 192 in Node 24. */
const YOUNG_BYTES = 192 << 20;
/** A heap this near to its limit is full: 10 %, and at least what a fast cell allocates between two checks. */
const MARGIN = { share: 0.1, bytes: 96 << 20 };
/** Of a heap that is small from the start, a cell may use at least this much. */
const LEAST_SHARE = 0.3;
/** A cell that adds less than this may run in a full heap: it is how people make room. */
const SMALL_BYTES = 16 << 20;

export interface HeapGuard {
  /** Watches one cell; returns a function that ends the watch. */
  watch(full: (usedBytes: number) => void): () => void;
}

/**
 * A guard of the main thread's heap.
 *
 * @param limit of that heap, in bytes
 * @param connect opens an inspector session with the main thread
 */
export function createHeapGuard(limit: number, connect: () => Session): HeapGuard {
  const margin = YOUNG_BYTES + Math.max(limit * MARGIN.share, MARGIN.bytes);
  const threshold = Math.max(limit - margin, limit * LEAST_SHARE);
  return {
    watch(full) {
      let session: Session | undefined;
      let first: number | undefined;
      let asking = false;
      const timer = setInterval(async () => {
        if (asking || process.memoryUsage.rss() < threshold / 2) return; // asking costs the cell some microseconds
        session ??= connect();
        asking = true;
        const used = await heapUsage(session);
        asking = false;
        first ??= used;
        if (used < threshold || used - first < SMALL_BYTES) return;
        clearInterval(timer);
        full(used);
      }, CHECK_MS);
      return () => {
        clearInterval(timer);
        if (session !== undefined) disconnect(session);
      };
    },
  };
}

/** Of the inspector protocol; missing when the session was closed before the answer. */
interface HeapUsage {
  readonly usedSize: number;
}

function heapUsage(session: Session): Promise<number> {
  return new Promise((resolve) => {
    session.post("Runtime.getHeapUsage", (_error, usage) => resolve((usage as HeapUsage | undefined)?.usedSize ?? 0));
  });
}
