/** @file Watches a sandbox from outside, and ends it when it takes more memory or processes than it may. */
import { readFileSync } from "node:fs";
import { LIMITS } from "./limits.ts";
import { attempt, sandboxProcesses } from "./processes.ts";

const LOOK_EVERY_MS = 100;
/** Share of the machine's memory that is kept for everyone else. */
const KEPT_FREE = 0.04;

export interface Watchdog {
  stop(): void;
}

/**
 * Looks at a sandbox's processes until stopped.
 *
 * @param pid of the program that made the namespaces
 * @param kill ends the whole sandbox, for a reason
 */
export function watchSandbox(pid: number, kill: (why: string) => void): Watchdog {
  const timer = setInterval(() => {
    const excess = excessOf(usesOf(pid));
    if (excess === undefined) return;
    clearInterval(timer);
    kill(excess);
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

interface Use {
  readonly memoryBytes: number;
}

function usesOf(pid: number): Use[] {
  return sandboxProcesses(pid).map((process) => ({
    memoryBytes: memoryIn(attempt(() => readFileSync(`/proc/${process.pid}/smaps_rollup`, "utf8")) ?? ""),
  }));
}

/** What a process holds that could not be read from a file again; its share of what it holds with others. */
function memoryIn(summary: string): number {
  const counts = summary.matchAll(/^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB$/gm);
  return 1024 * Array.from(counts, ([, kibibytes]) => Number(kibibytes)).reduce((sum, count) => sum + count, 0);
}

function excessOf(processes: readonly Use[]): string | undefined {
  if (processes.length > LIMITS.processes) return `it had more than ${LIMITS.processes} processes at once`;
  const used = processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  if (used > LIMITS.memoryBytes) return `it took more than ${LIMITS.memoryBytes / 2 ** 30} GiB of memory`;
  const machine = attempt(() => readFileSync("/proc/meminfo", "utf8")) ?? "";
  const [total, available] = ["MemTotal", "MemAvailable"].map((name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(machine)?.[1]),
  );
  if (total === undefined || available === undefined || !(available < KEPT_FREE * total)) return undefined;
  return "the machine was about to run out of memory";
}
