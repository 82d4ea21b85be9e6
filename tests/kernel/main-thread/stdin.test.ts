/** @file Cells that ask people, https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, startFrontend, streamText } from "../frontend.ts";
import { answering, inputRequests } from "./answering.ts";

test("prompt, confirm and password wait for the frontend's answer", async (t) => {
  const frontend = await startFrontend(t);
  const { questions, exchange } = await answering(
    frontend,
    'console.log("before"); [prompt("name?"), prompt("town?", "Ely"), confirm("sure?"), confirm("sure?"), password("key: ")]',
    ["Ada", "", " Yes ", "no", "s3"],
  );
  assert.deepEqual(questions, [
    { prompt: "name? ", password: false },
    { prompt: "town? ", password: false },
    { prompt: "sure? [y/N] ", password: false },
    { prompt: "sure? [y/N] ", password: false },
    { prompt: "key: ", password: true },
  ]);
  assert.equal(resultText(exchange), "[ 'Ada', 'Ely', true, false, 's3' ]");
  assert.equal(streamText(exchange), "before\n");
});

test("a question is the cell's: its parent is the request", async (t) => {
  const frontend = await startFrontend(t);
  const { exchange } = await answering(frontend, "prompt()", ["x"]);
  assert.equal(inputRequests(frontend)[0]?.parent_header.msg_id, exchange.iopub[0]?.parent_header.msg_id);
});

test("what was printed before a question is there before its answer", async (t) => {
  const frontend = await startFrontend(t);
  const running = frontend.execute("console.log('look here'); prompt('and?')");
  await frontend.until(({ content }) => content.text === "look here\n");
  const { header } = await frontend.until(({ header }) => header.msg_type === "input_request");
  await frontend.channels.send("stdin", "input_reply", { value: "ok" }, header);
  assert.equal(resultText(await running), "'ok'");
});

test("where nobody can answer, asking is an error that says so", async (t) => {
  const frontend = await startFrontend(t);
  const { reply } = await frontend.execute("prompt('name?')", { allow_stdin: false });
  assert.equal(reply.status, "error");
  assert.match(String(reply.evalue), /^prompt\(\) requires a frontend that takes input.*allow_stdin is false/);
  await frontend.execute("setTimeout(() => prompt('too late'), 20); 1");
  await frontend.until(({ content }) => /requires its cell to be running/.test(String(content.evalue)));
});

test("an interrupt ends the wait for an answer, and a late answer is not the next question's", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("let kept = 1");
  const running = frontend.execute("try { prompt('first') } catch {} kept = 2");
  const { header } = await frontend.until(({ content }) => content.prompt === "first ");
  const started = performance.now();
  await frontend.request("interrupt_request", {}, "control");
  assert.equal((await running).reply.ename, "Interrupted");
  assert.ok(performance.now() - started < 1000);
  await frontend.channels.send("stdin", "input_reply", { value: "late" }, header);
  const next = frontend.execute("[kept, prompt('second')]");
  const second = await frontend.until(({ content }) => content.prompt === "second ");
  await frontend.channels.send("stdin", "input_reply", { value: "too late" }, header);
  await frontend.channels.send("stdin", "input_reply", { value: "mine" }, second.header);
  assert.equal(resultText(await next), "[ 1, 'mine' ]");
});

test("an answer that nobody asked for is dropped", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.channels.send("stdin", "input_reply", { value: "unasked" });
  await frontend.channels.send("stdin", "execute_request", { code: "globalThis.hacked = 1" });
  await frontend.logged(/dropped input_reply.*dropped execute_request/s); // before the question, which is on another socket
  const { exchange } = await answering(frontend, "[typeof hacked, prompt('?')]", ["asked"]);
  assert.equal(resultText(exchange), "[ 'undefined', 'asked' ]");
});
