/** @file Where the main thread stands still on behalf of a cell, in the kernel's own code: a stop may end it there at once. */

let still = false;

/**
 * Waits; what is terminated in the middle of it is left as it should be.
 *
 * @param wait blocks this thread
 */
export function standStill(wait: () => unknown): void {
  still = true;
  wait();
  still = false;
}

/** Whether this thread is in the middle of such a wait. */
export function standsStill(): boolean {
  return still;
}

/** It was terminated, and goes on. */
export function goOn(): void {
  still = false;
}
