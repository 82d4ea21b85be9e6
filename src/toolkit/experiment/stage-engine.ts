/** @file The engine of a process that does stages: one for all its jobs, so that what it compiled serves the next, and its name for the records. */
import { describeEngine, type Engine, openEngine } from "../engine/index.ts";

let engine: Promise<Engine> | undefined;

/** Opens it the first time. */
export function engineOf(threads: number): Promise<Engine> {
  engine ??= openEngine({ threads });
  return engine;
}

/** In a line; undefined when no work has asked for one. */
export async function engineInUse(): Promise<string | undefined> {
  return engine === undefined ? undefined : describeEngine(await engine);
}
