/** @file A frontend for tests: starts the built kernel on real sockets and speaks the protocol with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { kernelCommand } from "@eightfold/kernel";
import { type ClientChannel, type ClientChannels, connectClient, createConnection } from "@eightfold/kernel/channels";
import type { ConnectionInfo, JsonObject, Message } from "@eightfold/kernel/wire";

/** All that a request caused. */
export interface Exchange {
  /** Content of the reply. */
  readonly reply: JsonObject;
  /** Messages on IOPub whose parent is the request, up to its `idle`. */
  readonly iopub: readonly Message[];
  /** The same without status and execute_input: [type, content]. */
  readonly outputs: readonly (readonly [string, JsonObject])[];
}

/** What a kernel has sent before it ended arrives within this. */
const LAST_MESSAGES_MS = 1000;

export interface Frontend {
  readonly process: ChildProcess;
  readonly connection: ConnectionInfo;
  readonly channels: ClientChannels;
  /** Every message that came, with its channel. */
  readonly messages: readonly { readonly channel: string; readonly message: Message }[];
  request(type: string, content: JsonObject, channel?: ClientChannel): Promise<Exchange>;
  execute(code: string, options?: JsonObject): Promise<Exchange>;
  /** What the kernel has written to its log so far. */
  log(): string;
  /** Resolves when the log has the pattern. */
  logged(pattern: RegExp): Promise<void>;
  /** Resolves when a message satisfies the condition, also one that came before. */
  until(condition: (message: Message) => boolean): Promise<Message>;
}

/**
 * A running kernel; it ends with the test.
 *
 * @param cwd folder of the imagined notebook
 * @param env added to the kernel's environment
 */
export async function startFrontend(
  t: TestContext,
  cwd: string = import.meta.dirname,
  env: Readonly<Record<string, string>> = {},
): Promise<Frontend> {
  const connection = await createConnection();
  const folder = mkdtempSync(join(tmpdir(), "eightfold-test-"));
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const channels = connectClient(connection);
  const messages: { channel: string; message: Message }[] = [];
  const waiting = new Set<() => void>();
  const hopeless = new Set<() => void>();
  channels.onMessage((channel, message) => {
    messages.push({ channel, message });
    for (const look of waiting) look();
  });
  const { argv } = kernelCommand(file);
  const child = spawn(String(argv[0]), argv.slice(1), {
    cwd,
    stdio: ["ignore", "inherit", "pipe"],
    env: {
      ...process.env,
      JPY_PARENT_PID: String(process.pid), // it ends with the test, even one that is killed
      EIGHTFOLD_HISTORY: join(folder, "history.jsonl"),
      ...env,
    },
  });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
    for (const look of waiting) look();
  });
  child.once("exit", () =>
    setTimeout(() => {
      for (const giveUp of hopeless) giveUp();
    }, LAST_MESSAGES_MS).unref(),
  );
  t.after(() => {
    hopeless.clear();
    if (child.exitCode || child.signalCode) process.stderr.write(log);
    child.kill("SIGKILL");
    channels.close();
    rmSync(folder, { recursive: true });
  });

  function until(condition: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = messages.find(({ message }) => condition(message));
        if (found === undefined) return;
        waiting.delete(look);
        hopeless.delete(giveUp);
        resolve(found.message);
      };
      const giveUp = (): void => {
        waiting.delete(look);
        reject(new Error(`the kernel has ended (${child.exitCode ?? child.signalCode}): ${log}`));
      };
      waiting.add(look);
      hopeless.add(giveUp);
      look();
    });
  }

  async function request(type: string, content: JsonObject, channel: ClientChannel = "shell"): Promise<Exchange> {
    const { msg_id } = await channels.send(channel, type, content);
    const mine = (message: Message): boolean => message.parent_header.msg_id === msg_id;
    const reply = await until((message) => mine(message) && message.header.msg_type.endsWith("_reply"));
    await until((message) => mine(message) && message.content.execution_state === "idle");
    const iopub = messages.filter(({ channel: from, message }) => from === "iopub" && mine(message));
    const outputs = iopub
      .map(({ message }) => [message.header.msg_type, message.content] as const)
      .filter(([msg_type]) => msg_type !== "status" && msg_type !== "execute_input");
    return { reply: reply.content, iopub: iopub.map(({ message }) => message), outputs };
  }

  const frontend: Frontend = {
    process: child,
    connection,
    channels,
    messages,
    request,
    until,
    log: () => log,
    logged: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!pattern.test(log)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    execute: (code, options = {}) => request("execute_request", { code, ...options }),
  };
  // A subscription takes a moment to reach the kernel: ask until an answer is heard on IOPub too.
  const heard = until((message) => message.header.msg_type === "status" && message.parent_header.msg_id !== undefined);
  const ask = setInterval(() => void channels.send("shell", "kernel_info_request", {}), 50);
  await channels.send("shell", "kernel_info_request", {});
  const died = new Promise<never>((_, reject) => {
    child.once("exit", (code, signal) =>
      reject(new Error(`the kernel ended (${code ?? signal}) before it answered: ${log}`)),
    );
  });
  died.catch(() => undefined); // it may well end later
  await Promise.race([heard, died]).finally(() => clearInterval(ask));
  return frontend;
}

/** Text of the streams of that name, joined. */
export function streamText({ outputs }: Exchange, name: "stdout" | "stderr" = "stdout"): string {
  return outputs
    .filter(([type, content]) => type === "stream" && content.name === name)
    .map(([, content]) => content.text)
    .join("");
}

/** The plain text of the cell's result; undefined when it has none. */
export function resultText({ outputs }: Exchange): unknown {
  const result = outputs.find(([type]) => type === "execute_result")?.[1];
  return (result?.data as JsonObject | undefined)?.["text/plain"];
}
