/** @file The kernel: a table from message type to handler; busy before, idle after, always. */

import { remember } from "../cell/recent.ts";
import type { Incoming, ServerChannels } from "../channels/index.ts";
import type { Debugger } from "../debug/index.ts";
import type { Question } from "../thread-messages.ts";
import {
  abortedReply,
  type CommContent,
  type ConnectionInfo,
  commInfoReply,
  connectReply,
  createMessage,
  createSession,
  debugEvent,
  type ErrorContent,
  errorOutput,
  errorReply,
  executeReply,
  historyReply,
  isCompleteReply,
  type JsonObject,
  kernelInfoReply,
  type Message,
  type Output,
  parseComm,
  parseExecuteRequest,
  parseHistoryRequest,
  shutdownReply,
  streamOutput,
  unknownReply,
} from "../wire/index.ts";
import { createHelp } from "./help.ts";
import type { History } from "./history.ts";
import type { MainThread } from "./main-thread-link.ts";
import { createOpenComms } from "./open-comms.ts";
import { type Asker, createQuestions } from "./questions.ts";

/** Gives the reply's content; undefined for a message that gets no reply. */
type Handler = (request: Message, incoming: Incoming) => Promise<JsonObject | undefined> | JsonObject | undefined;

export interface Kernel {
  receive(incoming: Incoming): void;
  /** An output of a cell; resolves when the socket has taken it. */
  publishOutput(cell: string, output: Output): Promise<void>;
  /** An error of a cell that has ended. */
  publishLateError(cell: string, error: ErrorContent): void;
  /** Asks the frontend that runs a cell for a line of input. */
  ask(cell: string, question: Question): void;
  /** Something that a debugger wants to know of. */
  publishDebugEvent(event: string, body: JsonObject): void;
  /** Interrupts as the interrupt_request does. */
  interrupt(): Promise<void>;
}

interface KernelParts {
  /** Bound sockets. */
  readonly channels: ServerChannels;
  /** Where cells run. */
  readonly mainThread: MainThread;
  /** Serves debug_request. */
  readonly debugging: Pick<Debugger, "request" | "cellEnded">;
  /** What the sockets are bound to. */
  readonly connection: ConnectionInfo;
  /** What was typed, now and earlier. */
  readonly history: History;
  /** Of this package. */
  readonly version: string;
  log(line: string): void;
  /** Sends what is queued, closes the sockets, and ends the process. */
  leave(): Promise<void>;
}

