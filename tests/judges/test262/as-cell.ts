/** @file A test as a cell of a new session, after a cell with the suite's helpers: in this process, as the kernel runs cells. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { runInThisContext } from "node:vm";
import { captureIntrinsics, createSession } from "../../../src/kernel/dist/cell/index.js";
import { installHost } from "./host.ts";
import type { SuiteTest } from "./suite.ts";

let isReady = false;
let cells = 0;

/** Runs a test to its end. */
export async function runAsCell({ file, harness, isAsync }: SuiteTest): Promise<void> {
  if (!isReady) captureIntrinsics(); // as the kernel does before its first cell
  isReady = true;
  const { done } = installHost(globalThis, (script) => runInThisContext(script));
  const session = createSession(dirname(file));
  for (const cell of [harness, readFileSync(file, "utf8")]) await session.run(cell, `In[${++cells}]`);
  if (isAsync) await done;
}
