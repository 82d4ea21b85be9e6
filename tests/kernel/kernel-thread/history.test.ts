/** @file What was typed, over restarts, https://jupyter-client.readthedocs.io/en/stable/messaging.html#history. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Frontend, startFrontend } from "../frontend.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-history-"));
after(() => rmSync(folder, { recursive: true })); // when every kernel has ended, which writes there

function historyFile(): string {
  return join(mkdtempSync(join(folder, "test-")), "below", "history.jsonl");
}

async function ask(frontend: Frontend, content: Record<string, string | number | boolean>): Promise<unknown> {
  return (await frontend.request("history_request", { raw: true, ...content })).reply.history;
}

test("history outlives the kernel, and sessions count on", async (t) => {
  const EIGHTFOLD_HISTORY = historyFile();
  const first = await startFrontend(t, undefined, { EIGHTFOLD_HISTORY });
  for (const code of ["6 * 7", "const quiet = 1", "6 * 7"]) await first.execute(code);
  await first.execute("'not kept'", { store_history: false });
  await first.execute("'silent'", { silent: true });
  await first.request("shutdown_request", { restart: true }, "control").catch(() => undefined);
  const second = await startFrontend(t, undefined, { EIGHTFOLD_HISTORY });
  await second.execute("'second'");
  assert.deepEqual(await ask(second, { hist_access_type: "tail", n: 2 }), [
    [1, 3, "6 * 7"],
    [2, 1, "'second'"],
  ]);
  const range = (session: number, start: number, stop: number) =>
    ask(second, { hist_access_type: "range", output: true, session, start, stop });
  assert.deepEqual(await range(-1, 1, 3), [
    [1, 1, ["6 * 7", "42"]],
    [1, 2, ["const quiet = 1", null]],
  ]);
  assert.deepEqual(await range(1, 3, 9), [[1, 3, ["6 * 7", "42"]]]);
  assert.deepEqual(await range(0, 1, 9), [[2, 1, ["'second'", "'second'"]]]);
  assert.equal(statSync(EIGHTFOLD_HISTORY).mode & 0o077, 0);
});

test("search takes * and ?, gives each input once when asked, and the latest n in their order", async (t) => {
  const frontend = await startFrontend(t);
  for (const code of ["a[0] = 1", "let a = [2]", "a[0]", "a[0] = 1", "a0"])
    await frontend.execute(code, { stop_on_error: false });
  const search = async (pattern: string, more = {}) =>
    ((await ask(frontend, { hist_access_type: "search", pattern, ...more })) as unknown[][]).map(([, line]) => line);
  assert.deepEqual(await search("a[0]*"), [1, 3, 4]);
  assert.deepEqual(await search("a?0?*", { unique: true }), [3, 4]);
  assert.deepEqual(await search("*", { n: 2 }), [4, 5]);
  const { reply } = await frontend.request("history_request", { hist_access_type: "sideways" });
  assert.match(String(reply.evalue), /requires hist_access_type to be range, tail or search/);
});

test("several kernels share the file, and a damaged line costs itself alone", async (t) => {
  const EIGHTFOLD_HISTORY = historyFile();
  const kernels = await Promise.all([1, 2, 3].map(() => startFrontend(t, undefined, { EIGHTFOLD_HISTORY })));
  await Promise.all(kernels.map((kernel, at) => kernel.execute(`const k${at} = "${"x".repeat(20_000)}"`)));
  for (const kernel of kernels) await kernel.execute("2");
  const [kernel] = kernels as [Frontend];
  await until(() => readFileSync(EIGHTFOLD_HISTORY, "utf8").match(/"input":"2"/g)?.length === 3);
  appendFileSync(EIGHTFOLD_HISTORY, '{"session": "cut of');
  appendFileSync(EIGHTFOLD_HISTORY, "\n[1]\nnull\n");
  const all = (await ask(kernel, { hist_access_type: "search", pattern: "*" })) as unknown[][];
  assert.deepEqual(
    all.map(([session, line]) => `${session}.${line}`),
    ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"],
  );
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("without a file that can be written, and with history off, a session remembers its own cells", async (t) => {
  for (const EIGHTFOLD_HISTORY of ["/proc/nowhere/history.jsonl", "off"]) {
    const frontend = await startFrontend(t, undefined, { EIGHTFOLD_HISTORY });
    await frontend.execute("1");
    await frontend.execute("2");
    assert.deepEqual(await ask(frontend, { hist_access_type: "tail", n: 5 }), [
      [1, 1, "1"],
      [1, 2, "2"],
    ]);
  }
});
