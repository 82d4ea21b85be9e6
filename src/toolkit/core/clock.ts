/** @file The clock: the one place where the toolkit learns what time it is. */

/** Seconds since an arbitrary start, never going back. For durations. */
export function secondsNow(): number {
  return performance.now() / 1000;
}
