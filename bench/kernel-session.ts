/** @file A kernel process driven by our own client, whichever kernel it is: the same client times ours and the peers. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectClient, createConnection } from "@eightfold/kernel/channels";
import { connectKernel, type KernelClient, type Received } from "./kernel-client.ts";

const PATIENCE_MS = 120_000;

export interface KernelSession {
  /** from spawning the process until kernel_info_reply came */
  readonly startMs: number;
  readonly client: KernelClient;
  /** resident memory of the process and its children, MB */
  memoryMb(): number;
  /** What it has written to stderr. */
  log(): string;
  /** Another client. */
  connect(): Promise<KernelClient>;
  /** @throws Error when the cell does not end or fails */
  execute(code: string): Promise<Received>;
  /** Presses the stop button, by a message on control or by SIGINT. */
  interrupt(mode: "message" | "signal"): Promise<void>;
  stop(): Promise<void>;
}

/** How a kernel is started, given its connection file. */
export type KernelProgram = (connectionFile: string) => {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** working directory; an empty folder when undefined */
  readonly cwd?: string;
};

/** A task in a kernel of its own: one that lost an idle or an error in one task must not be blamed for it in the next. */
export async function inFreshKernel<Result>(
  program: KernelProgram,
  task: (kernel: KernelSession) => Promise<Result>,
): Promise<Result> {
  const kernel = await startKernel(program);
  try {
    return await task(kernel);
  } finally {
    await kernel.stop();
  }
}

/** Starts a kernel and returns once it has answered kernel_info and its IOPub messages arrive. */
export async function startKernel(program: KernelProgram): Promise<KernelSession> {
  const folder = await mkdtemp(join(tmpdir(), "eightfold-bench-"));
  const connection = await createConnection();
  const connectionFile = join(folder, "connection.json");
  await writeFile(connectionFile, JSON.stringify(connection), { mode: 0o600 });
  const { argv, env, cwd = folder } = program(connectionFile);
  const [file = "", ...words] = argv;

  const started = performance.now();
  const child = spawn(file, words, {
    cwd,
    env: { ...process.env, EIGHTFOLD_HISTORY: join(folder, "history.jsonl"), ...env }, // not the user's own
    stdio: ["ignore", "ignore", "pipe"],
  });
  const log: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => log.push(text));
  await untilListening(connection.shell_port, child, log);
  await firstAnswer(connection);
  const startMs = performance.now() - started;
  const client = await connectKernel(connection);
  const clients = [client];

  return {
    startMs,
    client,
    memoryMb: () => residentMb(child.pid ?? 0),
    log: () => log.join(""),
    async connect() {
      const another = await connectKernel(connection);
      clients.push(another);
      return another;
    },
    async execute(code) {
      const received = await client.request("execute_request", { code, ...EXECUTE }, PATIENCE_MS);
      const { ended, reply } = received;
      if (!ended) throw new Error(`no end of a cell in ${PATIENCE_MS / 1000} s: ${code.slice(0, 80)}`);
      if (reply.status !== "ok") throw new Error(`${reply.ename}: ${reply.evalue}`);
      return received;
    },
    async interrupt(mode) {
      if (mode === "signal") child.kill("SIGINT");
      else await client.control("interrupt_request", {});
    },
    async stop() {
      const gone = once(child, "exit");
      if (child.exitCode === null && child.signalCode === null) {
        await client.control("shutdown_request", { restart: false });
        await Promise.race([gone, sleep(5000).then(() => child.kill("SIGKILL"))]);
      }
      for (const one of clients) one.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a frontend sends with a cell. */
export const EXECUTE = {
  silent: false,
  store_history: true,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: true,
} as const;

/** Waits for the port itself: a socket that had tried too early would wait for ZeroMQ's own retry, 100 ms and more. */
async function untilListening(port: number, child: ChildProcess, log: readonly string[]): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  while (performance.now() < patience) {
    if (child.exitCode !== null) break;
    const socket = connect(port, "127.0.0.1");
    const listening = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (listening) return;
    await sleep(1);
  }
  child.kill("SIGKILL");
  throw new Error(`${child.spawnargs.join(" ")} did not listen on its shell port:\n${log.join("")}`);
}

/** The reply on shell alone: IOPub may not be connected yet. */
async function firstAnswer(connection: Parameters<typeof connectClient>[0]): Promise<void> {
  const channels = connectClient(connection);
  const answered = new Promise<void>((resolve) => {
    channels.onMessage((channel) => {
      if (channel === "shell") resolve();
    });
  });
  await channels.send("shell", "kernel_info_request", {});
  await Promise.race([answered, sleep(PATIENCE_MS, undefined, { ref: false })]);
  channels.close();
}

function residentMb(pid: number): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [pid: number, parent: number, kilobytes: number]);
  const family = new Set([pid]);
  for (const [child, parent] of processes.toSorted(([a], [b]) => a - b)) if (family.has(parent)) family.add(child);
  return processes.filter(([member]) => family.has(member)).reduce((sum, [, , kilobytes]) => sum + kilobytes, 0) / 1024;
}
