/** @file What ends a script ends a cell: process.exit, process.abort and signals to the process itself leave the kernel running. */
import { constants } from "node:os";
import { join } from "node:path";
import type { ExecuteOutcome } from "../wire/index.ts";
import { isCellCode } from "./user-code.ts";

/** Its own references: a cell may overwrite the globals. */
const { env, pid } = process;

/** Says that nobody goes on with a kernel whose cell wanted its process to end: then it ends. */
const VARIABLE = "EIGHTFOLD_EXIT";

/** Signals that end no process by default. */
const HARMLESS: ReadonlySet<string> = new Set(["SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"]);

interface Ways {
  /** Ends what runs, as a stop does, and says how its cell ended. */
  endCell(outcome: ExecuteOutcome): never;
  /** Ends the process. */
  endProcess(code: number): never;
}

/** Puts functions around those of `process`, which also forgets the command line of the kernel. */
export function captureExits({ endCell, endProcess }: Ways): void {
  process.argv = [process.execPath, join(process.cwd(), "cell.ts")]; // as `import.meta.filename` has it
  if (env[VARIABLE] === "kernel") {
    process.exit = (code) => endProcess(exitCode(code));
    return;
  }
  process.exit = (code) => {
    const wanted = exitCode(code);
    process.exitCode = undefined;
    callListeners(wanted);
    return endCell(wanted === 0 ? ENDED : failed("Exit", `process.exit(${wanted})`));
  };
  process.abort = () => endCell(failed("Abort", "process.abort()"));
  const { kill } = process;
  process.kill = (target, signal = "SIGTERM") => {
    const name = nameOf(signal);
    const isOwn = target === pid || target === 0 || target === -pid;
    const isDeadly = name !== undefined && !HARMLESS.has(name) && process.listenerCount(name) === 0;
    return isOwn && isDeadly ? endCell(failed("Killed", `process.kill(${target}, "${name}")`)) : kill(target, signal);
  };
}

const ENDED: ExecuteOutcome = { status: "ok", userExpressions: {} };

function failed(ename: string, by: string): ExecuteOutcome {
  const evalue = `${by} has ended the cell; the kernel runs on, and variables keep the values they had`;
  return { status: "error", ename, evalue, traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`] };
}

/** As Node takes it: without a code, what `process.exitCode` says. */
function exitCode(code: unknown): number {
  if (code !== undefined) process.exitCode = code as number; // which refuses what is no code
  return Number(process.exitCode ?? 0);
}

/** What cells have asked to be told of the end; each is told once. */
function callListeners(code: number): void {
  for (const listener of process.listeners("exit")) {
    if (!isCellCode(listener)) continue;
    process.removeListener("exit", listener);
    listener.call(process, code);
  }
}

/** Undefined for 0, which only asks, and for what is no signal. */
function nameOf(signal: string | number): NodeJS.Signals | undefined {
  const found = Object.entries(constants.signals).find(([name, number]) => signal === name || signal === number);
  return found?.[0] as NodeJS.Signals | undefined;
}
