/** @file A frontend's side of the sockets: what runs a notebook without a browser. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { type ConnectionInfo, channelAddress } from "../wire/connection.ts";
import { decodeMessage, encodeMessage } from "../wire/frames.ts";
import { createMessage, createSession, type JsonObject, type Message, type MessageHeader } from "../wire/message.ts";
import { freePort } from "./free-ports.ts";
import { createSendQueue } from "./send-queue.ts";

export type ClientChannel = "shell" | "control" | "stdin";

export interface ClientChannels {
  /** Sends a new message; resolves with its header when the socket has taken it. */
  send(channel: ClientChannel, type: string, content: JsonObject, parent?: MessageHeader): Promise<MessageHeader>;
  /** Hands over every message that comes from now on; returns a function that stops it. */
  onMessage(listener: (channel: ClientChannel | "iopub", message: Message) => void): () => void;
  close(): void;
}

/** A kernel that is about to start is tried every few milliseconds; ZeroMQ's own 100 would be most of the wait. */
const SOCKET = { reconnectInterval: 5, linger: 0 };

/**
 * Free ports on the loopback interface and a random key, for a kernel that is about to start.
 *
 * @returns a connection no process listens on yet
 */
export async function createConnection(): Promise<ConnectionInfo> {
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: await freePort(),
    control_port: await freePort(),
    iopub_port: await freePort(),
    stdin_port: await freePort(),
    hb_port: await freePort(),
    key: randomBytes(16).toString("hex"),
    signature_scheme: "hmac-sha256",
  };
}

/**
 * Unix sockets in a folder and a random key, for a kernel that is about to start and has no network.
 *
 * @param folder an existing folder that both sides see under this path, of at most 90 bytes
 * @returns a connection no process listens on yet
 * @throws RangeError when the folder's path is too long for a socket's address
 */
export function createSocketConnection(folder: string): ConnectionInfo {
  const length = Buffer.byteLength(folder);
  if (length > 90)
    throw new RangeError(`createSocketConnection requires folder to have at most 90 bytes, got ${length}`);
  return {
    transport: "ipc",
    ip: join(folder, "socket"), // the addresses are FOLDER/socket-1 to FOLDER/socket-5
    shell_port: 1,
    control_port: 2,
    iopub_port: 3,
    stdin_port: 4,
    hb_port: 5,
    key: randomBytes(16).toString("hex"),
    signature_scheme: "hmac-sha256",
  };
}

export interface ClientLimits {
  /** Bytes of one message, all its frames together; a larger one is dropped unread. */
  readonly messageLimit: number;
  readonly onTooLarge: () => void;
}

/**
 * Connects to a kernel, running or about to start.
 *
 * @param connection where it listens
 * @param limits what is taken of a kernel that may send anything; undefined for one that is trusted
 * @returns its channels; nothing is received before `onMessage`
 */
export function connectClient(connection: ConnectionInfo, limits?: ClientLimits): ClientChannels {
  const session = createSession();
  const routingId = session.replaceAll("-", "");
  const dealers = {
    shell: new Dealer({ ...SOCKET, routingId }),
    control: new Dealer({ ...SOCKET, routingId }),
    stdin: new Dealer({ ...SOCKET, routingId }), // the same id, so that the kernel's input_request finds who asked
  };
  const iopub = new Subscriber({ ...SOCKET, receiveHighWaterMark: 0 });
  const sockets = { ...dealers, iopub };
  const listeners = new Set<(channel: ClientChannel | "iopub", message: Message) => void>();
  iopub.subscribe();
  for (const [name, socket] of Object.entries(sockets)) {
    const channel = name as ClientChannel | "iopub";
    socket.connect(channelAddress(connection, channel));
    void receive(socket, connection.key, limits, (message) => {
      for (const listener of listeners) listener(channel, message);
    });
  }
  const queues = {
    shell: createSendQueue(dealers.shell),
    control: createSendQueue(dealers.control),
    stdin: createSendQueue(dealers.stdin),
  };
  return {
    async send(channel, type, content, parent) {
      const message = createMessage({ type, session, content, parent });
      await queues[channel].push(encodeMessage(message, connection.key));
      return message.header;
    },
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
}

async function receive(
  socket: Dealer | Subscriber,
  key: string,
  limits: ClientLimits | undefined,
  hand: (message: Message) => void,
): Promise<void> {
  for await (const frames of socket) {
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    if (limits !== undefined && bytes > limits.messageLimit) {
      limits.onTooLarge();
      continue;
    }
    const decoded = decodeMessage(frames, key);
    if (decoded.ok) hand(decoded.message);
    else process.emitWarning(`a kernel sent ${decoded.reason}; it was dropped`);
  }
}
