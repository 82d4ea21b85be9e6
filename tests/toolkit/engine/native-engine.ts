/** @file The native engine where a C compiler is there; elsewhere its tests are skipped, and say why. */
import { type TestContext, test } from "node:test";
import { type Engine, EngineMissing, nativeEngine } from "../../../src/toolkit/engine/index.ts";

/** Opens the engine once, to see whether it can be had. */
export async function nativeIsMissing(): Promise<string | undefined> {
  try {
    await nativeEngine({ threads: 1 });
    return undefined;
  } catch (error) {
    if (error instanceof EngineMissing && /requires a C compiler|not on Windows/.test(error.message))
      return error.message;
    throw error;
  }
}

/** A test that is skipped where the engine cannot be had. */
export function testNative(name: string, missing: string | undefined, run: (t: TestContext) => Promise<void>): void {
  test(name, missing === undefined ? {} : { skip: missing }, run);
}

export function openNative(threads = 1): () => Promise<Engine> {
  return () => nativeEngine({ threads });
}
