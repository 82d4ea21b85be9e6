/** @file One client of a kernel, ours or a peer's: sends a request and gathers all that it causes, also what comes too late. */
import { type ClientChannels, connectClient } from "@eightfold/kernel/channels";
import type { ConnectionInfo, JsonObject, Message } from "@eightfold/kernel/wire";

/** All that a request caused until its reply and its idle had both come. */
export interface Received {
  /** false when they did not come in time */
  readonly ended: boolean;
  readonly milliseconds: number;
  readonly reply: JsonObject;
  readonly stdout: string;
  /** text/plain of the execute_result */
  readonly result: string | undefined;
  /** types of the outputs, neighbouring pieces of one stream counted once */
  readonly types: readonly string[];
}

export interface KernelClient {
  /** @param onOutput told each output as it comes */
  request(
    type: string,
    content: JsonObject,
    patienceMs: number,
    onOutput?: (type: string, content: JsonObject) => void,
  ): Promise<Received>;
  /** Sends on control and waits for nothing. */
  control(type: string, content: JsonObject): Promise<void>;
  /** How many outputs have come after their request's idle since this was last asked. */
  takeAfterIdle(): number;
  close(): void;
}

/** What is known of a request while its messages come. */
interface Gathered {
  reply: JsonObject | undefined;
  idle: boolean;
  outputs: Message[];
  onOutput: (type: string, content: JsonObject) => void;
  wake: () => void;
}

/** Connects and waits until IOPub messages arrive: a subscription takes a moment to reach the publisher. */
export async function connectKernel(connection: ConnectionInfo): Promise<KernelClient> {
  const channels = connectClient(connection);
  const gathered = new Map<string, Gathered>();
  let heard = false;
  let afterIdle = 0;

  function gather(id: string): Gathered {
    const known = gathered.get(id);
    if (known !== undefined) return known;
    const fresh: Gathered = { reply: undefined, idle: false, outputs: [], onOutput() {}, wake() {} };
    gathered.set(id, fresh); // an answer may overtake the word that its request is sent
    return fresh;
  }

  channels.onMessage((channel, message) => {
    const { parent_header, header, content } = message;
    heard ||= channel === "iopub";
    if (parent_header.msg_id === undefined) return;
    const request = gather(parent_header.msg_id);
    if (channel !== "iopub") request.reply = content;
    else if (header.msg_type === "status") request.idle ||= content.execution_state === "idle";
    else if (header.msg_type !== "execute_input") {
      if (request.idle) afterIdle++;
      request.outputs.push(message);
      request.onOutput(header.msg_type, content);
    }
    request.wake();
  });

  const client: KernelClient = {
    async request(type, content, patienceMs, onOutput = () => {}) {
      const started = performance.now();
      const { msg_id } = await channels.send("shell", type, content);
      const request = gather(msg_id);
      for (const { header, content: early } of request.outputs) onOutput(header.msg_type, early);
      request.onOutput = onOutput;
      const ended = await finished(request, patienceMs);
      const milliseconds = performance.now() - started;
      setTimeout(() => gathered.delete(msg_id), FORGET_MS).unref();
      return { ended, milliseconds, reply: request.reply ?? {}, ...summary(request.outputs) };
    },
    control: async (type, content) => void (await channels.send("control", type, content)),
    takeAfterIdle() {
      const taken = afterIdle;
      afterIdle = 0;
      return taken;
    },
    close: () => channels.close(),
  };
  await untilHeard(channels, () => heard);
  return client;
}

/** An output that comes later than this is not noticed. */
const FORGET_MS = 2000;

function finished(request: Gathered, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    request.wake = () => {
      if (request.reply === undefined || !request.idle) return;
      clearTimeout(timer);
      resolve(true);
    };
    request.wake();
  });
}

function summary(outputs: readonly Message[]): Pick<Received, "stdout" | "result" | "types"> {
  const stdout: string[] = [];
  const types: string[] = [];
  let result: string | undefined;
  let last = "";
  for (const { header, content } of outputs) {
    const stream = header.msg_type === "stream" ? String(content.name) : "";
    if (stream === "stdout") stdout.push(String(content.text));
    if (header.msg_type === "execute_result") result = String((content.data as JsonObject)["text/plain"]);
    if (stream === "" || stream !== last) types.push(header.msg_type);
    last = stream;
  }
  return { stdout: stdout.join(""), result, types };
}

async function untilHeard(channels: ClientChannels, heard: () => boolean): Promise<void> {
  while (!heard()) {
    await channels.send("shell", "kernel_info_request", {});
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 200)); // what these requests still publish is not counted on the first cell
}
