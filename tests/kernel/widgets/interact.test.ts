/** @file Functions with controls, and the widget that shows what functions put out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@eightfold/kernel/wire";
import { resultText, streamText } from "../frontend.ts";
import { startPage } from "./page.ts";

const print = (text: string) => ({ output_type: "stream", name: "stdout", text });
const shown = (text: string) => ({ output_type: "display_data", data: { "text/plain": text }, metadata: {} });

/** Ids of a session's models, by the names of their variables. */
async function idOf(page: Awaited<ReturnType<typeof startPage>>, expression: string): Promise<string> {
  return String(resultText(await page.execute(`String(${expression})`))).slice(1, -1);
}

test("interact runs at once and at each move; prints, displays and results stand in its output, nowhere else", async (t) => {
  const page = await startPage(t);
  const first = await page.execute(
    "const i = w.interact(({ x, kind }) => { console.log(kind); display(x); return x * 2 }, { x: [0, 10], kind: ['a', 'b'] }); i",
  );
  assert.equal(streamText(first), "");
  assert.deepEqual(
    first.outputs
      .filter(([type]) => !type.startsWith("comm"))
      .map(([type, { data }]) => [type, (data as JsonObject)["text/plain"]]),
    [["display_data", "x: 5 (0 to 10)\nkind: a (of a, b)\na\n5\n10"]],
  );
  const output = await idOf(page, "i.output.id");
  assert.deepEqual(page.state(output)?.outputs, [print("a\n"), shown("5"), shown("10")]);
  const caused = await page.move(await idOf(page, "i.controls.x.id"), { value: 7 });
  assert.ok(caused.every(({ header }) => header.msg_type === "comm_msg"));
  assert.deepEqual(page.state(output)?.outputs, [print("a\n"), shown("7"), shown("14")]);
  assert.equal(resultText(await page.execute("[i.result, i.values]")), "[ 14, { x: 7, kind: 'a' } ]");
});

test("an error of the first run is the cell's, of a later one it stands in the output", async (t) => {
  const page = await startPage(t);
  const failing = await page.execute("w.interact(({ x }) => { throw new RangeError('at ' + x) }, { x: 1 })");
  assert.equal(failing.reply.evalue, "at 1");
  await page.execute(
    "const i = w.interact(({ x }) => { if (x > 2) throw new RangeError('at ' + x); return x }, { x: 1 })",
  );
  const [output, x] = [await idOf(page, "i.output.id"), await idOf(page, "i.controls.x.id")];
  await page.move(x, { value: 3 });
  const [error] = (page.state(output) as { outputs: [JsonObject] }).outputs;
  assert.deepEqual([error.output_type, error.ename, error.evalue], ["error", "RangeError", "at 3"]);
  assert.match(String((error.traceback as string[]).join("\n")), /In\[\d+\]:1:\d+/);
  await page.move(x, { value: 2 });
  assert.deepEqual(page.state(output)?.outputs, [shown("2")]);
});

test("an asynchronous function is waited for, and the last one started has the place", async (t) => {
  const page = await startPage(t);
  const first = await page.execute(
    "const i = w.interact(async ({ x }) => { console.log('from', x); await new Promise((go) => setTimeout(go, 30)); console.log('to', x); return x }, { x: 1 })",
  );
  const displayed = first.outputs.find(([type]) => type === "display_data")?.[1].data as JsonObject;
  assert.equal(displayed["text/plain"], "x: 1 (-1 to 3)\nfrom 1\nto 1\n1");
  const [output, x] = [await idOf(page, "i.output.id"), await idOf(page, "i.controls.x.id")];
  await page.move(x, { value: 2 });
  assert.deepEqual(page.state(output)?.outputs, [print("from 2\nto 2\n"), shown("2")]);
  await page.execute("i.controls.x.value = 3; i.controls.x.value = 0; await new Promise((go) => setTimeout(go, 100))");
  assert.deepEqual(page.state(output)?.outputs, [print("from 0\nto 0\n"), shown("0")]);
  assert.equal(resultText(await page.execute("i.result")), "0");
  const failing = await page.execute("w.interact(async () => { await null; throw new Error('later') }, { x: 1 })");
  const late = await page.until(({ header, content }) => header.msg_type === "error" && content.evalue === "later");
  assert.equal(late.parent_header.msg_id, failing.iopub[0]?.parent_header.msg_id);
});

