/** @file The kernel: a table from message type to handler; busy before, idle after, always. */
import type { Incoming, ServerChannels } from "./channels/index.ts";
import type { MainThread } from "./main-thread-link.ts";
import { type Asker, createQuestions } from "./questions.ts";
import type { Question } from "./thread-messages.ts";
import {
  abortedReply,
  createMessage,
  createSession,
  type ErrorContent,
  errorOutput,
  errorReply,
  executeReply,
  isCompleteReply,
  type JsonObject,
  kernelInfoReply,
  type Message,
  type Output,
  parseExecuteRequest,
  shutdownReply,
} from "./wire/index.ts";

type Handler = (request: Message, incoming: Incoming) => Promise<JsonObject> | JsonObject;

export interface Kernel {
  receive(incoming: Incoming): void;
  /** An output of a cell; resolves when the socket has taken it. */
  publishOutput(cell: string, output: Output): Promise<void>;
  /** An error of a cell that has ended. */
  publishLateError(cell: string, error: ErrorContent): void;
  /** Asks the frontend that runs a cell for a line of input. */
  ask(cell: string, question: Question): void;
  /** Interrupts as the interrupt_request does. */
  interrupt(): Promise<void>;
}

interface KernelParts {
  /** Bound sockets. */
  readonly channels: ServerChannels;
  /** Where cells run. */
  readonly mainThread: MainThread;
  /** Of this package. */
  readonly version: string;
  log(line: string): void;
  /** Sends what is queued and closes the sockets. */
  close(): Promise<void>;
}

/** A kernel on its sockets. */
export function createKernel({ channels, mainThread, version, log, close }: KernelParts): Kernel {
  const session = createSession();
  const requests = new Map<string, Asker>(); // cell -> what asked for it, for outputs that come late
  const queue: Incoming[] = []; // shell requests: one at a time
  const aborted = new WeakSet<Message>();
  const questions = createQuestions({ channels, session, answer: mainThread.answer, log });
  let executionCount = 0;
  let serving = false;

  const shell: Record<string, Handler> = {
    kernel_info_request: () => kernelInfoReply(version),
    execute_request: execute,
    is_complete_request: async ({ content }) =>
      isCompleteReply(await mainThread.completeness(String(content.code ?? ""))),
    comm_info_request: () => ({ status: "ok", comms: {} }), // no target can be registered, so none is open
    shutdown_request: shutDown,
  };
  const control: Record<string, Handler> = {
    kernel_info_request: () => kernelInfoReply(version),
    interrupt_request: async () => {
      await mainThread.interrupt();
      return { status: "ok" };
    },
    shutdown_request: shutDown,
  };

  function publish(type: string, content: JsonObject, parent: Message["parent_header"]): Promise<void> {
    return channels.publish(createMessage({ type, session, content, parent }));
  }

  async function execute(request: Message, { identities }: Incoming): Promise<JsonObject> {
    const { code, silent, userExpressions, stopOnError, allowStdin } = parseExecuteRequest(request.content);
    const cell = request.header.msg_id;
    if (!silent) executionCount++;
    requests.set(cell, { header: request.header, identities });
    if (!silent) void publish("execute_input", { code, execution_count: executionCount }, request.header);
    const outcome = await mainThread.run({ cell, code, executionCount, silent, userExpressions, allowStdin });
    if (outcome.status === "error") {
      if (!silent) void publishOutput(cell, errorOutput(outcome));
      if (stopOnError) abortQueued();
    }
    return executeReply(executionCount, outcome);
  }

  /** What waits behind a failed cell was sent before its sender knew: it must not run. */
  function abortQueued(): void {
    for (const { message } of queue) if (message.header.msg_type === "execute_request") aborted.add(message);
  }

  function shutDown({ content }: Message): JsonObject {
    setTimeout(async () => {
      await close();
      mainThread.exit();
      setTimeout(() => process.kill(process.pid, "SIGKILL"), 500); // a cell that never yields cannot exit
    }, 0);
    return shutdownReply(content);
  }

  async function answer(incoming: Incoming): Promise<void> {
    const { channel, message, identities } = incoming;
    const { msg_type } = message.header;
    const handler = (channel === "control" ? control : shell)[msg_type];
    void publish("status", { execution_state: "busy" }, message.header);
    if (handler === undefined) log(`${msg_type} on ${channel} is not answered (docs/protocol.md lists what is)`);
    else {
      const content = aborted.has(message) ? abortedReply(executionCount) : await attempt(handler, incoming);
      const type = msg_type.replace(/_request$/, "_reply");
      void channels.send(channel, createMessage({ type, session, content, parent: message.header }), identities);
    }
    await publish("status", { execution_state: "idle" }, message.header);
  }

  async function serveQueue(): Promise<void> {
    if (serving) return;
    serving = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await answer(next);
    serving = false;
  }

  function publishOutput(cell: string, { type, content }: Output): Promise<void> {
    return publish(type, content, requests.get(cell)?.header ?? {});
  }

  void publish("status", { execution_state: "starting" }, {});
  return {
    receive(incoming) {
      if (incoming.channel === "shell") {
        queue.push(incoming);
        void serveQueue();
      } else if (incoming.channel === "stdin") questions.take(incoming);
      else void answer(incoming);
    },
    publishOutput,
    publishLateError: (cell, error) => void publishOutput(cell, errorOutput(error)),
    ask(cell, question) {
      const asker = requests.get(cell);
      if (asker !== undefined) questions.ask(asker, question);
    },
    interrupt: () => mainThread.interrupt(),
  };
}

/** A request that a handler cannot serve is answered, like one that it can. */
async function attempt(handler: Handler, incoming: Incoming): Promise<JsonObject> {
  try {
    return await handler(incoming.message, incoming);
  } catch (error) {
    return errorReply({ ename: (error as Error).name, evalue: (error as Error).message, traceback: [] });
  }
}
