/** @file Entry of the kernel's thread: binds the sockets and joins them to the kernel and the main thread. */
import { readFileSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { bindServer } from "./channels/index.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import { connectMainThread } from "./main-thread-link.ts";
import type { KernelThreadData } from "./thread-messages.ts";
import { parseConnectionFile } from "./wire/index.ts";

const { connectionFile, backlog, version, port } = workerData as KernelThreadData;

/** This thread's process.stderr would pass through the main thread, which may be busy. */
const log = (line: string): void => void writeSync(2, `eightfold kernel: ${line}\n`);
const channels = await bindServer(parseConnectionFile(readFileSync(connectionFile, "utf8"), connectionFile), log);
const mainThread = connectMainThread(port, new Int32Array(backlog), {
  output: (cell, output) => kernel.publishOutput(cell, output),
  lateError: (cell, error) => kernel.publishLateError(cell, error),
  interrupted: () => void kernel.interrupt(),
});
const kernel: Kernel = createKernel({ channels, mainThread, version, log });
channels.listen((incoming) => kernel.receive(incoming));