test("after a stop the controls still work", async (t) => {
  const page = await startPage(t);
  await page.execute(
    "const i = w.interact(async ({ x }) => { console.log('at', x); while (x > 1) await new Promise((go) => setTimeout(go, 5)) }, { x: 1 })",
  );
  const [output, x] = [await idOf(page, "i.output.id"), await idOf(page, "i.controls.x.id")];
  const moved = page.move(x, { value: 2 });
  await page.until(({ content }) => JSON.stringify(content).includes("at 2"));
  await page.request("interrupt_request", {}, "control");
  await moved;
  await page.move(x, { value: 0 });
  assert.deepEqual(page.state(output)?.outputs, [print("at 0\n")]);
});

test("what a control is made of follows ipywidgets' rules", async (t) => {
  // https://ipywidgets.readthedocs.io/en/stable/examples/Using%20Interact.html#widget-abbreviations, and ipywidgets 8.1.9
  const page = await startPage(t);
  const cases: readonly (readonly [given: string, kind: string, state: JsonObject])[] = [
    ["10", "IntSlider", { min: -10, max: 30, value: 10 }],
    ["-2", "IntSlider", { min: -6, max: 2, value: -2 }],
    ["0", "IntSlider", { min: 0, max: 1, value: 0 }],
    ["2.5", "FloatSlider", { min: -2.5, max: 7.5, value: 2.5 }],
    ["[0, 4]", "IntSlider", { min: 0, max: 4, value: 2, step: 1 }],
    ["[0, 5]", "IntSlider", { min: 0, max: 5, value: 2 }],
    ["[0, 8, 3]", "IntSlider", { min: 0, max: 8, value: 3, step: 3 }],
    ["[0, 1, 0.25]", "FloatSlider", { min: 0, max: 1, value: 0.5, step: 0.25 }],
    ["true", "Checkbox", { value: true }],
    ["'hi'", "Text", { value: "hi" }],
    ["['apples', 'oranges']", "Dropdown", { _options_labels: ["apples", "oranges"], index: 0 }],
    ["[1, 2, 3, 4]", "Dropdown", { _options_labels: ["1", "2", "3", "4"], index: 0 }],
    ["{ one: 10, two: 20 }", "Dropdown", { _options_labels: ["one", "two"], index: 0 }],
    ["new Map([['one', 10]])", "Dropdown", { _options_labels: ["one"], index: 0 }],
    ["new w.IntSlider({ max: 3 })", "IntSlider", { max: 3 }],
  ];
  for (const [given, kind, expected] of cases) {
    const id = await idOf(page, `w.interactive(({ p }) => p, { p: ${given} }).controls.p.id`);
    const state = page.state(id) ?? {};
    const found = Object.fromEntries(Object.keys(expected).map((key) => [key, state[key]]));
    assert.deepEqual([state._model_name, state.description, found], [`${kind}Model`, "p", expected], given);
  }
  assert.equal(
    resultText(await page.execute("Object.keys(w.interactive(({ a, b }) => a + b, { a: 1, b: w.fixed(2) }).controls)")),
    "[ 'a' ]",
  );
});

test("a manual function runs when its button is pressed", async (t) => {
  const page = await startPage(t);
  await page.execute("const i = w.interact(({ x }) => x, { x: 1 }, { manual: true })");
  const output = await idOf(page, "i.output.id");
  await page.move(await idOf(page, "i.controls.x.id"), { value: 3 });
  assert.deepEqual(page.state(output)?.outputs, []);
  await page.tell(await idOf(page, "i.widget.children[1].id"), { method: "custom", content: { event: "click" } });
  assert.deepEqual(page.state(output)?.outputs, [shown("3")]);
});

