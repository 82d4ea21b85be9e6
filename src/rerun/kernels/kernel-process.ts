/** @file A kernel's process: started, waited for until no output can be lost, watched, and always ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectClient, createConnection, createSocketConnection } from "@eightfold/kernel/channels";
import type { ConnectionInfo } from "@eightfold/kernel/wire";
import type { JsonObject } from "../json-text.ts";
import { fileProblem } from "../notebook/notebook.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import type { Command, Sandbox } from "../sandbox/sandbox.ts";
import { within } from "../wait.ts";
import type { KernelLaunch } from "./kernel-launch.ts";
import { Requests } from "./requests.ts";

export interface Kernel {
  readonly requests: Requests;
  /** Content of the kernel_info_reply. */
  readonly info: JsonObject;
  /** Resolves when the process has ended and no message of it is left to come. */
  readonly death: Promise<KernelDeath>;
  /** Asks the running cell to end, in the way that this kernel understands. */
  interrupt(): Promise<void>;
  /** Ends it at once. */
  kill(why?: string): void;
  /** Asks it to shut down, and ends it when it does not. */
  stop(): Promise<void>;
}

export interface KernelDeath {
  /** "exit code 1" or "signal SIGKILL", or what it was killed for. */
  readonly how: string;
  /** The last lines that it wrote to its standard output and error. */
  readonly lastLines: readonly string[];
}

export interface KernelOptions {
  readonly launch: KernelLaunch;
  /** Its working directory. */
  readonly cwd: string;
  /** Variables that are set for it beside those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** What it is shut into; undefined to run it as it is. */
  readonly sandbox: Sandbox | undefined;
  /** Resolves when the user wants no more. */
  readonly stopped: Promise<void>;
  /** How long it may take to answer for the first time, milliseconds. */
  readonly startLimitMs: number;
  /** Bytes of one message; a kernel that sends a larger one is ended before the message is read. */
  readonly messageLimit: number;
}

/** Why a kernel is ended that sends more than is kept. */
export function tooMuch(limit: number): string {
  return `its output was more than ${limit / 2 ** 20} MiB (hint: --output-limit MIB)`;
}

/** Its answers are looked for again when IOPub was not yet connected while it gave the first. */
const ASK_AGAIN_MS = 100;
/** How long it may take to shut down. */
const STOP_LIMIT_MS = 3_000;
/** After a death no idle will come: what the sockets still hold has come when they have been quiet for this long. */
const QUIET_MS = 150;
/** How long its standard error may stay open after its end, held by a process that left its group. */
const LAST_WORDS_MS = 1_000;
const KEPT_LINES = 20;

/**
 * Starts a kernel and waits until it answers on all channels.
 *
 * @returns the kernel; or why it did not start
 */
export async function startKernel(options: KernelOptions): Promise<Outcome<Kernel>> {
  const { launch, sandbox, messageLimit } = options;
  const prepared = await prepare(sandbox !== undefined);
  if (!prepared.ok) return prepared;
  const { folder, connection } = prepared.value;
  const onTooLarge = () => spawned.kill(tooMuch(messageLimit));
  const channels = connectClient(connection, { messageLimit, onTooLarge });
  const spawned = spawnKernel(options, folder, connection);
  const { child, ended, kill } = spawned;
  const reached = child.pid === undefined ? undefined : sandbox?.reach(child.pid, connection, ended);

  let lastMessage = 0;
  channels.onMessage(() => {
    lastMessage = performance.now();
  });
  const requests = new Requests(channels);
  let alive = true;
  const death = ended.then(async (end) => {
    alive = false;
    lastMessage = performance.now();
    while (performance.now() - lastMessage < QUIET_MS) await delay(QUIET_MS / 3);
    channels.close();
    (await reached)?.();
    rmSync(folder, { recursive: true, force: true });
    return end;
  });

  async function stop(): Promise<void> {
    if (alive) {
      await requests.send("control", "shutdown_request", { restart: false });
      await within(STOP_LIMIT_MS, ended);
      kill();
    }
    await death;
  }

  async function interrupt(): Promise<void> {
    if (launch.interruptMode === "message") await requests.send("control", "interrupt_request", {});
    else if (sandbox !== undefined && child.pid !== undefined) sandbox.interrupt(child.pid);
    else signalGroup(child, "SIGINT"); // what a cell waits for must end too, as at a terminal
  }

  const info = await firstAnswer(requests, ended, options);
  if (info.ok) return success({ requests, info: info.value, death, interrupt, kill, stop });
  kill();
  await death;
  return info;
}

/** A folder for the kernel's connection; outside of a sandbox with its file, which holds the key. */
async function prepare(sandboxed: boolean): Promise<Outcome<{ folder: string; connection: ConnectionInfo }>> {
  const temporary = temporaryFolder();
  try {
    const folder = mkdtempSync(join(temporary, "eightfold-"));
    const connection = sandboxed ? createSocketConnection(folder) : await createConnection();
    if (!sandboxed) writeFileSync(join(folder, "connection.json"), JSON.stringify(connection), { mode: 0o600 });
    return success({ folder, connection });
  } catch (error) {
    return failure(`no kernel can be started with the folder ${temporary}: ${fileProblem(error)} (hint: TMPDIR)`);
  }
}

