/** @file Cells of TypeScript: parse, rewrite, run, and explain what went wrong. */
export { type CellCompleteness, completeness } from "./completeness.ts";
export { createSession, type Session } from "./evaluate.ts";
export { captureIntrinsics, withIntrinsics } from "./intrinsics.ts";
export { registerModuleHooks } from "./modules.ts";
export { traceback, withMappedFrames } from "./stack-trace.ts";
export { warmUpSlices } from "./warm-up.ts";
