/** @file Completion, inspection and type errors; nothing else in the project talks to the TypeScript service.
 *
 * Runs on the kernel's thread, with a child process behind it; `live-values.ts`, which looks at values where they live, on the
 * main thread. Imports nothing of the kernel. What is offered and how it is worded is changed here, when it is asked for is
 * `kernel-thread/help.ts`. Tests: tests/kernel/assist, and help.test.ts in tests/kernel/kernel-thread.
 */
export { type Assistant, createAssistant } from "./assistant.ts";
export type { Completion } from "./completion.ts";
export type { Inspection } from "./inspection.ts";
export { languageServerFile } from "./language-server.ts";
export { toCodePoints, toUnits } from "./positions.ts";
