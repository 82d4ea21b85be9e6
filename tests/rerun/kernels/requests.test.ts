/** @file A request is finished when its reply and its idle have both come, in whatever order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientChannels } from "@eightfold/kernel/channels";
import type { Message } from "@eightfold/kernel/wire";
import { Requests } from "../../../src/rerun/kernels/requests.ts";
import { message } from "../samples.ts";

type Listener = Parameters<ClientChannels["onMessage"]>[0];

/** Channels without sockets; `during` is what arrives before the word that the request was taken. */
function fakeChannels(during: readonly [Parameters<Listener>[0], Message][] = []) {
  let hand: Listener = () => {};
  const channels: ClientChannels = {
    async send(_channel, type) {
      for (const [channel, one] of during) hand(channel, one);
      await Promise.resolve();
      return message(type, {}).header;
    },
    onMessage(listener) {
      hand = listener;
      return () => {};
    },
    close() {},
  };
  return { channels, hand: (...parts: Parameters<Listener>) => hand(...parts) };
}

const idle = message("status", { execution_state: "idle" }, "execute_request");
const reply = message("execute_reply", { status: "ok" }, "execute_request");
const output = message("stream", { name: "stdout", text: "x" }, "execute_request");

async function isFinished(finished: Promise<unknown>): Promise<boolean> {
  const no = Symbol("no");
  await Promise.resolve();
  return (await Promise.race([finished, new Promise((resolve) => setImmediate(() => resolve(no)))])) !== no;
}

const HALVES: [what: string, first: Parameters<Listener>, second: Parameters<Listener>][] = [
  ["the reply first", ["shell", reply], ["iopub", idle]],
  ["the idle first", ["iopub", idle], ["shell", reply]],
];

for (const [what, first, second] of HALVES) {
  test(`neither alone ends a request: ${what}`, async () => {
    const { channels, hand } = fakeChannels();
    const { finished } = await new Requests(channels).send("shell", "execute_request", {});
    hand(...first);
    assert.equal(await isFinished(finished), false);
    hand(...second);
    assert.deepEqual(await finished, { status: "ok" });
  });
}

test("messages that overtake the word that their request was sent are not lost", async () => {
  const { channels } = fakeChannels([
    ["iopub", output],
    ["iopub", idle],
    ["shell", reply],
  ]);
  const seen: string[] = [];
  const { finished } = await new Requests(channels).send("shell", "execute_request", {}, ({ header }) => {
    seen.push(header.msg_type);
  });
  assert.deepEqual(await finished, { status: "ok" });
  assert.deepEqual(seen, ["stream", "status"]);
});

test("a message of another request is not this one's", async () => {
  const { channels, hand } = fakeChannels();
  const seen: string[] = [];
  const { finished } = await new Requests(channels).send("shell", "execute_request", {}, ({ header }) => {
    seen.push(header.msg_type);
  });
  hand("iopub", message("status", { execution_state: "idle" }, "another"));
  hand("shell", message("execute_reply", { status: "ok" }, "another"));
  assert.equal(await isFinished(finished), false);
  assert.deepEqual(seen, []);
});

test("an output that comes after the idle is still handed over", async () => {
  const { channels, hand } = fakeChannels();
  const seen: string[] = [];
  const { finished } = await new Requests(channels).send("shell", "execute_request", {}, ({ header }) => {
    seen.push(header.msg_type);
  });
  hand("shell", reply);
  hand("iopub", idle);
  await finished;
  hand("iopub", output);
  assert.deepEqual(seen, ["status", "stream"]);
});
