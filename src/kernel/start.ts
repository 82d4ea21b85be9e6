/** @file Starts the kernel: a thread of its own for the sockets, this thread for the cells. */
import fs from "node:fs";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import { type KernelThreadData, SHARED } from "./thread-messages.ts";
import { version } from "./version.ts";

/** Its own references: what cells write to the descriptors is their output, and what ends their process ends a cell. */
const { writeSync } = fs;
const { exit } = process;

/**
 * Runs a kernel until it is shut down.
 *
 * @param connectionFile path of the connection file that Jupyter wrote
 */
export async function startKernel(connectionFile: string): Promise<void> {
  const shared = new SharedArrayBuffer(Object.keys(SHARED).length * Int32Array.BYTES_PER_ELEMENT);
  const { port1, port2 } = new MessageChannel();
  const answers = new MessageChannel();
  const workerData: KernelThreadData = {
    connectionFile,
    shared,
    version,
    port: port2,
    answers: answers.port2,
    heapLimit: getHeapStatistics().heap_size_limit,
  };
  const kernelThread = new Worker(new URL("./kernel-thread/kernel-thread.js", import.meta.url), {
    workerData,
    transferList: [port2, answers.port2],
  });
  kernelThread.once("error", (error) => {
    writeSync(2, `eightfold kernel: ${error.message}\n`);
    exit.call(process, 1);
  });
  const { serveCells } = await import("./main-thread/main-thread.ts"); // loaded while the other thread binds its sockets
  serveCells(port1, answers.port1, new Int32Array(shared));
}
