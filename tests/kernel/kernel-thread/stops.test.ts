/** @file The stop button: after it nothing of the cell runs, whatever it was doing and whoever watched; nothing else is lost. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Exchange, type Frontend, resultText, startFrontend } from "../frontend.ts";
import { ENDLESS_WORK, LOCAL_FILES, prelude, WATCHERS } from "./stopped-work.ts";

/** Of the cell's own work before the button is pressed. */
const WORK_MS = 20;
/** What still runs counts on in so long. */
const COUNT_MS = 40;

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "eightfold-stops-"));
  for (const [name, text] of Object.entries(LOCAL_FILES)) writeFileSync(join(made, name), text);
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

/** Sends a few bytes to whoever asks for /short, and never stops sending to anyone else. */
async function endlessServer(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/short") return void response.end("short");
    const timer = setInterval(() => response.write("more"), 2);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs a cell and presses the button once it has said that it runs, and worked for a while. */
async function stopped(frontend: Frontend, code: string, mark: string): Promise<Exchange> {
  const running = frontend.execute(`console.log(${JSON.stringify(mark)}); ${code}`);
  await frontend.until(({ content }) => content.text === `${mark}\n`);
  await sleep(WORK_MS);
  assert.equal((await frontend.request("interrupt_request", {}, "control")).reply.status, "ok");
  return await running;
}

for (const [watcher, watch] of Object.entries(WATCHERS)) {
  test(`after a stop nothing of the cell runs, and its variables are kept: ${watcher}`, {
    timeout: 120_000,
  }, async (t) => {
    const frontend = await startFrontend(t, folder(t));
    assert.equal((await frontend.execute(prelude(await endlessServer(t)))).reply.status, "ok");
    assert.equal((await frontend.execute(watch)).reply.status, "ok");
    for (const [what, work] of Object.entries(ENDLESS_WORK)) {
      const { reply } = await stopped(frontend, work, what);
      assert.equal(reply.ename, "Interrupted", `${what}: ${reply.evalue}`);
      const count = resultText(await frontend.execute("n"));
      await sleep(COUNT_MS);
      assert.equal(resultText(await frontend.execute("n")), count, `${what} runs on`);
      assert.equal(
        resultText(await frontend.execute("await sleep(1); await new Promise((r) => setImmediate(r)); n = 0")),
        "0",
        what,
      );
    }
    const errors = frontend.messages.filter(({ message }) => message.header.msg_type === "error");
    assert.deepEqual(
      errors.filter(({ message }) => message.content.ename !== "Interrupted").map(({ message }) => message.content),
      [],
    );
  });
}

test("a stop waits until Node has called its async hooks: what is disabled or terminated in one would end the process", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(`
    import { createHook } from "node:async_hooks";
    let inHooks = 0; let n = 0;
    const slow = () => { const from = performance.now(); while (performance.now() < from + 0.5) inHooks++ };
    createHook({ init: slow, before: slow, after: slow, promiseResolve: slow }).enable()`);
  for (const work of [
    "while (true) { await new Promise((r) => setImmediate(r)); n++ }",
    "while (true) { new Promise((r) => r(n++)) }",
    "(function tick() { n++; setImmediate(tick) })(); await new Promise(() => {})",
  ]) {
    for (let count = 0; count < 5; count++) {
      const { reply } = await stopped(frontend, work, `${work} ${count}`);
      assert.equal(reply.ename, "Interrupted", `${work}: ${reply.evalue}`);
      assert.equal(
        resultText(await frontend.execute("await new Promise((r) => setImmediate(r)); inHooks > 0")),
        "true",
      );
    }
  }
});

test("a stopped cell's finally blocks run to their end, and no catch and no return of theirs keeps it alive", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(
    'import { setTimeout as sleep } from "node:timers/promises"; let log: string[] = []; let work: Promise<unknown>',
  );
  const code = `
    async function inner() { try { await sleep(2) } finally { log.push("finally"); await sleep(2); log.push("and what it awaits"); return 1 } }
    async function outer() { try { while (true) await inner() } catch { log.push("caught") } log.push("after") }
    work = outer(); await work; log.push("the cell")`;
  await stopped(frontend, code, "unwinds");
  await sleep(COUNT_MS);
  const written = String(resultText(await frontend.execute("[...new Set(log)].join()")));
  assert.equal(written, "'finally,and what it awaits'");
  const asked = await frontend.execute(
    "await work.then(() => 'goes on', (error) => error.name + ': ' + error.message)",
  );
  assert.equal(resultText(asked), "'Interrupted: the cell was interrupted'");
});

test("a cell that has awaited comes to its next check, and is not terminated before its finally blocks", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("let ended = 0");
  const code = `await null;
    try { while (true) { const from = performance.now(); while (performance.now() < from + 0.5); await null } } finally { ended++ }`;
  for (let count = 1; count <= 10; count++) {
    assert.equal((await stopped(frontend, code, `computes ${count}`)).reply.ename, "Interrupted");
    assert.equal(resultText(await frontend.execute("ended")), String(count));
  }
});

test("a stop tells the cell's signal, whose listeners run, and leaves what earlier cells have started alone", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(`
    import { createServer } from "node:http"; import { setTimeout as sleep } from "node:timers/promises";
    let ticks = 0; let told = 0; const earlier = setInterval(() => { ticks++ }, 1);
    let turns = 0; (async () => { while (turns >= 0) { await sleep(1); turns++ } })();
    const server = createServer((_, response) => response.end("served")).listen(0, "127.0.0.1");
    const url = await new Promise<string>((r) => server.on("listening", () => r("http://127.0.0.1:" + (server.address() as any).port)))`);
  await stopped(
    frontend,
    'cellSignal.addEventListener("abort", async () => { await sleep(1); told++ }); while (true) { await (await fetch(url)).text() }',
    "asks",
  );
  await sleep(COUNT_MS);
  const code =
    "const before = [ticks, turns]; await sleep(40); [told, ticks > before[0], turns > before[1], await (await fetch(url)).text()].join()";
  assert.equal(resultText(await frontend.execute(code)), "'1,true,true,served'");
  await frontend.execute("clearInterval(earlier); turns = -1e9; server.close()");
});

test("what a stop needs is seen by nobody: texts of functions, messages, frames", async (t) => {
  const frontend = await startFrontend(t);
  const text = `async (x) => { try { for await (const y of x) await y; return await x.then((z) => z) } catch { return 1 } finally { await 2 } }`;
  const shown = String(resultText(await frontend.execute(`const f = ${text}; f.toString().replace(/\\s+/g, " ")`)));
  assert.doesNotMatch(shown, /__stop|__fin|\u00a4|\u00a6/);
  assert.match(
    shown,
    /try \{ for await \(const y of x\) await y; return await x\.then\(\(z\) => z\); \} catch \{ return 1; \} finally \{ await 2; \}/,
  );
  const messages = {
    "(await 1).foo()": "(intermediate value).foo is not a function",
    "(await 1)()": "(intermediate value) is not a function",
    "for (const one of await 1) one": "(intermediate value) is not iterable",
    "(async () => { const { a } = await null })()":
      "Cannot destructure property 'a' of '(intermediate value)' as it is null.",
  };
  for (const [code, says] of Object.entries(messages)) assert.equal((await frontend.execute(code)).reply.evalue, says);
  const failed = await frontend.execute(
    "async function g() {\n  await null;\n  throw new Error('here');\n}\nawait g()",
  );
  assert.match(String(failed.reply.traceback), /at g \(In\[\d+\]:3:9\)/);
});
