/** @file Comms as a cell sees them: typed, two-way channels between the session and a widget or page of the frontend. */
import { randomUUID } from "node:crypto";
import type { CommRequest } from "../thread-messages.ts";
import {
  type CommContent,
  type CommExtras,
  commOutput,
  type ExecuteOutcome,
  type JsonObject,
  type Output,
} from "../wire/index.ts";

/** What one side of a comm sends to the other. */
export interface CommMessage {
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

type Listener = (message: CommMessage) => unknown;

/** One open channel; what its listeners print is shown where the frontend's message came from. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends data to the frontend's side, in order with the cell's output. */
  send(data: JsonObject, extras?: CommExtras): void;
  /** Calls the listener for every message of the frontend's side, also while a cell awaits something. */
  onMessage(listener: Listener): void;
  /** Calls the listener when the frontend closes its side. */
  onClose(listener: Listener): void;
  /** Tells the frontend that this side is closed; what it sends after that is dropped. */
  close(data?: JsonObject, extras?: CommExtras): void;
}

/** The comms of a session. */
export interface Comms {
  /** Opens a channel to what the frontend has registered under the target's name; an `id` must not be that of an open one. */
  open(target: string, data?: JsonObject, extras?: CommExtras & { readonly id?: string }): Comm;
  /** Serves the channels that the frontend opens to that name, instead of who served it before. */
  register(target: string, opened: (comm: Comm, message: CommMessage) => unknown): void;
  /** Closes at once what the frontend opens to that name from now on. */
  unregister(target: string): void;
}

const DONE: ExecuteOutcome = { status: "ok", userExpressions: {} };

interface OpenComm {
  readonly comm: Comm;
  readonly messages: Listener[];
  readonly closes: Listener[];
}

/**
 * No comm yet.
 *
 * @param emit sends an output of the cell that caused what is running now
 * @returns the cells' side, and what takes a message of the frontend
 */
export function createComms(emit: (output: Output) => void): {
  readonly comms: Comms;
  readonly receive: (request: CommRequest) => Promise<ExecuteOutcome>;
} {
  const targets = new Map<string, Parameters<Comms["register"]>[1]>();
  const open = new Map<string, OpenComm>();
  const publish = (content: CommContent, { metadata, buffers }: CommExtras = {}): void => {
    const said = { ...content, data: plain(content.data) };
    emit(commOutput(said, { metadata: metadata && plain(metadata), buffers }));
  };

  function add(commId: string, target: string): Comm {
    const messages: Listener[] = [];
    const closes: Listener[] = [];
    const comm: Comm = {
      id: commId,
      target,
      send(data, extras) {
        if (!open.has(commId)) throw new Error(`send requires an open comm, and ${target} ${commId} is closed`);
        publish({ kind: "comm_msg", commId, data }, extras);
      },
      onMessage: (listener) => void messages.push(listener),
      onClose: (listener) => void closes.push(listener),
      close(data = {}, extras) {
        if (open.delete(commId)) publish({ kind: "comm_close", commId, data }, extras);
      },
    };
    open.set(commId, { comm, messages, closes });
    return comm;
  }

  async function receive({ content, metadata, buffers }: CommRequest): Promise<ExecuteOutcome> {
    const { kind, commId, data } = content;
    const message: CommMessage = { data, metadata, buffers };
    if (kind === "comm_open") {
      const opened = targets.get(content.target);
      if (opened === undefined)
        publish({ kind: "comm_close", commId, data: {} }); // as the protocol asks
      else await opened(add(commId, content.target), message);
      return DONE;
    }
    const entry = open.get(commId);
    if (kind === "comm_close") open.delete(commId);
    await Promise.all(
      (kind === "comm_close" ? entry?.closes : entry?.messages)?.map((listener) => listener(message)) ?? [],
    );
    return DONE;
  }

  return {
    comms: {
      open(target, data = {}, { id = randomUUID().replaceAll("-", ""), ...extras } = {}) {
        if (open.has(id)) throw new Error(`open requires an id of its own, and ${id} is an open comm's`);
        const comm = add(id, target);
        publish({ kind: "comm_open", commId: comm.id, target, data }, extras);
        return comm;
      },
      register: (target, opened) => void targets.set(target, opened),
      unregister: (target) => void targets.delete(target),
    },
    receive,
  };
}

/** What JSON keeps of data: only that can be sent. */
function plain(data: JsonObject): JsonObject {
  try {
    return JSON.parse(JSON.stringify(data));
  } catch (cause) {
    throw new TypeError(`a comm requires data that is JSON: ${(cause as Error).message}`);
  }
}
