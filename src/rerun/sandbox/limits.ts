/** @file What a sandboxed kernel may use up: memory, processes, files and disk. */

import { readFileSync } from "node:fs";

const MEBIBYTE = 2 ** 20;

export const LIMITS = {
  /** Of all processes together, and of each process's own data. */
  memoryBytes: 4096 * MEBIBYTE,
  processes: 256,
  /** Threads count as tasks. */
  tasks: 512,
  /** The scratch folder lies in memory and goes with the sandbox. */
  scratchBytes: 512 * MEBIBYTE,
  /** An empty file takes memory too. */
  scratchFiles: 65_536,
  fileBytes: 512 * MEBIBYTE,
  openFiles: 1024,
  /** Memory that is shared by System V's calls, and the queues of their messages. */
  sharedBytes: 128 * MEBIBYTE,
  messageQueues: 32,
  /** What a user may watch files by is counted for all of his processes: the notebook may not take it all. */
  watchers: 64,
  watches: 8192,
} as const;

/**
 * Bytes of a core dump: 1, which the system takes for "none, and start no program for it"; with 0 it would still hand the
 * process to the machine's own handler, which runs outside. 0 where the hard limit allows no more.
 *
 * @source core(5), "Piping core dumps to a program"
 */
export function coreLimit(): 0 | 1 {
  const hard = /^Max core file size\s+\S+\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return hard === "0" ? 0 : 1;
}

/**
 * Words of util-linux's prlimit for one process and what it starts.
 *
 * The limit of the data segment counts private memory that can be written. That of the address space would stop V8,
 * which reserves far more than it uses.
 */
export function limitWords(): string[] {
  const { memoryBytes, tasks, fileBytes, openFiles } = LIMITS;
  const sizes = [`--data=${memoryBytes}`, `--fsize=${fileBytes}`, `--core=${coreLimit()}`];
  // these are counted for all processes of the user together
  const shared = [`--nproc=${tasks}`, "--sigpending=4096", "--msgqueue=65536", "--memlock=65536"];
  return [...sizes, ...shared, `--nofile=${openFiles}`, "--rtprio=0"];
}
