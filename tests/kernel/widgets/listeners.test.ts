/** @file Listeners of widgets: under which cell they are heard, what their errors harm, and how they are stopped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText } from "../frontend.ts";
import { print, said, show, startPage } from "./page.ts";

test("a button calls its listeners, whose errors and endless loops harm nothing else", async (t) => {
  const page = await startPage(t);
  const id = await show(
    page,
    "const b = new w.Button({ description: 'go' }); let n = 0; b.onClick(() => { n++; throw new Error('one') }); b.onClick(async () => { await null; console.log('two', n) }); b",
  );
  const click = { method: "custom", content: { event: "click" } };
  const caused = await page.tell(id, click);
  assert.deepEqual([caused[0]?.content.evalue, ...said(caused.slice(1))], ["one", print("two 1\n")]);
  await page.execute("b.onClick(() => { console.log('spins'); while (true) {} })");
  const spinning = page.tell(id, click);
  await page.until(({ content }) => content.text === "spins\n" || String(content.text).endsWith("\nspins\n"));
  await page.request("interrupt_request", {}, "control");
  await spinning;
  assert.equal(resultText(await page.execute("n")), "2");
});

test("a cell that observes is found after thousands of moves", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.IntSlider({ max: 10_000 }); x");
  const observing = await page.execute(
    "x.observe('value', ({ new: value }) => { if (value > 9_000) console.log('far') })",
  );
  for (let value = 1; value <= 2100; value++) {
    const data = { method: "update", state: { value }, buffer_paths: [] };
    await page.channels.send("shell", "comm_msg", { comm_id: id, data });
  }
  const caused = await page.move(id, { value: 10_000 });
  const printed = caused.find(({ content }) => content.text === "far\n");
  assert.equal(printed?.parent_header.msg_id, observing.iopub[0]?.parent_header.msg_id);
});

test("a stop ends what a captured function waits in, runs its finally, and the next cell works", async (t) => {
  const page = await startPage(t);
  await page.execute("const out = new w.Output(); let turns = 0; out");
  const running = page.execute(`await out.capture(async () => {
    console.log("begins");
    try { while (true) { turns++; await new Promise((go) => setTimeout(go, 1)); } } finally { console.log("ends"); }
  })`);
  await page.until(
    ({ header, content }) => header.msg_type === "comm_msg" && JSON.stringify(content).includes("begins"),
  );
  await page.request("interrupt_request", {}, "control");
  assert.equal((await running).reply.ename, "Interrupted");
  const turns = resultText(await page.execute("turns"));
  assert.equal(resultText(await page.execute("await new Promise((go) => setTimeout(go, 100)); turns")), turns);
  assert.equal(resultText(await page.execute("out.outputs[0]?.text")), "'begins\\nends\\n'");
});
