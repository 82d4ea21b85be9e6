/** @file Cells that replace, delete, pollute or freeze what all code shares: each harms its own code alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Exchange, type Frontend, resultText, startFrontend, streamText } from "../frontend.ts";

/** What holds the functions that the kernel, Node and everyone calls, each an expression. */
const HOLDERS = [
  ...["process", "console", "Buffer", "performance", "JSON", "Math", "Reflect", "Atomics", "Symbol", "Proxy"],
  ...["Object", "Function", "Array", "String", "Number", "Promise", "Error", "Date", "URL"],
  ...["Object", "Function", "Array", "String", "Number", "RegExp", "Map", "Set", "WeakMap", "WeakSet", "WeakRef"].map(
    (name) => `${name}.prototype`,
  ),
  ...["Promise", "Error", "Date", "Symbol", "Uint8Array", "ArrayBuffer", "DataView", "URL", "TextDecoder"].map(
    (name) => `${name}.prototype`,
  ),
  ...["AbortController", "AbortSignal", "EventTarget", "Event", "MessagePort", "Buffer"].map(
    (name) => `${name}.prototype`,
  ),
  "Object.getPrototypeOf(Uint8Array.prototype)",
  ...["[].values()", "new Map().values()", "new Set().values()", "(function* () {})()"].flatMap((made) => [
    `Object.getPrototypeOf(${made})`,
    `Object.getPrototypeOf(Object.getPrototypeOf(${made}))`,
  ]),
  'require("node:events").prototype',
  ...["fs", "util", "path", "module", "vm", "url", "async_hooks"].map((name) => `require("node:${name}")`),
];

const PREPARE = `
  const { defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const holders: any[] = [${HOLDERS.join(", ")}];
  const kept: any[] = [];
  const keep = 41;
  const never = new Promise(() => {});
  function harm(): never { throw new TypeError("mine now") }`;

/** Ends the process, as it should. */
const ENDS = new Set(["exit", "reallyExit", "abort", "kill", "_kill"]);

/** Far longer than any of these cells takes. */
const PATIENCE_MS = 20_000;

/** Fails, and says after what, where a cell does not come to its end. */
async function run(frontend: Frontend, code: string, after: string): Promise<Exchange> {
  const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() =>
    assert.fail(`no end of ${code} after ${after}`),
  );
  return await Promise.race([frontend.execute(code), late]);
}

/** A cell runs, waits, and fails, and all of it arrives. */
async function assertWorks(frontend: Frontend, after: string): Promise<void> {
  const next = await run(frontend, "keep + (await 1)", after);
  assert.equal(resultText(next), "42", `${after}: ${next.reply.evalue}`);
  const failed = await run(frontend, "null.x", after);
  assert.match(String(failed.reply.evalue), /Cannot read properties of null/, after);
  assert.ok(
    failed.outputs.some(([type]) => type === "error"),
    after,
  );
}

/** A cell that never ends is stopped, with what it would have kept. */
async function assertStops(frontend: Frontend, code: string, after: string): Promise<void> {
  const running = run(frontend, code, after);
  await sleep(20);
  await frontend.request("interrupt_request", {}, "control");
  assert.equal((await running).reply.ename, "Interrupted", after);
}

test("a cell that replaces any function of what all code shares harms its own code alone", {
  timeout: 300_000,
}, async (t) => {
  const frontend = await startFrontend(t);
  assert.equal((await frontend.execute(PREPARE)).reply.status, "ok");
  for (const [at, holder] of HOLDERS.entries()) {
    const listed = await frontend.execute(`console.log(ownKeys(holders[${at}]).map(String).join("\\n"))`);
    const keys = streamText(listed)
      .split("\n")
      .filter((key) => key !== "");
    for (const [place, key] of keys.entries()) {
      if (holder === "process" && ENDS.has(key)) continue;
      const name = `${holder}.${key}`;
      const target = `holders[${at}], ownKeys(holders[${at}])[${place}]`;
      const value = "{ value: harm, writable: true, configurable: true, enumerable: kept[1].enumerable }";
      const replaced = await frontend.execute(
        `kept[0] = ownKeys(holders[${at}])[${place}]; kept[1] = getOwnPropertyDescriptor(${target}); if (kept[1].configurable) defineProperty(${target}, ${value}); 0`,
      );
      assert.equal(replaced.reply.status, "ok", name);
      await assertWorks(frontend, name);
      await frontend.execute(`if (kept[1].configurable) defineProperty(holders[${at}], kept[0], kept[1]); 0`);
    }
  }
});

