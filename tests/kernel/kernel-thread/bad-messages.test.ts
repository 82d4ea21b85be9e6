/** @file Messages that nobody should send: the kernel refuses them, says so, and serves the next one. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import type { ConnectionInfo, JsonObject } from "@eightfold/kernel/wire";
import { createMessage, encodeMessage } from "@eightfold/kernel/wire";
import fc from "fast-check";
import { type Frontend, resultText, startFrontend } from "../frontend.ts";
import { connectRaw, type RawSocket } from "../raw-socket.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Frames with a right signature over whatever their parts are. */
function signed(parts: readonly Uint8Array[], { key }: ConnectionInfo): Uint8Array[] {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return [DELIMITER, Buffer.from(hmac.digest("hex")), ...parts];
}

function header(msg_id: string, msg_type: string): Buffer {
  return Buffer.from(JSON.stringify({ msg_id, msg_type, session: "raw", username: "u", date: "", version: "5.5" }));
}

const EMPTY = Buffer.from("{}");

async function stillAnswers(frontend: Frontend): Promise<void> {
  let exchange = await frontend.execute("20 + 1");
  while (exchange.reply.status === "aborted") exchange = await frontend.execute("20 + 1"); // a cell before it failed
  assert.equal(resultText(exchange), "21");
}

const UNREADABLE: [string, Buffer, RegExp][] = [
  ["bad JSON", Buffer.from('{"code": '), /content is not JSON/],
  [
    "bad UTF-8",
    Buffer.concat([Buffer.from('{"code": "'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    /is not UTF-8/,
  ],
  ["a list", Buffer.from("[1]"), /is not a JSON object/],
  ["513 lists in each other", Buffer.from(`{"code": ${"[".repeat(512)}${"]".repeat(512)}}`), /deeper than 512 levels/],
  ["a million open brackets", Buffer.from("[".repeat(1_000_000)), /deeper than 512 levels/],
];
test("content that cannot be read is answered with an error that says why", { timeout: 30_000 }, async (t) => {
  const frontend = await startFrontend(t);
  const raw = await connectRaw(frontend.connection.shell_port, "raw");
  t.after(() => raw.close());
  for (const [name, content] of UNREADABLE) {
    raw.send(signed([header(name, "execute_request"), EMPTY, EMPTY, content], frontend.connection));
    const idle = await frontend.until(
      (message) => message.parent_header.msg_id === name && message.content.execution_state === "idle",
    );
    assert.ok(idle, name);
  }
  for (const [, , reason] of UNREADABLE) assert.match(frontend.log(), reason);
  await stillAnswers(frontend);
});

test("a signed message that comes a second time is dropped, on every channel", { timeout: 30_000 }, async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("let runs = 0");
  const content: JsonObject = { code: "++runs" };
  const message = createMessage({ type: "execute_request", session: "raw", content });
  const frames = encodeMessage(message, frontend.connection.key);
  const { shell_port, control_port } = frontend.connection;
  const sockets = await Promise.all([shell_port, control_port].map((port) => connectRaw(port, "raw")));
  sockets[0]?.send(frames);
  const id = message.header.msg_id;
  await frontend.until((got) => got.parent_header.msg_id === id && got.content.execution_state === "idle");
  for (const raw of sockets) raw.send(frames);
  await frontend.logged(/replay[\s\S]*replay/);
  for (const raw of sockets) raw.close();
  assert.equal(resultText(await frontend.execute("runs")), "1");
});

test("truncated frames and lengths that no memory holds are their sender's loss alone", {
  timeout: 30_000,
}, async (t) => {
  const frontend = await startFrontend(t);
  const { shell_port, control_port, stdin_port, hb_port, iopub_port } = frontend.connection;
  for (const port of [shell_port, control_port, stdin_port, hb_port, iopub_port]) {
    const raw = await connectRaw(port, "raw");
    raw.sendBytes(Buffer.from([3, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 3])); // 256 bytes promised, 3 sent
    raw.close();
    const liar = await connectRaw(port, "liar");
    liar.sendBytes(Buffer.from([2, 0x7f, 255, 255, 255, 255, 255, 255, 255])); // 9 exabytes promised
    liar.close();
  }
  await stillAnswers(frontend);
});

test("no fuzzed message kills the kernel", { timeout: 30_000 }, async (t) => {
  const frontend = await startFrontend(t);
  const { shell_port, control_port, stdin_port } = frontend.connection;
  const sockets = await Promise.all(
    [shell_port, control_port, stdin_port].map((port) => connectRaw(port, `raw${port}`)),
  );
  t.after(() => {
    for (const raw of sockets) raw.close();
  });
  const types = ["execute", "complete", "inspect", "history", "is_complete", "comm_info", "connect", "kernel_info"];
  const type = fc.oneof(
    fc.constantFrom(...types.map((name) => `${name}_request`), "input_reply", "comm_open", "comm_msg", "comm_close"),
    fc.constantFrom("debug_request", "__proto__", "constructor_request", "", "_reply"),
    fc.string(),
  );
  const KNOWN = [
    "code",
    "silent",
    "user_expressions",
    "comm_id",
    "target_name",
    "data",
    "cursor_pos",
    "hist_access_type",
    "n",
  ];
  const code = fc.constantFrom("1", "x =", "throw 1", "`${", "\ud800", 5, null, "console.log(1)");
  const content = fc.oneof(
    fc.dictionary(fc.constantFrom(...KNOWN), fc.jsonValue()),
    code.map((text) => ({ code: text })),
    fc.jsonValue(),
  );
  const part = fc.oneof(
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const valid = fc
    .tuple(fc.uuid(), type, content, fc.array(fc.uint8Array()))
    .map(([id, msg_type, value, buffers]) => [
      ...signed([header(id, msg_type), EMPTY, EMPTY, Buffer.from(JSON.stringify(value))], frontend.connection),
      ...buffers,
    ]);
  const resigned = fc.array(part, { maxLength: 6 }).map((parts) => signed(parts, frontend.connection));
  const mutated = fc
    .tuple(valid, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }))
    .map(([frames, which, where, byte]) => changed(frames, which, where, byte));
  const garbage = fc.array(fc.oneof(fc.uint8Array(), fc.constant(DELIMITER)), { minLength: 1 });
  const message = fc.tuple(fc.nat({ max: 2 }), fc.oneof(valid, resigned, mutated, garbage));
  for (const [socket, frames] of fc.sample(message, { seed: 7, numRuns: 1500 }))
    (sockets[socket] as RawSocket).send(frames);
  await stillAnswers(frontend);
  assert.equal((await frontend.request("kernel_info_request", {}, "control")).reply.status, "ok");
  assert.equal(frontend.process.exitCode, null);
  assert.doesNotMatch(frontend.log(), /error of its own/);
});

/** One byte of one frame is another, or the frame is missing where it has no such byte. */
function changed(frames: readonly Uint8Array[], which: number, where: number, byte: number): Uint8Array[] {
  const at = which % frames.length;
  const frame = frames[at] as Uint8Array;
  return where % 4 === 0 || frame.length === 0
    ? frames.filter((_, index) => index !== at)
    : [...frames.with(at, Buffer.from(frame).fill(byte, where % frame.length, (where % frame.length) + 1))];
}
