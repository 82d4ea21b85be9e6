/** @file Where a thread halts and where steps lead: loops, classes, callbacks, imports, reloaded files, and stops among them. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { resultText } from "../frontend.ts";
import { type DebugClient, startDebugged } from "./debug-client.ts";

/** Takes steps from a halt, and says where each leads. */
async function walk(client: DebugClient, steps: readonly string[]): Promise<string[]> {
  const seen: string[] = [];
  for (const step of steps) {
    await client.debug(step, { threadId: 1 });
    seen.push((await client.halted("step")).join(" "));
  }
  return seen;
}

test("steps follow loops, classes, callbacks and switches of syntax that Node lacks", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const code = `enum Kind { A = 1, B }
class Box {
  declare size: number;
  constructor(size: number) {
    this.size = size;
  }
  get doubled(): number {
    return this.size * Kind.B;
  }
}
const sizes = [1, 2].map((size) => {
  const box = new Box(size);
  return box.doubled;
});
for (const size of sizes) {
  if (size > 2) break;
}
sizes.length`;
  await client.breakAt(code, 12);
  const running = client.execute(code);
  assert.deepEqual(await client.halted("breakpoint"), ["(anonymous):12", "In[1]:11"]);
  assert.deepEqual(await walk(client, ["stepIn", "stepOut", "stepIn", "stepOut"]), [
    "Box:5 (anonymous):12 In[1]:11",
    "(anonymous):13 In[1]:11",
    "get doubled:8 (anonymous):13 In[1]:11",
    "(anonymous):13 In[1]:11",
  ]);
  await client.debug("disconnect");
  assert.equal(resultText(await running), "2");
});

test("a step goes over imports, static and dynamic, whose files load meanwhile", { timeout: 100_000 }, async (t) => {
  const files = { "one.ts": "export const one: number = 1;\n", "two.ts": "export const two: number = 2;\n" };
  const client = await startDebugged(t, files);
  const code =
    'let n = 0;\nconst { one } = await import("./one.ts");\nn += one;\nconst { two } = await import("./two.ts");\nn += two;\nn';
  await client.breakAt(code, 1);
  const running = client.execute(code);
  await client.halted("breakpoint");
  assert.deepEqual(await walk(client, ["next", "next", "next", "next"]), ["In[1]:2", "In[1]:3", "In[1]:4", "In[1]:5"]);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "3");
});

test("a file that was edited keeps its breakpoints", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t, { "rate.ts": "export function rate() {\n  return 1;\n}\n" });
  const source = { path: join(client.folder, "rate.ts") };
  await client.debug("setBreakpoints", { source, breakpoints: [{ line: 2 }] });
  const code = 'import { rate } from "./rate.ts";\nrate()';
  for (const [text, line, result] of [
    ["", 2, "1"],
    ["export function rate() {\n  const next = 2;\n  return next;\n}\n", 2, "2"],
  ] as const) {
    if (text !== "") writeFileSync(source.path, text);
    const running = client.execute(code);
    assert.equal((await client.halted("breakpoint"))[0], `rate:${line}`);
    await client.debug("continue", { threadId: 1 });
    assert.equal(resultText(await running), result);
  }
});

test("a timer that a cell left behind halts when the cell has ended, and so does a debugger statement", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const code = "let rings = 0;\nfunction ring() {\n  rings++;\n}\nsetTimeout(ring, 100);\n1";
  await client.breakAt(code, 3);
  assert.equal(resultText(await client.execute(code)), "1");
  assert.deepEqual(await client.halted("breakpoint"), ["ring:3"]);
  await client.debug("continue", { threadId: 1 });
  const stated = client.execute("const before = 1;\ndebugger;\nrings");
  assert.deepEqual(await client.halted("breakpoint"), ["In[2]:2"]);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await stated), "1");
});

test("a loop that spins is paused, looked at and goes on", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = "let go = true;\nlet rounds = 0;\nconsole.log('spins');\nwhile (go) {\n  rounds++;\n}\nrounds > 0";
  const running = client.execute(code);
  await client.until(({ content }) => content.text === "spins\n");
  await client.debug("pause", { threadId: 1 });
  assert.match(String((await client.halted("pause"))[0]), /^In\[1\]:[45]$/);
  assert.equal(await client.evaluate("go = false"), "false");
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "true");
});

test("a pause asked for in the middle of the kernel's own code halts in the cell", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = "let go = true;\nconsole.log('spins');\nwhile (go) {\n  process.stdout.write('');\n}\n'over'";
  const running = client.execute(code);
  await client.until(({ content }) => content.text === "spins\n");
  for (let round = 0; round < 20; round++) {
    await client.debug("pause", { threadId: 1 });
    assert.match(String((await client.halted("pause"))[0]), /^In\[1\]:[34]$/);
    if (round === 19) assert.equal(await client.evaluate("go = false"), "false");
    await client.debug("continue", { threadId: 1 });
  }
  assert.equal(resultText(await running), "'over'");
});

test("a pause asked for while nothing runs halts where the next cell begins", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  await client.debug("pause", { threadId: 1 });
  const running = client.execute("const a = 1;\nconst b = 2;\na + b");
  assert.deepEqual(await client.halted("pause"), ["In[1]:1"]);
  await client.debug("next", { threadId: 1 });
  assert.deepEqual(await client.halted("step"), ["In[1]:2"]);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "3");
  assert.equal(resultText(await client.execute("a")), "1");
});

const SPINS: Readonly<Record<string, string>> = {
  "a loop": "console.log('runs'); while (true) {}",
  "a loop that awaits": "console.log('runs'); while (true) await new Promise((done) => setImmediate(done));",
  "a finally with a breakpoint":
    "try {\n  console.log('runs'); await new Promise(() => {});\n} finally {\n  kept += 1;\n}",
};

test("a stop works while a debugger is on, halts nowhere, and the next breakpoint holds", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  await client.execute("let kept = 1");
  let runs = 0;
  for (const [what, code] of Object.entries(SPINS)) {
    if (code.includes("kept")) await client.breakAt(code, 4);
    const running = client.execute(code);
    runs++;
    await client.until(
      () => client.messages.filter(({ message }) => message.content.text === "runs\n").length === runs,
    );
    assert.equal((await client.request("interrupt_request", {}, "control")).reply.status, "ok", what);
    assert.equal((await running).reply.ename, "Interrupted", what);
  }
  const next = "kept += 10;\nkept";
  await client.breakAt(next, 2);
  const running = client.execute(next);
  assert.match(String((await client.halted("breakpoint"))[0]), /:2$/);
  await client.debug("continue", { threadId: 1 });
  assert.match(String(resultText(await running)), /^1[12]$/);
});

test("a condition in a long loop halts where it holds, and nowhere else", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const code = "let last = 0;\nfor (let k = 0; k < 3000; k++) {\n  last = k;\n}\nlast";
  await client.breakAt(code, [3, "k === 2999"]);
  const running = client.execute(code);
  await client.halted("breakpoint");
  assert.equal(await client.evaluate("k"), "2999");
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "2999");
});

test("a CommonJS file halts at what is set once it was loaded", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t, { "more.cjs": "exports.more = (n) => {\n  return n + 1;\n};\n" });
  await client.execute('import { more } from "./more.cjs"; more(1)');
  const source = { path: join(client.folder, "more.cjs") };
  await client.debug("setBreakpoints", { source, breakpoints: [{ line: 2 }] });
  const running = client.execute("more(3)");
  assert.deepEqual(await client.halted("breakpoint"), ["exports.more:2", "In[2]:1"]);
  await client.debug("continue", { threadId: 1 });
  assert.equal(resultText(await running), "4");
});