const THROWING =
  "{ configurable: true, get() { throw new TypeError('mine now') }, set() { throw new TypeError('mine now') } }";

/** Nothing puts these back: each has a kernel of its own. */
const LASTING: readonly string[] = [
  ...["Object", "Array", "Function", "Map", "Promise", "Error", "RegExp"].map(
    (name) => `Object.freeze(${name}.prototype)`,
  ),
  "Object.freeze(process)",
  "Object.freeze(globalThis)",
  "for (const name of Reflect.ownKeys(globalThis)) { const value = (globalThis as any)[name]; if (typeof value === 'function') { if (value.prototype) Object.freeze(value.prototype); Object.freeze(value) } }",
  ...["toJSON", "get", "value", "type", "name", "message", "id", "cell", "signal"].map(
    (name) => `Object.defineProperty(Object.prototype, "${name}", ${THROWING})`,
  ),
  "Object.setPrototypeOf(globalThis, null)",
  "Object.setPrototypeOf(Array.prototype, null)",
  "Object.setPrototypeOf(Function.prototype, null)",
  "Error.prepareStackTrace = () => { throw new TypeError('mine now') }",
  "Error.stackTraceLimit = 0",
  "process.emit = () => { throw new TypeError('mine now') }",
  "require('node:events').prototype.emit = () => { throw new TypeError('mine now') }",
  "MessagePort.prototype.postMessage = () => { throw new TypeError('mine now') }",
  "process.nextTick = queueMicrotask = setTimeout = setImmediate = (() => { throw new TypeError('mine now') }) as any",
  "process.on = process.once = process.listeners = process.off = (() => { throw new TypeError('mine now') }) as any",
  "process.env = null as any; process.cwd = process.hrtime = process.memoryUsage = (() => { throw new TypeError('mine now') }) as any",
  "globalThis.globalThis = null as any",
  "Promise.prototype.then = () => { throw new TypeError('mine now') }",
  "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw new TypeError('mine now') }",
  "class Mine extends Promise<any> { constructor() { throw new TypeError('mine now') } }; globalThis.Promise = Mine as any",
];

test("a cell that freezes, pollutes or replaces what all code shares for good can be stopped, and so can the next", {
  timeout: 300_000,
}, async (t) => {
  for (const harm of LASTING) {
    const frontend = await startFrontend(t);
    await frontend.execute(
      "const keep = 41; const never = new Promise(() => {}); const { apply } = Reflect; const { stdout } = process; const { write } = stdout",
    );
    await run(frontend, `${harm}; 0`, "its own harm");
    await assertWorks(frontend, harm);
    assert.equal(streamText(await run(frontend, "apply(write, stdout, ['hello']); 0", harm)), "hello", harm);
    await assertStops(frontend, "while (true) {}", harm);
    await assertStops(frontend, "await never", harm);
    await assertWorks(frontend, harm);
    frontend.process.kill("SIGKILL");
  }
});

/** What the kernel cannot undo. */
const FINAL: Readonly<Record<string, string>> = {
  Map: "Object.defineProperty(globalThis, 'Map', { value: null, configurable: false, writable: false })",
  Promise: "Object.defineProperty(globalThis, 'Promise', { value: null, configurable: false, writable: false })",
  stringify: "JSON.stringify = () => { throw new TypeError('mine now') }; Object.freeze(JSON)",
  push: "Array.prototype.push = () => { throw new TypeError('mine now') }; Object.freeze(Array.prototype)",
};

test("where a cell makes final what it has taken away, the next one says to restart the kernel", {
  timeout: 120_000,
}, async (t) => {
  for (const [name, harm] of Object.entries(FINAL)) {
    const frontend = await startFrontend(t);
    await run(frontend, `${harm}; 0`, "its own harm");
    const next = await frontend.execute("import { sep } from 'node:path'; [1, sep].map(String)");
    assert.equal(next.reply.ename, "KernelHarmed", `${name}: ${next.reply.evalue}`);
    assert.equal(
      next.reply.evalue,
      `a cell has replaced ${name} and made that final, and the kernel needs it (hint: restart the kernel)`,
    );
  }
});
