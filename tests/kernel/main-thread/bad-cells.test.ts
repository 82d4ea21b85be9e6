/** @file Cells that nobody should run: each is reported, the kernel lives on, and nothing printed before is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, type Frontend, resultText, startFrontend, streamText } from "../frontend.ts";

async function stillWorks(frontend: Frontend): Promise<void> {
  const code =
    "const { a: [first = 3], ...others } = { a: [], b: 2 }; class Late { #x = 1; get x() { return this.#x } }; console.log('printed'); '' + first + others.b + new Late().x + (await 5)";
  const exchange = await frontend.execute(code);
  assert.equal(resultText(exchange), "'3215'", JSON.stringify(exchange.reply));
  assert.equal(streamText(exchange), "printed\n");
  const failed = await frontend.execute("undefined.x");
  assert.match(String(failed.reply.evalue), /Cannot read properties of undefined/);
  const syntax = await frontend.execute("let = ;");
  assert.equal(syntax.reply.ename, "SyntaxError");
}

const HOSTILE: Record<string, string> = {
  "overwrites Promise, JSON, Map and Object.defineProperty":
    "console.log('before'); for (const name of ['Promise', 'JSON', 'Map', 'Set', 'WeakMap', 'Symbol', 'Reflect', 'Proxy', 'Error', 'Atomics']) globalThis[name] = undefined; Object.defineProperty = Object.entries = Object.fromEntries = () => { throw new TypeError('mine now') }; 0",
  "breaks the prototypes":
    "console.log('before'); for (const holder of [Array, String, Map, Set, RegExp, Function]) for (const name of ['map', 'filter', 'flatMap', 'push', 'replace', 'split', 'get', 'set', 'has', 'add', 'test', 'exec']) if (name in holder.prototype) holder.prototype[name] = function () { throw new TypeError('mine now') }; 0",
  "deletes every global it can":
    "console.log('before'); const { deleteProperty } = Reflect; const all = globalThis; for (const name of Object.getOwnPropertyNames(all)) if (name !== 'console') deleteProperty(all, name); 0",
  "overwrites process and Buffer":
    "console.log('before'); globalThis.process = { browser: true }; globalThis.Buffer = undefined; 0",
  "adds to all objects":
    "console.log('before'); Object.prototype.evil = { type: 'Identifier', start: 0, end: 1 }; Object.prototype.get = () => 7; Object.prototype.value = 3; 0",
};
for (const [name, code] of Object.entries(HOSTILE)) {
  test(`a cell that ${name} harms its own code alone`, { timeout: 30_000 }, async (t) => {
    const frontend = await startFrontend(t);
    const exchange = await frontend.execute(code);
    assert.equal(streamText(exchange), "before\n");
    await stillWorks(frontend);
  });
}

test("a cell that overwrites or deletes any global harms its own code alone", { timeout: 120_000 }, async (t) => {
  const frontend = await startFrontend(t);
  const listed = await frontend.execute("Object.getOwnPropertyNames(globalThis).join()");
  const names = String(resultText(listed)).replaceAll("'", "").split(",");
  assert.ok(names.includes("process") && names.length > 100);
  await frontend.execute(
    "const { defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect; const all = globalThis; let kept",
  );
  for (const name of names) {
    for (const harm of [
      `all.${name} = undefined`,
      `all.${name} = { browser: true }`,
      `deleteProperty(all, "${name}")`,
    ]) {
      await frontend.execute(`kept = getOwnPropertyDescriptor(all, "${name}"); ${harm}; 0`);
      const next = await frontend.execute(
        "const own = class { #x = 1; get x() { return this.#x } }; '' + new own().x + (await 5)",
      );
      assert.equal(resultText(next), "'15'", `${harm}: ${next.reply.evalue}`);
      await frontend.execute(`defineProperty(all, "${name}", kept); 0`);
    }
  }
});

test("a recursion without end is a RangeError, and what was printed before is there", {
  timeout: 30_000,
}, async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute("console.log('before'); (function again() { again() })()");
  assert.equal(streamText(exchange), "before\n");
  assert.match(String(exchange.reply.evalue), /Maximum call stack/);
  const deep = await frontend.execute("let list = []; for (let i = 0; i < 1e5; i++) list = [list]; list");
  assert.ok(deep.reply.status);
  await stillWorks(frontend);
});

test("half a surrogate pair in code and in output is U+FFFD where it is sent", { timeout: 30_000 }, async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute('console.log("a\\ud800b"); "\\ude00" + "\\ud83d"', {});
  assert.equal(streamText(exchange), "a\ufffdb\n");
  assert.equal((await frontend.execute('"\ud800".length')).reply.status, "ok");
  await stillWorks(frontend);
});

test("a cell of 50 MB runs", { timeout: 60_000 }, async (t) => {
  const frontend = await startFrontend(t);
  const exchange: Exchange = await frontend.execute(`"${"x".repeat(50_000_000)}".length`);
  assert.equal(resultText(exchange), "50000000");
  await stillWorks(frontend);
});

test("a storm of unhandled rejections is shown in part", { timeout: 30_000 }, async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(
    "for (let i = 0; i < 20_000; i++) Promise.reject(new Error('storm ' + i)); console.log('before')",
  );
  await frontend.until(({ content }) => /errors of this cell/.test(String(content.text)));
  const errors = frontend.messages.filter(({ message }) => message.header.msg_type === "error");
  assert.equal(errors.length, 20);
  await stillWorks(frontend);
  await frontend.execute("Promise.reject(new Error('another cell')); 0");
  await frontend.until(({ content }) => content.evalue === "another cell");
});

test("a kernel whose log nobody reads any more serves on, and so does one whose cell ended its streams", {
  timeout: 30_000,
}, async (t) => {
  const frontend = await startFrontend(t);
  frontend.process.stderr?.destroy();
  for (let line = 0; line < 3; line++) await frontend.channels.send("shell", "nonsense", {}); // lines for the log
  await frontend.execute("process.stdout.destroy(); process.stderr.destroy(); 0");
  await stillWorks(frontend);
});

test("a cell that takes away every listener of the process does not make the next late error fatal", {
  timeout: 30_000,
}, async (t) => {
  const frontend = await startFrontend(t);
  const removals = [
    "process.removeAllListeners('uncaughtException'); process.removeAllListeners('unhandledRejection')",
    "process.removeAllListeners()",
    "for (const listener of process.listeners('uncaughtException')) process.off('uncaughtException', listener)",
  ];
  for (const [at, removal] of removals.entries()) {
    await frontend.execute(`${removal}; setTimeout(() => { throw new Error('late ${at}') }, 1); Promise.reject(at); 0`);
    await frontend.until(({ content }) => content.evalue === `late ${at}`);
  }
  await stillWorks(frontend);
});
