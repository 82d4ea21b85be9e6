/** @file What the first cell would have to wait for, done while a kernel that has started waits for it. */
import { prepareImports, warmUpSlices } from "../cell/index.ts";

/** A kernel that has started is idle for so long, or its first cell is there already. */
const IDLE_MS = 100;
/** Then it may well be idle for another while, in which what imports need can be loaded. */
const LONG_IDLE_MS = 1000;

/**
 * Begins, in slices so small that nothing waits behind them.
 *
 * @returns a function that ends the warm-up: there is a cell
 */
export function startIdleWork(): () => void {
  const slices = warmUpSlices();
  const next = (): void => {
    slices.shift()?.();
    if (slices.length > 0) setImmediate(next);
  };
  const warmUp = setTimeout(next, IDLE_MS);
  setTimeout(prepareImports, LONG_IDLE_MS); // before the first import
  return () => {
    clearTimeout(warmUp);
    slices.length = 0;
  };
}