/** A kernel on its sockets. */
export function createKernel(parts: KernelParts): Kernel {
  const { channels, mainThread, debugging, connection, history, version, log, leave } = parts;
  const session = createSession();
  const requests = new Map<string, Asker>(); // cell -> what asked for it, for outputs that come late
  const commMessages = new Map<string, Asker>(); // as requests, apart: a slider sends thousands, and its cell is not forgotten
  const queue: Incoming[] = []; // shell requests: one at a time
  const aborted = new WeakSet<Message>();
  const questions = createQuestions({ channels, session, answer: mainThread.answer, log });
  const comms = createOpenComms();
  const help = createHelp({ directory: process.cwd(), look: mainThread.look, log });
  let executionCount = 0;
  let debugEvents = 0;
  let counted = ""; // the latest cell with a count
  let serving: string | undefined; // type of the message that is being served

  /** Answered at once, also on control while a cell spins. */
  const info = (): JsonObject => kernelInfoReply(version);
  const connect = (): JsonObject => connectReply(connection);
  const commInfo = ({ content }: Message): JsonObject => commInfoReply(comms.targets, content);
  const findHistory = ({ content }: Message): JsonObject =>
    historyReply(history.find(parseHistoryRequest(content)), content);
  const shell: Record<string, Handler> = {
    kernel_info_request: info,
    connect_request: connect,
    comm_info_request: commInfo,
    comm_open: comm,
    comm_msg: comm,
    comm_close: comm,
    execute_request: execute,
    history_request: findHistory,
    is_complete_request: async ({ content }) =>
      isCompleteReply(await mainThread.completeness(String(content.code ?? ""))),
    complete_request: ({ content }) => help.complete(content),
    inspect_request: ({ content }) => help.inspect(content),
    shutdown_request: shutDown,
  };
  const control: Record<string, Handler> = {
    kernel_info_request: info,
    connect_request: connect,
    comm_info_request: commInfo,
    history_request: findHistory,
    interrupt_request: async () => {
      await mainThread.interrupt();
      return { status: "ok" };
    },
    debug_request: async ({ content }) => {
      await mainThread.ready;
      return debugging.request(content);
    },
    shutdown_request: shutDown,
  };

  function publish(type: string, content: JsonObject, parent: Message["parent_header"]): Promise<void> {
    return channels.publish(createMessage({ type, session, content, parent }));
  }

  async function execute(request: Message, { identities }: Incoming): Promise<JsonObject> {
    const parsed = parseExecuteRequest(request.content);
    const { code, silent, userExpressions, stopOnError, allowStdin, attended, storeHistory } = parsed;
    const cell = request.header.msg_id;
    if (storeHistory) {
      history.addInput(++executionCount, code);
      counted = cell;
    }
    remember(requests, cell, { header: request.header, identities });
    if (!silent) void publish("execute_input", { code, execution_count: executionCount }, request.header);
    const toRun = {
      type: "run",
      cell,
      code,
      executionCount,
      silent,
      storeHistory,
      userExpressions,
      allowStdin,
    } as const;
    const run = () =>
      mainThread.run(toRun).finally(() => {
        help.add(code);
        debugging.cellEnded();
      });
    const show = (text: string) => void publishOutput(cell, streamOutput("stderr", text));
    const outcome = silent ? await run() : await help.checked({ code, attended, run, show });
    if (outcome.status === "error") {
      if (!silent) void publishOutput(cell, errorOutput(outcome));
      if (stopOnError) abortQueued();
    }
    return executeReply(executionCount, outcome);
  }

  async function comm({ header, content, metadata, buffers }: Message, { identities }: Incoming): Promise<undefined> {
    const said = parseComm(header.msg_type as CommContent["kind"], content);
    const cell = header.msg_id;
    remember(commMessages, cell, { header, identities });
    comms.note(said.kind, content);
    const copies = buffers.map((buffer) => new Uint8Array(buffer));
    const outcome = await mainThread.run({ type: "comm", cell, content: said, metadata, buffers: copies });
    if (outcome.status === "error") void publishOutput(cell, errorOutput(outcome));
  }

  /** What waits behind a failed cell was sent before its sender knew: it must not run. */
  function abortQueued(): void {
    for (const { message } of queue) if (message.header.msg_type === "execute_request") aborted.add(message);
  }

  function shutDown({ content }: Message): JsonObject {
    setTimeout(leave, 0); // when the reply is on its way
    return shutdownReply(content);
  }

  async function answer(incoming: Incoming): Promise<void> {
    const { channel, message, identities } = incoming;
    const { msg_type } = message.header;
    const table = channel === "control" ? control : shell;
    const handler = Object.hasOwn(table, msg_type) ? table[msg_type] : undefined;
    void publish("status", { execution_state: "busy" }, message.header);
    if (handler === undefined) log(`${msg_type} on ${channel} is unknown (docs/protocol.md lists what is not)`);
    const serve = handler ?? (() => unknownReply(msg_type));
    const content = aborted.has(message) ? abortedReply(executionCount) : await attempt(serve, incoming);
    if (msg_type.endsWith("_request") && content !== undefined) {
      const type = msg_type.replace(/_request$/, "_reply");
      void channels.send(channel, createMessage({ type, session, content, parent: message.header }), identities);
    } else if (content !== undefined && handler !== undefined) log(`dropped ${msg_type}: ${content.evalue}`);
    await publish("status", { execution_state: "idle" }, message.header);
  }

  /** A cell that awaits something may await this: only what would run next anyway does not wait for its end. */
  function overtakes({ message }: Incoming): boolean {
    const { msg_type } = message.header;
    return (
      serving === "execute_request" && queue.length === 0 && (msg_type === "comm_msg" || msg_type === "comm_close")
    );
  }

  async function serveQueue(): Promise<void> {
    if (serving !== undefined) return;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      serving = next.message.header.msg_type;
      await answer(next);
    }
    serving = undefined;
  }

  function publishOutput(cell: string, { type, content, metadata, buffers }: Output): Promise<void> {
    comms.note(type, content);
    if (type === "execute_result" && cell === counted) history.addOutput(executionCount, plainText(content));
    const parent = (requests.get(cell) ?? commMessages.get(cell))?.header;
    return channels.publish(createMessage({ type, session, content, parent, metadata, buffers }));
  }

  void publish("status", { execution_state: "starting" }, {});
  return {
    receive(incoming) {
      if (incoming.channel === "shell") {
        if (overtakes(incoming)) void answer(incoming);
        else queue.push(incoming);
        void serveQueue();
      } else if (incoming.channel === "stdin") questions.take(incoming);
      else void answer(incoming);
    },
    publishOutput,
    publishLateError: (cell, error) => void publishOutput(cell, errorOutput(error)),
    publishDebugEvent: (event, body) => void publish("debug_event", debugEvent(++debugEvents, event, body), {}),
    ask(cell, question) {
      const asker = requests.get(cell);
      if (asker !== undefined) questions.ask(asker, question);
    },
    interrupt: () => mainThread.interrupt(),
  };
}

/** A request that a handler cannot serve is answered, like one that it can. */
async function attempt(handler: Handler, incoming: Incoming): Promise<JsonObject | undefined> {
  if (incoming.refused !== undefined) {
    return errorReply({ ename: "BadMessage", evalue: `the kernel got ${incoming.refused}`, traceback: [] });
  }
  try {
    return await handler(incoming.message, incoming);
  } catch (error) {
    return errorReply({ ename: (error as Error).name, evalue: (error as Error).message, traceback: [] });
  }
}

function plainText({ data }: JsonObject): string {
  const text = (data as JsonObject | undefined)?.["text/plain"];
  return typeof text === "string" ? text : "";
}
