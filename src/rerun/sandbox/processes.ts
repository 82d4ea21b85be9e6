/** @file A sandbox's processes, as they are seen from outside. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface SandboxProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its number inside; the first process has 1. */
  readonly inner: number;
}

/**
 * Processes in the process namespace that a program has made for its children.
 *
 * @param pid of that program
 * @returns none before it has made one, or when it is gone
 */
export function sandboxProcesses(pid: number): SandboxProcess[] {
  const space = attempt(() => readlinkSync(`/proc/${pid}/ns/pid_for_children`));
  if (space === undefined || space === attempt(() => readlinkSync("/proc/self/ns/pid"))) return [];
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || attempt(() => readlinkSync(`/proc/${name}/ns/pid`)) !== space) return [];
    const status = attempt(() => readFileSync(`/proc/${name}/status`, "utf8")) ?? "";
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
    const inner = Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1]);
    return Number.isInteger(parent) && Number.isInteger(inner) ? [{ pid: Number(name), parent, inner }] : [];
  });
}

/** The kernel: of what the first process has started, the eldest. What loses its parent becomes that one's child, later. */
export function kernelAmong(processes: readonly SandboxProcess[]): SandboxProcess | undefined {
  const first = processes.find(({ inner }) => inner === 1);
  const children = processes.filter(({ parent }) => parent === first?.pid);
  return children.sort((one, other) => one.inner - other.inner)[0];
}

/** Those that a process has started, and that these have. */
export function childrenOf({ pid }: SandboxProcess, processes: readonly SandboxProcess[]): SandboxProcess[] {
  const own = processes.filter(({ parent }) => parent === pid);
  return [...own, ...own.flatMap((one) => childrenOf(one, processes))];
}

/** Undefined for what is asked of a process that has gone, or belongs to someone else. */
export function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
