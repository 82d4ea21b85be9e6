/** @file Waiting with a limit that leaves no timer behind. */
import { addAbortListener } from "node:events";
import pTimeout from "p-timeout";

/**
 * Waits for a promise, but no longer than a limit.
 *
 * @param limitMs milliseconds; below 1 it is 1, the least that p-timeout takes
 * @returns the promise's value, or undefined when it took longer
 * @example within(1000, Promise.resolve(3)) // => 3
 */
export function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value | undefined> {
  return pTimeout(promise, { milliseconds: Math.max(1, limitMs), fallback: () => undefined });
}

/** Resolves when a signal is aborted, at once when it already is. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => addAbortListener(signal, () => resolve()));
}
