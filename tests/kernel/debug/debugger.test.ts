/** @file The debugger: breakpoints, the stack, variables, steps and stops, in the words and lines of who wrote the cell. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { resultText } from "../frontend.ts";
import { startDebugged } from "./debug-client.ts";

const CELL = `interface Point { x: number }
const factor: number = 2;
function scaled(point: Point, by = factor): number {
  const doubled = point.x * by;
  return doubled + 1;
}
const total = scaled({ x: 20 }) + 1;
total`;

test("a breakpoint in a function of a cell halts there, and shows its variables by their names", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const path = await client.breakAt(CELL, 5);
  const running = client.execute(CELL);
  assert.deepEqual(await client.halted("breakpoint"), ["scaled:5", "In[1]:7"]);
  assert.deepEqual(await client.variables(), { point: "{x: 20}", by: "2", doubled: "40" });
  const { factor, total } = await client.variables("Session");
  assert.deepEqual([factor, total], ["2", undefined]);
  const { stackFrames } = (await client.debug("stackTrace", { threadId: 1 })) as { stackFrames: { source: object }[] };
  assert.deepEqual(stackFrames[0]?.source, { name: "In[1]", path });
  assert.deepEqual((await client.debug("debugInfo")).stoppedThreads, [1]);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "42");
  await client.event("continued");
  assert.deepEqual((await client.debug("debugInfo")).stoppedThreads, []);
});

test("steps go over, into and out of functions, also of local files, and never into what the kernel has written", {
  timeout: 100_000,
}, async (t) => {
  const files = {
    "area.ts":
      "type Side = number;\nexport function area(side: Side): number {\n  const square = side ** 2;\n  return square;\n}\n",
  };
  const client = await startDebugged(t, files);
  const code = 'import { area } from "./area.ts";\nlet sum = 0;\nsum += area(3);\nawait null;\nsum += 1;\nsum';
  await client.breakAt(code, 2);
  const running = client.execute(code);
  assert.deepEqual(await client.halted("breakpoint"), ["In[1]:2"]);
  const seen: string[] = [];
  for (const step of ["next", "stepIn", "next", "stepOut", "next", "next"]) {
    await client.debug(step, { threadId: 1 });
    seen.push(`${step} ${(await client.halted("step")).join(" ")}`);
  }
  assert.deepEqual(seen, [
    "next In[1]:3",
    "stepIn area:3 In[1]:3",
    "next area:4 In[1]:3",
    "stepOut In[1]:4",
    "next In[1]:5",
    "next In[1]:6",
  ]);
  await client.debug("next", { threadId: 1 });
  assert.equal(resultText(await running), "10");
  assert.equal(resultText(await client.execute("1 + 1")), "2"); // the last step does not halt in the next cell
});

test("a breakpoint in a local file holds before and after it is loaded, and in a cell that has run", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t, {
    "twice.ts": "export const twice = (n: number): number => {\n  return n * 2;\n};\n",
  });
  const source = { path: join(client.folder, "twice.ts") };
  const set = await client.debug("setBreakpoints", { source, breakpoints: [{ line: 2 }] });
  assert.deepEqual(
    (set.breakpoints as { verified: boolean; line: number }[]).map(({ verified, line }) => [verified, line]),
    [[true, 2]],
  );
  const first =
    'import { twice } from "./twice.ts";\nconst four = twice(2);\nfunction again(n: number) {\n  return twice(n) + 1;\n}';
  const running = client.execute(first);
  assert.deepEqual(await client.halted("breakpoint"), ["twice:2", "In[1]:2"]);
  await client.debug("setBreakpoints", { source, breakpoints: [] });
  await client.debug("continue", { threadId: 1 });
  await running;
  await client.breakAt(first, 4);
  const second = client.execute("again(3)");
  assert.deepEqual(await client.halted("breakpoint"), ["again:4", "In[2]:1"]);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await second), "7");
});

test("a condition knows the frame's variables and the session's", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  await client.execute("const limit: number = 3");
  const code = "let hits = 0;\nfor (let i = 0; i < 1000; i++) {\n  hits += i;\n}\nhits";
  await client.breakAt(code, [3, "i > limit && i % 500 === (hits as number) * 0"]);
  const running = client.execute(code);
  await client.halted("breakpoint");
  assert.deepEqual(await client.variables(), { i: "500" });
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "499500");
});

test("an expression is evaluated with the names and types of its author, and may assign", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const code = "const base = 10;\nfunction add(n: number) {\n  let sum = base + n;\n  n++;\n  return sum;\n}\nadd(5)";
  await client.breakAt(code, 4);
  const running = client.execute(code);
  await client.halted();
  assert.equal(await client.evaluate("(sum as number) * base"), "150");
  assert.equal(await client.evaluate("{ a: sum, b: [n] }"), "{a: 15, b: Array(1)}");
  assert.equal(await client.evaluate("sum = 100"), "100");
  const [frameId] = ((await client.debug("stackTrace", { threadId: 1 })).stackFrames as { id: number }[]).map(
    ({ id }) => id,
  );
  const failed = (expression: string) => client.refusal("evaluate", { expression, frameId: frameId as number });
  assert.match(await failed("nothing"), /ReferenceError: nothing is not defined/);
  assert.match(await failed("1 +"), /Unexpected|Expected/);
  assert.match(await failed("await null"), /await/);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "100");
});

test("a stop ends a paused cell at once, keeps the variables, and nothing of it runs on", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const code = "let n = 1;\ntry {\n  n = 2;\n  n = 3;\n} finally {\n  n += 10;\n}\nn = 100;";
  for (const shape of [code, `await null;\n${code}`]) {
    const line = shape === code ? 4 : 5;
    await client.breakAt(shape, line);
    const running = client.execute(shape);
    await client.halted("breakpoint");
    assert.equal((await client.request("interrupt_request", {}, "control")).reply.status, "ok");
    assert.equal((await running).reply.ename, "Interrupted");
    await client.event("continued");
    assert.equal(resultText(await client.execute("n")), "2");
  }
});

test("a restart while a cell is paused runs nothing more of it", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = 'const fs = require("node:fs");\nfs.writeFileSync("first", "");\nfs.writeFileSync("second", "");';
  await client.breakAt(code, 3);
  await client.channels.send("shell", "execute_request", { code });
  await client.halted("breakpoint");
  const exited = new Promise((resolve) => client.process.once("exit", resolve));
  await client.channels.send("control", "shutdown_request", { restart: true });
  await exited;
  const { existsSync } = await import("node:fs");
  assert.deepEqual(
    ["first", "second"].map((name) => existsSync(join(client.folder, name))),
    [true, false],
  );
});

test("disconnect lets a paused cell go on, and nothing halts any more", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = "let n = 1;\nn++;\nn++;\nn";
  await client.breakAt(code, 2, 3);
  const running = client.execute(code);
  await client.halted("breakpoint");
  await client.debug("disconnect", { restart: false, terminateDebuggee: false });
  assert.equal(resultText(await running), "3");
  assert.equal((await client.debug("debugInfo")).isStarted, false);
  assert.equal(resultText(await client.execute(code)), "3");
});
