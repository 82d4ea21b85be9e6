/** @file Comms both ways, https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import { type Frontend, resultText, startFrontend } from "../frontend.ts";

/** Sends a comm message and returns what it caused on IOPub, up to its idle. */
async function tell(frontend: Frontend, type: string, content: JsonObject): Promise<readonly Message[]> {
  const { msg_id } = await frontend.channels.send("shell", type, content);
  const mine = (message: Message): boolean => message.parent_header.msg_id === msg_id;
  await frontend.until((message) => mine(message) && message.content.execution_state === "idle");
  return frontend.messages
    .filter(({ channel, message }) => channel === "iopub" && mine(message) && message.header.msg_type !== "status")
    .map(({ message }) => message);
}

const contents = (messages: readonly Message[]): unknown[] =>
  messages.map(({ header, content }) => [header.msg_type, content]);

test("a cell opens a comm, sends data and buffers in order with its output, and closes it", async (t) => {
  const frontend = await startFrontend(t);
  const { iopub, outputs } = await frontend.execute(`
    const comm = comms.open("slider", { value: 1 }, { metadata: { version: "2.1.0" } });
    console.log("between");
    comm.send({ value: 2 }, { buffers: [new Float64Array([1.5])] });
    comm.close();
    comm.id`);
  const comm_id = outputs[0]?.[1].comm_id;
  assert.deepEqual(outputs.slice(0, 4), [
    ["comm_open", { comm_id, target_name: "slider", data: { value: 1 } }],
    ["stream", { name: "stdout", text: "between\n" }],
    ["comm_msg", { comm_id, data: { value: 2 } }],
    ["comm_close", { comm_id, data: {} }],
  ]);
  const [opened, , sent] = iopub.filter(({ header }) => /^(comm|stream)/.test(header.msg_type));
  assert.deepEqual(opened?.metadata, { version: "2.1.0" });
  assert.deepEqual(new Float64Array(new Uint8Array(sent?.buffers[0] ?? []).buffer), new Float64Array([1.5]));
  assert.match(String((await frontend.execute("comm.send({})")).reply.evalue), /send requires an open comm/);
});

test("a registered target serves what the frontend opens, and its output is under the frontend's message", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(`
    let closed = 0;
    comms.register("echo", (comm, { data }) => {
      console.log("opened with", data.n);
      comm.onMessage(async ({ data }) => { await null; console.log("got", data.n); comm.send({ twice: 2 * Number(data.n) }) });
      comm.onClose(() => { closed++ });
    });`);
  const stream = (text: string) => ["stream", { name: "stdout", text }];
  const opened = await tell(frontend, "comm_open", { comm_id: "c1", target_name: "echo", data: { n: 1 } });
  assert.deepEqual(contents(opened), [stream("opened with 1\n")]);
  const answered = await tell(frontend, "comm_msg", { comm_id: "c1", data: { n: 21 } });
  assert.deepEqual(contents(answered), [stream("got 21\n"), ["comm_msg", { comm_id: "c1", data: { twice: 42 } }]]);
  const { reply } = await frontend.request("comm_info_request", {});
  assert.deepEqual(reply, { status: "ok", comms: { c1: { target_name: "echo" } } });
  assert.deepEqual((await frontend.request("comm_info_request", { target_name: "other" })).reply.comms, {});
  assert.deepEqual(await tell(frontend, "comm_close", { comm_id: "c1", data: {} }), []);
  assert.deepEqual((await frontend.request("comm_info_request", {}, "control")).reply.comms, {});
  assert.deepEqual(await tell(frontend, "comm_msg", { comm_id: "c1", data: { n: 1 } }), []);
  assert.equal(resultText(await frontend.execute("closed")), "1");
});

test("a comm of a cell may have an id of its own, which no open one has", async (t) => {
  const frontend = await startFrontend(t);
  const code = 'const mine = comms.open("a", {}, { id: "mine" }); mine.id';
  assert.equal(resultText(await frontend.execute(code)), "'mine'");
  const again = 'comms.open("a", {}, { id: "mine" }).id';
  assert.match(String((await frontend.execute(again)).reply.evalue), /^open requires an id of its own, and mine is/);
  await frontend.execute("mine.close()");
  assert.equal(resultText(await frontend.execute(again)), "'mine'");
});

test("an unknown target is answered by comm_close", async (t) => {
  const frontend = await startFrontend(t);
  const closed = await tell(frontend, "comm_open", { comm_id: "c2", target_name: "nowhere", data: {} });
  assert.deepEqual(contents(closed), [["comm_close", { comm_id: "c2", data: {} }]]);
  assert.deepEqual((await frontend.request("comm_info_request", {})).reply.comms, {});
});

test("a cell may await the frontend's answer", async (t) => {
  const frontend = await startFrontend(t);
  const running = frontend.execute(`
    const asked = comms.open("dialog");
    await new Promise((resolve) => asked.onMessage(({ data }) => resolve(data.answer)))`);
  const { content } = await frontend.until(({ header }) => header.msg_type === "comm_open");
  await frontend.channels.send("shell", "comm_msg", { comm_id: content.comm_id ?? "", data: { answer: "yes" } });
  assert.equal(resultText(await running), "'yes'");
});

test("an error of a listener is published, and an endless one can be interrupted", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(`comms.register("bad", (comm) => comm.onMessage(({ data }) => {
    if (data.spin) { console.log("spins"); while (true) {} }
    throw new RangeError("on purpose");
  }))`);
  await tell(frontend, "comm_open", { comm_id: "c3", target_name: "bad", data: {} });
  const [error] = await tell(frontend, "comm_msg", { comm_id: "c3", data: {} });
  assert.equal(error?.content.evalue, "on purpose");
  const spinning = tell(frontend, "comm_msg", { comm_id: "c3", data: { spin: true } });
  await frontend.until(({ content }) => content.text === "spins\n");
  await frontend.request("interrupt_request", {}, "control");
  assert.equal((await spinning).at(-1)?.content.ename, "Interrupted");
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("a comm message that makes no sense is dropped", async (t) => {
  const frontend = await startFrontend(t);
  for (const content of [{}, { comm_id: 5 }, { comm_id: "c", target_name: 5 }, { comm_id: "c", data: [1] }]) {
    assert.deepEqual(await tell(frontend, "comm_open", content as JsonObject), []);
  }
  assert.deepEqual((await frontend.request("comm_info_request", {})).reply.comms, {});
});
