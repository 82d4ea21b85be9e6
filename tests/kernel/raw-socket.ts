/** @file A ZeroMQ peer made of plain bytes, for tests that send what no library would, https://rfc.zeromq.org/spec/23/. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawSocket {
  /** Sends one message of these frames. */
  send(frames: readonly Uint8Array[]): void;
  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void;
  close(): void;
}

/** Greeting of ZMTP 3.0 with the NULL mechanism. */
const GREETING = Buffer.alloc(64);
GREETING.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
GREETING.write("NULL", 12);

/** A DEALER connected to a port of the loopback interface, past its handshake. */
export async function connectRaw(port: number, identity: string): Promise<RawSocket> {
  const socket: Socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined); // the other side may hang up, at any moment from now on
  const hungUp = new Promise((closed) => socket.once("close", closed));
  const ready = handshake(socket);
  await Promise.race([once(socket, "connect"), hungUp]);
  socket.write(GREETING);
  socket.write(command("READY", { "Socket-Type": "DEALER", Identity: identity }));
  await ready;
  return {
    send: (frames) => void socket.write(Buffer.concat(frames.map((frame, at) => pack(frame, at < frames.length - 1)))),
    sendBytes: (bytes) => void socket.write(bytes),
    close: () => socket.destroy(),
  };
}

/** Resolves when the other side has said that it is ready: what comes before may wait for ever behind its handshake. */
function handshake(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let heard = "";
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
      if (heard.includes("READY")) resolve();
    });
    socket.once("close", () => resolve()); // it hung up: the test finds no answer
  });
}

/** A frame with the nine-byte length that suits every size. */
function pack(frame: Uint8Array, more: boolean): Buffer {
  const head = Buffer.alloc(9);
  head[0] = more ? 3 : 2;
  head.writeBigUInt64BE(BigInt(frame.length), 1);
  return Buffer.concat([head, frame]);
}

function command(name: string, properties: Record<string, string>): Buffer {
  const parts = [Buffer.from([name.length]), Buffer.from(name)];
  for (const [key, value] of Object.entries(properties)) {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(value.length);
    parts.push(Buffer.from([key.length]), Buffer.from(key), size, Buffer.from(value));
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([4, body.length]), body]);
}
