/** @file Requests that a debugger cannot serve: each gets a clear error, and harms nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { JsonObject } from "@eightfold/kernel/wire";
import { resultText, startFrontend } from "../frontend.ts";
import { createClient, startDebugged } from "./debug-client.ts";

const BAD: readonly (readonly [command: string, given: JsonObject, message: RegExp])[] = [
  ["juggle", {}, /does not know juggle; it knows attach, configurationDone, /],
  ["__proto__", {}, /does not know __proto__/],
  ["setBreakpoints", {}, /setBreakpoints requires source to be an object, got nothing/],
  ["setBreakpoints", { source: { path: 5 } }, /requires path to be text, got 5/],
  [
    "setBreakpoints",
    { source: { path: "a" }, breakpoints: [{ line: 0 }] },
    /requires line to be an integer of at least 1, got 0/,
  ],
  [
    "setBreakpoints",
    { source: { path: "a" }, breakpoints: "x" },
    /requires breakpoints to be a list of objects, got "x"/,
  ],
  ["stackTrace", { threadId: 1 }, /stackTrace requires a paused thread, and the main thread runs/],
  ["scopes", { frameId: 1 }, /scopes requires a paused thread/],
  ["next", { threadId: 1 }, /next requires a paused thread/],
  ["variables", { variablesReference: 99_999 }, /requires variablesReference to be one of this pause, got 99999/],
  ["variables", { variablesReference: "x" }, /requires variablesReference to be an integer/],
  ["evaluate", { expression: "1", frameId: 3 }, /evaluate requires a paused thread/],
  ["evaluate", { expression: "while (true) {}" }, /./],
  ["dumpCell", {}, /dumpCell requires code to be text, got nothing/],
  [
    "source",
    { source: { path: "/no/such/file.ts" } },
    /source unavailable: no cell and no file is known as \/no\/such\/file\.ts/,
  ],
  ["setExceptionBreakpoints", { filters: [1] }, /requires filters to be a list of texts/],
  ["copyToGlobals", { srcVariableName: "a b", dstVariableName: "c" }, /requires names of variables, got "a b"/],
];

test("a request that makes no sense gets a clear error, and the session goes on", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  await client.execute("let n = 1");
  for (const [command, given, message] of BAD) assert.match(await client.refusal(command, given), message, command);
  for (const content of [{}, { command: 5 }, { command: "threads", arguments: [] }]) {
    const { reply } = await client.request("debug_request", content, "control");
    assert.deepEqual([reply.status, reply.success], ["error", false]);
  }
  assert.equal(resultText(await client.execute("n + 1")), "2");
});

test("a command that needs a start says so before it", { timeout: 100_000 }, async (t) => {
  const client = createClient(await startFrontend(t), "");
  assert.match(
    await client.refusal("setBreakpoints", {}),
    /setBreakpoints requires a debugger that was started \(hint: send initialize/,
  );
  assert.equal(resultText(await client.execute("1 + 1")), "2");
});

test("a breakpoint that cannot stand says why, and the others hold", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = "let n = 1;\n\n// nothing here\nn++;\nn";
  const { sourcePath } = await client.debug("dumpCell", { code });
  const set = async (path: string, breakpoints: JsonObject[]) =>
    (await client.debug("setBreakpoints", { source: { path }, breakpoints })).breakpoints as JsonObject[];
  const [beyond, unreadable, waits, good] = await set(sourcePath as string, [
    { line: 9 },
    { line: 1, condition: "n >" },
    { line: 1, condition: "await n" },
    { line: 2 },
  ]);
  assert.deepEqual([beyond?.verified, beyond?.message], [false, "line 9 is beyond the last, which is 5"]);
  assert.match(String(unreadable?.message), /^the condition cannot be read: /);
  assert.match(String(waits?.message), /^the condition cannot be read: .*await/);
  assert.deepEqual([good?.verified, good?.line], [true, 2]);
  const missing = join(client.folder, "missing.ts");
  assert.equal((await set(missing, [{ line: 1 }]))[0]?.message, `there is no file ${missing}`);
  const running = client.execute(code);
  assert.deepEqual(await client.halted("breakpoint"), ["In[1]:4"]);
  const moved = await client.event("breakpoint");
  assert.deepEqual(
    [moved.reason, (moved.breakpoint as JsonObject).id, (moved.breakpoint as JsonObject).line],
    ["changed", good?.id, 4],
  );
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "2");
});

test("a condition that throws halts nowhere, and says so once", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = "let sum = 0;\nfor (const k of [1, 2, 3]) {\n  sum += k;\n}\nsum";
  await client.breakAt(code, [3, "k.a.b"]);
  const running = client.execute(code);
  assert.match(
    String((await client.event("output")).output),
    /the condition k\.a\.b of a breakpoint fails: TypeError: /,
  );
  assert.equal(resultText(await running), "6");
});
