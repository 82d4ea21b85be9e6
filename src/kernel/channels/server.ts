/** @file A kernel's five sockets, bound to what its connection file says. */
import { Publisher, Reply, Router, type Socket } from "zeromq";
import { type Channel, type ConnectionInfo, channelAddress } from "../wire/connection.ts";
import { type Decoded, decodeMessage, encodeMessage } from "../wire/frames.ts";
import type { Message } from "../wire/message.ts";
import { createReplayGuard } from "../wire/replay.ts";
import { createSendQueue, type SendQueue } from "./send-queue.ts";

/** ZeroMQ closes a connection that sends a longer frame, before it is in memory. */
const MAX_FRAME_BYTES = 256 << 20;

export type RequestChannel = "shell" | "control" | "stdin";

export interface Incoming {
  readonly channel: RequestChannel;
  readonly message: Message;
  /** Who asked: the prefix of the reply's frames. */
  readonly identities: readonly Uint8Array[];
  /** What is wrong with the message, where it could not be read but its sender is known; the content is then empty. */
  readonly refused?: string;
}

export interface ServerChannels {
  send(channel: RequestChannel, message: Message, identities: readonly Uint8Array[]): Promise<void>;
  publish(message: Message): Promise<void>;
  /** Hands over every message with a right signature that comes for the first time, from now on. */
  listen(listener: (incoming: Incoming) => void): void;
  /** Sends what is queued, then closes the sockets. */
  close(): Promise<void>;
}

/**
 * Binds the sockets.
 *
 * @param connection addresses and key
 * @param log told of every message that had to be dropped
 * @throws Error naming the address when a port is taken
 */
export async function bindServer(connection: ConnectionInfo, log: (line: string) => void): Promise<ServerChannels> {
  // A client that comes under an identity that is taken is the same one, back before its old connection is found dead.
  const back = { handover: true };
  const routers = { shell: new Router(back), control: new Router(back), stdin: new Router(back) };
  const iopub = new Publisher({ sendHighWaterMark: 0 }); // a slow reader must lose nothing
  const heartbeat = new Reply();
  const sockets: Record<Channel, Socket & { bind(address: string): Promise<void> }> = {
    ...routers,
    iopub,
    hb: heartbeat,
  };
  await bindAll(sockets, connection);
  const queues = {
    shell: createSendQueue(routers.shell),
    control: createSendQueue(routers.control),
    stdin: createSendQueue(routers.stdin),
    iopub: createSendQueue(iopub),
  };
  let closed = false; // nobody hears what is sent after that
  void echo(heartbeat);

  /** A message that cannot be sent costs that message alone. */
  async function deliver(queue: SendQueue, message: Message, prefix: readonly Uint8Array[]): Promise<void> {
    if (closed) return;
    try {
      await queue.push(encodeMessage(message, connection.key, prefix));
    } catch (error) {
      log(`could not send ${message.header.msg_type}: ${(error as Error).message}`);
    }
  }

  return {
    async send(channel, message, identities) {
      await deliver(queues[channel], message, identities);
    },
    async publish(message) {
      await deliver(queues.iopub, message, [topic(message)]);
    },
    listen(listener) {
      const isNew = createReplayGuard();
      for (const [channel, socket] of Object.entries(routers)) {
        void receive(socket, (frames) => {
          const decoded = decodeMessage(frames, connection.key, isNew);
          if (!decoded.ok) log(`dropped ${decoded.reason}`);
          const incoming = readable(decoded);
          if (incoming !== undefined) listener({ channel: channel as RequestChannel, ...incoming });
        });
      }
    },
    async close() {
      closed = true;
      await Promise.all(Object.values(queues).map((queue) => queue.drained()));
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
}

/** All or none: a process that ends with a socket open aborts, and says nothing of the port. */
async function bindAll(
  sockets: Readonly<Record<Channel, Socket & { bind(address: string): Promise<void> }>>,
  connection: ConnectionInfo,
): Promise<void> {
  const bound = await Promise.allSettled(
    Object.entries(sockets).map(async ([channel, socket]) => {
      const address = channelAddress(connection, channel as Channel);
      socket.linger = 1000;
      socket.maxMessageSize = MAX_FRAME_BYTES;
      await socket.bind(address).catch((error: Error) => {
        const hint = "is another kernel using this connection file?";
        throw new Error(`the ${channel} socket cannot bind ${address}: ${error.message} (hint: ${hint})`);
      });
    }),
  );
  const failed = bound.find((result) => result.status === "rejected");
  if (failed === undefined) return;
  for (const socket of Object.values(sockets)) socket.close();
  throw failed.reason;
}

function topic(message: Message): Uint8Array {
  return Buffer.from(message.header.msg_type);
}

/** What can be handed over of a message: one that could not be read keeps its header, so that it can be answered. */
function readable(decoded: Decoded): Omit<Incoming, "channel"> | undefined {
  if (decoded.ok) return { message: decoded.message, identities: decoded.identities };
  if (decoded.sender === undefined) return undefined;
  const { header, identities } = decoded.sender;
  const message = { header, parent_header: {}, metadata: {}, content: {}, buffers: [] };
  return { message, identities, refused: decoded.reason };
}

async function receive(socket: Router, hand: (frames: readonly Uint8Array[]) => void): Promise<void> {
  for await (const frames of socket) hand(frames);
}

/** Heartbeat: whatever comes goes back, https://jupyter-client.readthedocs.io/en/stable/messaging.html#heartbeat-for-kernels. */
async function echo(socket: Reply): Promise<void> {
  for await (const frames of socket) {
    if (!socket.closed) await socket.send(frames);
  }
}
