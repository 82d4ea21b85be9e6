/** @file The processes that cells have started: a cell that waits for one cannot be interrupted before it ends. */
import { readFileSync } from "node:fs";

/**
 * Processes started by the main thread and still there.
 *
 * @returns process ids; none where the system does not tell (anything but Linux)
 * @source https://man7.org/linux/man-pages/man5/proc_pid_task.5.html, children
 */
export function childProcesses(): ReadonlySet<number> {
  if (process.platform !== "linux") return new Set();
  const { pid } = process; // of the process, which is also the main thread's id
  try {
    return new Set(
      readFileSync(`/proc/self/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return new Set(); // a kernel without that file: children end by themselves
  }
}

/**
 * Does to a cell's child processes what Ctrl-C in a terminal would do.
 *
 * @param before processes that were there when the cell started, which it may keep
 */
export function interruptChildren(before: ReadonlySet<number>): void {
  for (const pid of childProcesses()) {
    if (before.has(pid)) continue;
    try {
      process.kill(pid, "SIGINT");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has ended in the meantime
    }
  }
}
