/** @file Free ports for a kernel that is about to start, handed to nobody else until it listens on them. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below what Linux (32768), macOS and Windows (49152) give to outgoing connections. A client that tries a port on which
 * nothing listens yet may else be given that very port as its own, and then talks to itself while the kernel cannot bind.
 */
const PORTS = { first: 10_000, end: 32_000 };

/** A kernel that starts has bound its ports by then. */
const START_LIMIT_MS = 60_000;

/**
 * A port of the loopback interface that nothing listens on. Two processes that ask at the same moment get two ports.
 *
 * @returns its number
 * @throws Error when there is no loopback interface to listen on
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.first, PORTS.end);
    const release = await reserve(port);
    if (release === undefined) continue;
    if (await canListen(port)) return port;
    release(); // someone listens there: try another
  }
}

/**
 * Marks a port as given away, for as long as a kernel takes to start: the UDP port of that number, which no kernel uses.
 *
 * @returns what ends it early; undefined when the port is given away already
 */
async function reserve(port: number): Promise<(() => void) | undefined> {
  const mark = createSocket("udp4").unref();
  mark.bind({ port, address: "127.0.0.1", exclusive: true });
  const isMine = await succeeds(once(mark, "listening"));
  if (!isMine) {
    mark.close();
    return undefined;
  }
  const limit = setTimeout(() => mark.close(), START_LIMIT_MS).unref();
  return () => {
    clearTimeout(limit);
    mark.close();
  };
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const listens = await succeeds(once(server, "listening"));
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}

/** Whether the port could be had. @throws Error when it is not the port that is wrong */
async function succeeds(listening: Promise<unknown>): Promise<boolean> {
  try {
    await listening;
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || code === "EACCES") return false; // Windows keeps some ranges for itself
    throw error;
  }
}