function spawnKernel(
  { launch, cwd, env, sandbox }: KernelOptions,
  folder: string,
  connection: ConnectionInfo,
): { child: ChildProcess; ended: Promise<KernelDeath>; kill(why?: string): void } {
  const variables = { ...launch.env, ...env };
  const command =
    sandbox === undefined
      ? plainCommand(launch.argv, variables, folder, cwd)
      : sandbox.enclose(launch.argv, variables, folder, connection);
  const [program = process.execPath, ...parameters] = command.argv;
  const child = spawn(program, parameters, {
    cwd: command.cwd,
    env: command.env,
    stdio: command.stdio,
    detached: true, // a group of its own: Ctrl-C reaches it by our word only, and its children end with it
  });
  child.stdin?.end(command.input);
  child.stdin?.on("error", () => {}); // its end is told by "exit"
  const lastLines = keepLastLines(child);
  let killedFor: string | undefined;
  function kill(why?: string): void {
    killedFor ??= why;
    killGroup(child);
  }
  running.add(child);
  const watch = child.pid === undefined ? undefined : sandbox?.watch(child.pid, kill);
  const outputClosed = new Promise((resolve) => child.once("close", resolve));
  const ended = new Promise<KernelDeath>((resolve) => {
    child.once("error", (error) => resolve({ how: error.message, lastLines }));
    child.once("exit", (code, signal) => {
      running.delete(child);
      watch?.stop();
      killGroup(child); // what it started must not outlive it, nor hold its output open
      const said = howItEnded(code, signal, sandbox !== undefined);
      const end = killedFor === undefined ? { how: said, lastLines } : { how: killedFor, lastLines: [] };
      void within(LAST_WORDS_MS, outputClosed).then(() => resolve(end));
    });
  });
  return { child, ended, kill };
}

/** The system's folder for temporary files; /tmp when its path leaves no room for a socket's name. */
function temporaryFolder(): string {
  return Buffer.byteLength(tmpdir()) > 70 ? "/tmp" : tmpdir();
}

/** A kernel that is shut into nothing. */
function plainCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
  cwd: string,
): Command {
  const connectionFile = join(folder, "connection.json");
  return {
    argv: argv.map((word) => word.replaceAll("{connection_file}", connectionFile)),
    // a kernel that watches this process ends with it, should it be killed outright
    env: { ...process.env, EIGHTFOLD_HISTORY: "off", JPY_PARENT_PID: String(process.pid), ...env },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    input: undefined,
  };
}

/** Kernels that end with this process, whatever ends it. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child);
});

/** A shell, such as the one around a sandboxed kernel, reports a signal as 128 and its number. */
function howItEnded(code: number | null, signal: NodeJS.Signals | null, byShell: boolean): string {
  const name = Object.entries(constants.signals).find(([, number]) => byShell && code === 128 + number)?.[0];
  const said = signal ?? name;
  return said === undefined ? `exit code ${code}` : `signal ${said}`;
}

/** The kernel's own words, kept in a list that is filled while it lives. */
function keepLastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => {
      const pieces = (rest + text).split("\n");
      rest = (pieces.pop() ?? "").slice(-1000);
      keep(pieces);
    });
    stream?.on("end", () => keep([rest]));
  }
  function keep(pieces: readonly string[]): void {
    lines.push(...pieces.filter((line) => line.trim() !== "").slice(-KEPT_LINES));
    lines.splice(0, lines.length - KEPT_LINES);
  }
  return lines;
}

async function firstAnswer(
  requests: Requests,
  ended: Promise<KernelDeath>,
  { stopped, startLimitMs }: KernelOptions,
): Promise<Outcome<JsonObject>> {
  const deadline = performance.now() + startLimitMs;
  const gone = Promise.race([ended, stopped.then(() => "stopped" as const)]);
  let heardIopub = (): void => {};
  const iopub = new Promise<true>((resolve) => {
    heardIopub = () => resolve(true);
  });
  while (performance.now() < deadline) {
    const { replied } = await requests.send("shell", "kernel_info_request", {}, heardIopub);
    const answer = await within(
      deadline - performance.now(),
      Promise.race([replied.then((info) => ({ info })), gone.then((why) => ({ why }))]),
    );
    if (answer === undefined) break;
    if ("info" in answer) {
      if (await within(ASK_AGAIN_MS, iopub)) return success(answer.info);
    } else if (answer.why === "stopped") {
      return failure("stopped before the kernel was ready");
    } else {
      return failure(`the kernel ended before it was ready (${describeDeath(answer.why)})`);
    }
  }
  return failure(`the kernel did not answer within ${startLimitMs / 1000} s (hint: --start-timeout SECONDS)`);
}

/** Lines of a log that tell what a kernel does, not why it died: ipykernel's, and those that Node adds to an error or an abort. */
const NO_CAUSE =
  /^\s*(?:\[[^\]]*\] (?:INFO|DEBUG|WARNING)\b|\[?(?:INFO|DEBUG|WARNING)\b|at |Node\.js v\d|\d+: |-{5})|Kernel is running over TCP|\bWarning: /;

/** How it died and the line of its last words that says why, when one does. A kernel that was killed had no say in it. */
export function describeDeath({ how, lastLines }: KernelDeath): string {
  const causes = lastLines.filter((line) => !NO_CAUSE.test(line));
  const isKilled = how === "signal SIGKILL" || how === "signal SIGTERM";
  const lastWords = isKilled ? undefined : (causes.findLast((line) => /error/i.test(line)) ?? causes.at(-1));
  return lastWords === undefined ? how : `${how}: ${lastWords.trim()}`;
}

function killGroup(child: ChildProcess): void {
  signalGroup(child, "SIGKILL");
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error; // nobody is left in the group, or nobody that we may end
  }
}
