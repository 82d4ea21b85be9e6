/** @file The processes that cells have started: a cell that waits for one cannot be interrupted before it ends. */
import { readFileSync } from "node:fs";

/**
 * Processes started by the main thread and still there.
 *
 * @returns process ids; none where the system does not tell (anything but Linux)
 * @source https://man7.org/linux/man-pages/man5/proc_pid_task.5.html, children
 */
export function childProcesses(): ReadonlySet<number> {
  return new Set(process.platform === "linux" ? childrenOf(process.pid) : []);
}

/** Those that the first thread of a process has started. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // it has ended, or this system has no such file: children end by themselves
  }
}

/**
 * Does to a cell's child processes, and to those that they have started, what Ctrl-C in a terminal would do. One that
 * leads a group of its own was detached on purpose, and is left alone.
 *
 * @param before processes that were there when the cell started, which it may keep
 */
export function interruptChildren(before: ReadonlySet<number>): void {
  for (const pid of childProcesses()) if (!before.has(pid)) interruptTree(pid);
}

function interruptTree(pid: number): void {
  if (leadsGroup(pid)) return;
  const below = childrenOf(pid); // before it ends and they are no longer its
  signal(pid);
  below.forEach(interruptTree);
}

/** @source https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, pgrp */
function leadsGroup(pid: number): boolean {
  try {
    const [, , group] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(group) === pid;
  } catch {
    return true; // it has ended
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has ended in the meantime
  }
}
