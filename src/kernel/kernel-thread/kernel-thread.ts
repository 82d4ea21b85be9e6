/** @file Entry of the kernel's thread: binds the sockets and joins them to the kernel and the main thread. */
import { fstatSync, readFileSync, statSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { bindServer } from "../channels/index.ts";
import { type KernelThreadData, SHARED } from "../thread-messages.ts";
import { parseConnectionFile } from "../wire/index.ts";
import { createDebugging } from "./debugging.ts";
import { openHistory } from "./history.ts";
import { historyFile } from "./history-file.ts";
import { connectToMainThread, disconnect } from "./interrupt.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import { connectMainThread } from "./main-thread-link.ts";

const { connectionFile, shared, version, port, answers, heapLimit } = workerData as KernelThreadData;

const STDERR = 2;
const stderrAtStart = identity(STDERR);

/** Which file a descriptor stands for: after a cell has closed it, its number may be a socket's. */
function identity(descriptor: number): string {
  try {
    const { dev, ino } = fstatSync(descriptor);
    return `${dev} ${ino}`;
  } catch {
    return "closed";
  }
}

/** This thread's process.stderr would pass through the main thread, which may be busy. */
function log(line: string): void {
  try {
    if (identity(STDERR) === stderrAtStart) writeSync(STDERR, `eightfold kernel: ${line}\n`);
  } catch {
    // closed, or a pipe that nobody empties: a line of log is not worth a session
  }
}

const sharedInts = new Int32Array(shared);
if (process.platform !== "win32" && (statSync(connectionFile).mode & 0o077) !== 0) {
  log(`${connectionFile} can be read by others, and who knows its key can run code here (hint: chmod 600)`);
}
const connection = parseConnectionFile(readFileSync(connectionFile, "utf8"), connectionFile);
const channels = await bindServer(connection, log);
const debugging = createDebugging({
  connect: connectToMainThread,
  disconnect,
  publish: (event, body) => kernel.publishDebugEvent(event, body),
});
const mainThread = connectMainThread(port, answers, sharedInts, heapLimit, {
  output: (cell, output) => kernel.publishOutput(cell, output),
  lateError: (cell, error) => kernel.publishLateError(cell, error),
  ask: (cell, question) => kernel.ask(cell, question),
  interrupted: () => void kernel.interrupt(),
  stopping: debugging.stopping,
  terminating: debugging.terminated,
  stopped: debugging.stopped,
  exiting: debugging.end,
  leaving: () => void leave(),
});
const history = openHistory(historyFile(), log);
const kernel: Kernel = createKernel({
  channels,
  mainThread,
  debugging,
  connection,
  history,
  version,
  log,
  leave,
});
channels.listen((incoming) => kernel.receive(incoming));

process.on("uncaughtException", (error) => log(`an error of its own, which it survived: ${error.stack}`));

/** A main thread that has not begun to end the process by then runs a cell that never yields. */
const YIELD_MS = 1000;
/** One that has not come to the end by then never will. */
const EXIT_MS = 5000;

/**
 * Sends what is queued, then lets the main thread end the process. Until it does, this thread stands still: one that is
 * ended in the middle of a callback of ZeroMQ aborts the process.
 */
async function leave(): Promise<void> {
  await Promise.all([channels.close(), history.written()]);
  mainThread.exit();
  Atomics.store(sharedInts, SHARED.closed, 1);
  Atomics.notify(sharedInts, SHARED.closed);
  if (Atomics.wait(sharedInts, SHARED.closed, 1, YIELD_MS) !== "timed-out") {
    Atomics.wait(sharedInts, SHARED.closed, 2, EXIT_MS);
  }
  process.kill(process.pid, "SIGKILL");
}

const PARENT_CHECK_MS = 1000;

/** Jupyter names itself here; a kernel whose Jupyter was killed must not stay behind. */
const parent = Number(process.env.JPY_PARENT_PID);
if (parent > 0) {
  const watch = setInterval(() => {
    if (!isAlive(parent)) process.kill(process.pid, "SIGKILL");
  }, PARENT_CHECK_MS);
  watch.unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0); // signal 0 asks and does nothing
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // someone else's process, but a process
  }
}
