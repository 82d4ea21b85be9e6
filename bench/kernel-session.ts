/** @file A kernel process driven by our own client, whichever kernel it is: the same client times ours and the peer. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClientChannels, connectClient, createConnection } from "@eightfold/kernel/channels";

const PATIENCE_MS = 120_000;

export interface Executed {
  /** from sending the request until its reply and its idle have both come */
  milliseconds: number;
  stdout: string;
  /** text/plain of the execute_result */
  result: string | undefined;
}

export interface KernelSession {
  /** from spawning the process until kernel_info_reply came */
  startMs: number;
  /** resident memory of the process and its children */
  memoryMb(): Promise<number>;
  execute(code: string): Promise<Executed>;
  stop(): Promise<void>;
}

type Command = (connectionFile: string) => { argv: readonly string[]; env: Readonly<Record<string, string>> };

/** Starts a kernel and returns once it has answered kernel_info and its IOPub messages arrive. */
export async function startKernel(command: Command): Promise<KernelSession> {
  const folder = await mkdtemp(join(tmpdir(), "eightfold-bench-"));
  const connection = await createConnection();
  const connectionFile = join(folder, "connection.json");
  await writeFile(connectionFile, JSON.stringify(connection));
  const { argv, env } = command(connectionFile);
  const [program = "", ...args] = argv;

  const started = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const log: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => log.push(text));
  await untilListening(connection.shell_port, child, log);
  const client = connectClient(connection);
  await ask(client, "kernel_info_request", {});
  const startMs = performance.now() - started;
  await untilSubscribed(client);

  return {
    startMs,
    memoryMb: async () => residentMb(child.pid ?? 0),
    execute: (code) => execute(client, code),
    async stop() {
      const gone = once(child, "exit");
      await client.send("control", "shutdown_request", { restart: false });
      await Promise.race([gone, sleep(5000).then(() => child.kill("SIGKILL"))]);
      client.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

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

/** A subscription takes a moment to reach the publisher: ask until a status comes. */
async function untilSubscribed(client: ClientChannels): Promise<void> {
  let subscribed = false;
  const stop = client.onMessage((channel) => {
    subscribed ||= channel === "iopub";
  });
  while (!subscribed) {
    await ask(client, "kernel_info_request", {});
    await sleep(10);
  }
  stop();
  await sleep(200); // what the last request still publishes is not counted on the first cell
}

function execute(client: ClientChannels, code: string): Promise<Executed> {
  const stdout: string[] = [];
  let result: string | undefined;
  const content = {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  return ask(client, "execute_request", content, (type, given) => {
    if (type === "stream" && given.name === "stdout") stdout.push(String(given.text));
    if (type === "execute_result") result = String((given.data as Record<string, unknown>)["text/plain"]);
  }).then((milliseconds) => ({ milliseconds, stdout: stdout.join(""), result }));
}

type Published = (type: string, content: Readonly<Record<string, unknown>>) => void;

/** Sends on shell; resolves with the milliseconds until the reply, and for a cell its idle too, have come. */
async function ask(
  client: ClientChannels,
  type: string,
  content: Parameters<ClientChannels["send"]>[2],
  published?: Published,
): Promise<number> {
  const started = performance.now();
  const awaited = new Set(published === undefined ? ["shell"] : ["shell", "idle"]);
  let request: string | undefined;
  const early: (() => void)[] = []; // an answer may overtake the word that the request is sent
  let stop = (): void => undefined;
  const answered = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer to ${type} in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    const end = client.onMessage(function take(channel, message): void {
      const { header, parent_header, content: given } = message;
      if (request === undefined) early.push(() => take(channel, message));
      else if (parent_header.msg_id === request) {
        const isIdle = header.msg_type === "status" && given.execution_state === "idle";
        awaited.delete(channel === "iopub" && isIdle ? "idle" : channel);
        if (channel === "iopub" && header.msg_type === "error") reject(new Error(`${given.ename}: ${given.evalue}`));
        if (channel === "iopub") published?.(header.msg_type, given);
        if (awaited.size === 0) resolve(performance.now() - started);
      }
    });
    stop = () => {
      clearTimeout(timer);
      end();
    };
  });
  request = (await client.send("shell", type, content)).msg_id;
  for (const take of early) take();
  return answered.finally(stop);
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