test("an Output catches by what caused it: late prints too, and nothing of what runs at the same time", async (t) => {
  const page = await startPage(t);
  const cell = await page.execute(`const out = new w.Output();
    const waits = out.capture(async () => { console.log("in 1"); await new Promise((go) => setTimeout(go, 20)); console.log("in 2"); setTimeout(() => console.log("late"), 5); });
    console.log("outside");
    await waits;
    console.log("after");
    await new Promise((go) => setTimeout(go, 200)); out`);
  assert.equal(streamText(cell), "outside\nafter\n");
  const id = page.shownBy(cell);
  assert.deepEqual(page.state(id)?.outputs, [print("in 1\nin 2\nlate\n")]);
  const failing = await page.execute("out.capture(() => { console.log('before'); throw new TypeError('mine') })");
  assert.deepEqual([failing.reply.ename, failing.reply.evalue], ["TypeError", "mine"]);
  assert.deepEqual(page.state(id)?.outputs, [print("in 1\nin 2\nlate\nbefore\n")]);
  assert.equal(
    resultText(
      await page.execute(
        "out.replace(() => { const d = display(1); d.update(2); display.clear({ wait: true }); display(3); return 4 })",
      ),
    ),
    "4",
  );
  assert.deepEqual(page.state(id)?.outputs, [shown("3")]);
  await page.execute("out.clear()");
  assert.deepEqual(page.state(id)?.outputs, []);
});

test("a picture in an Output is the static picture of all that holds it, also one that takes a while to draw", async (t) => {
  const page = await startPage(t);
  const { outputs } =
    await page.execute(`const picture = { [Symbol.for("Jupyter.display")]: async () => { await new Promise((go) => setTimeout(go, 20)); return { "image/png": "iVBORw0KGgo=", "text/plain": "a figure" } } };
    w.interact(() => picture, { x: 1 }); console.log("below")`);
  const kinds = outputs.filter(([type]) => !type.startsWith("comm")).map(([type]) => type);
  assert.deepEqual(kinds, ["display_data", "stream"]);
  const data = outputs.find(([type]) => type === "display_data")?.[1].data as JsonObject;
  assert.deepEqual([data["image/png"], data["text/plain"]], ["iVBORw0KGgo=", "x: 1 (-1 to 3)\na figure"]);
});

test("widgets in a script print what a page without them shows", async (t) => {
  const page = await startPage(t);
  const script = `import { interact, IntSlider } from "@eightfold/kernel/widgets"; import { display } from "@eightfold/kernel/display";
    interact(({ x }) => { console.log("x is", x); return x * 2 }, { x: [0, 10] }); display(new IntSlider({ value: 4 }));`;
  const ran = await page.execute(
    `(await import("node:child_process")).execFileSync(process.execPath, ["--input-type=module", "--eval", ${JSON.stringify(script)}], { encoding: "utf8" })`,
  );
  assert.equal(resultText(ran), "'x is 5\\n10\\nx: 5 (0 to 10)\\n4 (0 to 100)\\n'");
});

test("the values of a function's parameters have the types of what their controls are made of", async (t) => {
  const page = await startPage(t);
  const typed = await page.execute(
    `w.interact(({ a, b, c, d, e, f, g }) => { const n: number = a + d + f; const s: string = b; const k: "p" | "q" = c; const t: boolean = e; g.toFixed(); return [n, s, k, t] },
      { a: [0, 10], b: "text", c: ["p", "q"], d: new w.FloatSlider(), e: true, f: { one: 1, two: 2 }, g: w.fixed(3) }).result`,
    { store_history: true },
  );
  assert.equal(streamText(typed, "stderr"), "");
  assert.equal(typed.reply.status, "ok");
});
