/** @file The wire format, https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeMessage, encodeMessage } from "../../../src/kernel/wire/frames.ts";
import { readJsonFrame } from "../../../src/kernel/wire/json-frame.ts";
import { createMessage, type JsonObject } from "../../../src/kernel/wire/message.ts";
import { createReplayGuard } from "../../../src/kernel/wire/replay.ts";

const KEY = "a0436f6c-1916-498b-8eb9-e81ab9368e84";

/** The signature is jupyter_client 8.10.0's: Session(key=KEY).sign([header, parent_header, metadata, content]). */
const PYTHON_FRAMES = [
  "<IDS|MSG>",
  "d4a543281b1ce9e22d21bdcccf5a9de7f57a7f551f1e30c3c57b550425907a1a",
  '{"msg_id":"1","msg_type":"execute_request","session":"s","username":"u","date":"2026-01-01T00:00:00Z","version":"5.5"}',
  "{}",
  "{}",
  '{"code":"1 + 1"}',
];

test("a message survives the wire with its identities and buffers", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.uint8Array()), fc.array(fc.uint8Array()), (value, buffers, identities) => {
      fc.pre(identities.every((identity) => !Buffer.from("<IDS|MSG>").equals(identity)));
      const content = JSON.parse(JSON.stringify({ value })) as JsonObject; // -0 is 0 in JSON
      const message = createMessage({ type: "x", session: "s", content, buffers });
      const decoded = decodeMessage(encodeMessage(message, KEY, identities), KEY);
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.message, message);
      assert.deepEqual(decoded.identities, identities);
    }),
    { seed: 7 },
  );
});

test("a message that another implementation signed is accepted, and one changed byte is not", () => {
  const frames = PYTHON_FRAMES.map((frame) => Buffer.from(frame));
  const decoded = decodeMessage(frames, KEY);
  assert.ok(decoded.ok);
  assert.equal(decoded.message.content.code, "1 + 1");
  const changed = frames.with(-1, Buffer.from('{"code":"1 + 2"}'));
  assert.deepEqual(decodeMessage(changed, KEY), { ok: false, reason: "a message with a wrong signature" });
});

test("half a surrogate pair is sent as U+FFFD, and an escaped backslash before u stays", () => {
  const message = createMessage({
    type: "x",
    session: "s",
    content: { a: "\ud800x", b: "\\ud800", c: "\\\udfff", d: "😀" },
  });
  const decoded = decodeMessage(encodeMessage(message, KEY), KEY);
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.message.content, { a: "\ufffdx", b: "\\ud800", c: "\\\ufffd", d: "😀" });
});

test("a signature counts once, however many came between, up to what is remembered", () => {
  const isNew = createReplayGuard(3);
  assert.deepEqual(["a", "b", "a", "c", "d", "a", "b"].map(isNew), [true, true, false, true, true, false, false]);
  for (const other of ["e", "f", "g", "h", "i", "j"]) isNew(other);
  assert.equal(isNew("a"), true, "memory is bounded");
});

test("brackets in strings do not count as depth", () => {
  const text = JSON.stringify({ a: `\\"${"[".repeat(2000)}`, b: "\\" });
  assert.deepEqual(readJsonFrame(Buffer.from(text)), { object: JSON.parse(text) });
  assert.deepEqual(readJsonFrame(Buffer.from(`{"a":${"[".repeat(511)}${"]".repeat(511)}}`)), {
    object: JSON.parse(`{"a":${"[".repeat(511)}${"]".repeat(511)}}`),
  });
});

test("an empty key leaves messages unsigned", () => {
  const message = createMessage({ type: "x", session: "s", content: {} });
  const frames = encodeMessage(message, "");
  assert.equal(frames[1]?.length, 0);
  assert.ok(decodeMessage(frames, "").ok);
});

test("any frames are decoded or refused with a reason, never thrown at", () => {
  const frame = fc.oneof(fc.uint8Array(), fc.constant(Buffer.from("<IDS|MSG>")), fc.constant(Buffer.from("{}")));
  fc.assert(
    fc.property(fc.array(frame), (frames) => {
      const decoded = decodeMessage(frames, "");
      assert.ok(decoded.ok || decoded.reason.length > 0);
    }),
    { seed: 7, numRuns: 500 },
  );
});
