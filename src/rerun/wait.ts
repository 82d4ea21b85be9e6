/** @file Waiting with a limit that leaves no timer behind. */

/** Resolves after a time. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits for a promise, but no longer than a limit.
 *
 * @param limitMs milliseconds
 * @returns the promise's value, or undefined when it took longer
 * @example within(1000, Promise.resolve(3)) // => 3
 */
export async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when a signal is aborted, at once when it already is. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Does a task for each item, several at a time, in order.
 *
 * @param jobs how many at a time, a count >= 1
 */
export async function inParallel<Item>(
  jobs: number,
  items: readonly Item[],
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  async function work(): Promise<void> {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
  }
  await Promise.all(Array.from({ length: jobs }, work));
}
