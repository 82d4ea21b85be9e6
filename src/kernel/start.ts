/** @file Starts the kernel: a thread of its own for the sockets, this thread for the cells. */
import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { serveCells } from "./main-thread.ts";
import type { KernelThreadData } from "./thread-messages.ts";
import { version } from "./version.ts";

/**
 * Runs a kernel until it is shut down.
 *
 * @param connectionFile path of the connection file that Jupyter wrote
 */
export function startKernel(connectionFile: string): void {
  const backlog = new SharedArrayBuffer(4);
  const workerData: KernelThreadData = { connectionFile, backlog, version };
  const kernelThread = new Worker(new URL("./kernel-thread.js", import.meta.url), { workerData });
  kernelThread.once("error", (error) => {
    writeSync(2, `eightfold kernel: ${error.message}\n`);
    process.exit(1);
  });
  serveCells(kernelThread, new Int32Array(backlog));
}
