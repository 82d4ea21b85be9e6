/** @file Clients that come under an identity that the kernel knows already. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { bindServer, createConnection, type RequestChannel, type ServerChannels } from "@eightfold/kernel/channels";
import { channelAddress, createMessage, decodeMessage, encodeMessage } from "@eightfold/kernel/wire";
import { Dealer } from "zeromq";
import { startFrontend } from "../frontend.ts";
import { connectRaw } from "../raw-socket.ts";

const CHANNELS: readonly RequestChannel[] = ["shell", "control", "stdin"];
const LIMIT_MS = 10_000;

test("a second client of one identity is answered, on each channel", async (t) => {
  const { connection } = await echoingServer(t);
  for (const channel of CHANNELS) {
    const clients = Array.from({ length: 3 }, () => new Dealer({ routingId: "the-one", linger: 0 }));
    t.after(() => {
      for (const client of clients) client.close();
    });
    for (const client of clients) {
      client.connect(channelAddress(connection, channel));
      assert.equal(await askedBy(client, connection.key), "kernel_info_reply", channel);
    }
  }
});

test("a client that comes back is answered while its lost connection still stands", async (t) => {
  const { connection } = await echoingServer(t);
  const lost = await connectRaw(connection.shell_port, "the-one"); // says nothing, and is never closed
  t.after(() => lost.close());
  lost.send([Buffer.from("x")]);
  await delay(50);
  const client = new Dealer({ routingId: "the-one", linger: 0 });
  t.after(() => client.close());
  client.connect(channelAddress(connection, "shell"));
  assert.equal(await askedBy(client, connection.key), "kernel_info_reply");
});

test("a cell goes on while its client leaves and comes back, and its reply finds the client", async (t) => {
  const { connection } = await startFrontend(t);
  const connect = () => {
    const client = new Dealer({ routingId: "the-one", linger: 0 });
    client.connect(channelAddress(connection, "shell"));
    return client;
  };
  const first = connect();
  const content = { code: "await new Promise((resolve) => setTimeout(resolve, 1000)); 42" };
  await first.send(encodeMessage(createMessage({ type: "execute_request", session: "s", content }), connection.key));
  await delay(300);
  const second = connect(); // before the first is closed
  t.after(() => {
    first.close();
    second.close();
  });
  assert.equal(await nextType(second, connection.key), "execute_reply");
});

/** A server that answers whatever comes. */
async function echoingServer(t: TestContext) {
  const connection = await createConnection();
  const server: ServerChannels = await bindServer(connection, () => {});
  t.after(() => server.close());
  server.listen(({ channel, message, identities }) => {
    const reply = createMessage({
      type: "kernel_info_reply",
      session: "server",
      content: {},
      parent: message.header,
    });
    void server.send(channel, reply, identities);
  });
  return { connection };
}

async function askedBy(client: Dealer, key: string): Promise<string> {
  await client.send(encodeMessage(createMessage({ type: "kernel_info_request", session: "s", content: {} }), key));
  return nextType(client, key);
}

/** Type of the next message that comes; "nothing" when none does. */
async function nextType(client: Dealer, key: string): Promise<string> {
  client.receiveTimeout = LIMIT_MS;
  try {
    const decoded = decodeMessage(await client.receive(), key);
    return decoded.ok ? decoded.message.header.msg_type : decoded.reason;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return "nothing";
    throw error;
  }
}
