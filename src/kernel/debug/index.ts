/** @file The debugger: requests of the Debug Adapter Protocol, answered through V8's inspector of the main thread.
 *
 * Runs on the kernel's thread, which loads it with the first debug_request. A command is added in `commands.ts`; what the main
 * thread is asked is `cell/debug-answers.ts`. Tests: tests/kernel/debug; in JupyterLab, tests/judges/debugger.mjs.
 */
export { createDebugger, type Debugger } from "./debugger.ts";
