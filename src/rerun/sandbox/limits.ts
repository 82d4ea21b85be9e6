/** @file What a sandboxed kernel may use up: memory, processes, files and disk. */

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
} as const;

/**
 * Words of util-linux's prlimit for one process and what it starts.
 *
 * The limit of the data segment counts private memory that can be written. That of the address space would stop V8,
 * which reserves far more than it uses.
 */
export function limitWords(): string[] {
  const { memoryBytes, tasks, fileBytes, openFiles } = LIMITS;
  const sizes = [`--data=${memoryBytes}`, `--fsize=${fileBytes}`, "--core=0", "--rtprio=0"];
  return [...sizes, `--nproc=${tasks}`, `--nofile=${openFiles}`];
}
