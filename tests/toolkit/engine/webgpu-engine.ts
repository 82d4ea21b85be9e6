/** @file The webgpu engine where its package and a driver are there, if only a software one; elsewhere its tests are skipped, and say why. */
import { test } from "node:test";
import { EngineMissing, type WebgpuEngine, webgpuEngine } from "../../../src/toolkit/engine/index.ts";

let opened: Promise<WebgpuEngine> | undefined;

/** One for all tests of a file: a software driver takes long to compile a kernel, and the engine keeps them. */
export function openWebgpu(): Promise<WebgpuEngine> {
  opened ??= webgpuEngine();
  return opened;
}

export async function webgpuIsMissing(): Promise<string | undefined> {
  try {
    await openWebgpu();
    return undefined;
  } catch (error) {
    if (error instanceof EngineMissing) return error.message;
    throw error;
  }
}

/** A test that is skipped where the engine cannot be had. */
export function testWebgpu(name: string, missing: string | undefined, run: () => Promise<void>): void {
  test(name, missing === undefined ? {} : { skip: missing }, run);
}
