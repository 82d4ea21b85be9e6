/** @file Cells of TypeScript: parse, rewrite, run, and explain what went wrong.
 *
 * Runs on the main thread, and `module-hooks.ts` on Node's thread for module hooks where it has one. Imports nothing of the
 * kernel; `recent.ts` serves the kernel's thread too. What a cell's text means is changed here, what it prints is not. Tests:
 * tests/kernel/cell, and execute.test.ts in tests/kernel/main-thread.
 */

export { authorsText } from "./authors-text.ts";
export { completeness } from "./completeness.ts";
export { createSession, EVALUATES, type Session } from "./evaluate.ts";
export { installStacks } from "./frames.ts";
export { importError } from "./import-errors.ts";
export { captureIntrinsics, lostIntrinsic, withIntrinsics } from "./intrinsics.ts";
export { prepareImports } from "./modules.ts";
export { traceback } from "./stack-trace.ts";
export { answerDebugger, guardCells, interrupted, type Place } from "./stop-checks.ts";
export { hasStops } from "./stops.ts";
export { warmUpSlices } from "./warm-up.ts";
export { teachWorkers } from "./workers.ts";
