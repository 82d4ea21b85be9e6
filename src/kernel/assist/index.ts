/** @file Completion, inspection and type errors; nothing else in the project talks to the TypeScript service. */
export { type Assistant, createAssistant } from "./assistant.ts";
export type { Completion } from "./completion.ts";
export type { Inspection } from "./inspection.ts";
export { languageServerFile } from "./language-server.ts";
export { toCodePoints, toUnits } from "./positions.ts";
