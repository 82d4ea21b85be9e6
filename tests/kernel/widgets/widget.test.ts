/** @file A widget's state on the wire, both ways, https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import { resultText, streamText } from "../frontend.ts";
import { type Page, print, said, show, startPage } from "./page.ts";

const update = (state: JsonObject, method = "update") => ["comm_msg", { method, state, buffer_paths: [] }];
const echo = (state: JsonObject) => update(state, "echo_update");

test("a widget opens its model under the protocol's version, and is a view with a text for those who have none", async (t) => {
  const page = await startPage(t);
  const { iopub, outputs } = await page.execute("new w.IntSlider({ value: 3, max: 10, description: 'x' })");
  const opened = iopub.find(({ header }) => header.msg_type === "comm_open") as Message;
  assert.deepEqual(opened.metadata, { version: "2.1.0" });
  assert.equal(opened.content.target_name, "jupyter.widget");
  const { state } = opened.content.data as { state: JsonObject };
  assert.deepEqual(
    [state._model_name, state._model_module, state._model_module_version, state._view_name, state.value, state.max],
    ["IntSliderModel", "@jupyter-widgets/controls", "2.0.0", "IntSliderView", 3, 10],
  );
  assert.deepEqual(outputs.at(-1)?.[1].data, {
    "application/vnd.jupyter.widget-view+json": {
      version_major: 2,
      version_minor: 0,
      model_id: opened.content.comm_id,
    },
    "text/plain": "x: 3 (0 to 10)",
  });
});

test("what the page sets is echoed, is the cell's value, and is told to observers under the cell that observes", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.IntSlider({ max: 10 }); x");
  const observing = await page.execute(
    "const end = x.observe('value', (change) => console.log(change.old, change.new))",
  );
  const caused = await page.move(id, { value: 5 });
  assert.deepEqual(said(caused), [echo({ value: 5 }), print("0 5\n")]);
  assert.equal(caused[1]?.parent_header.msg_id, observing.iopub[0]?.parent_header.msg_id);
  assert.equal(resultText(await page.execute("x.value")), "5");
  assert.deepEqual(said(await page.move(id, { value: 5 })), [echo({ value: 5 })]); // nothing has changed
  await page.execute("end()");
  assert.deepEqual(said(await page.move(id, { value: 6 })), [echo({ value: 6 })]);
});

test("what a cell sets is sent, and observers run at once, in that cell", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.FloatSlider({ max: 10 }); x");
  await page.execute(
    "x.observe('value', ({ new: value }) => { console.log('now', value); if (value > 8) throw new RangeError('too much') })",
  );
  const set = await page.execute("x.value = 2.5; 'done'");
  assert.equal(streamText(set), "now 2.5\n");
  assert.equal(page.state(id)?.value, 2.5);
  assert.equal((await page.execute("x.value = 9")).reply.evalue, "too much");
  assert.equal((await page.execute("x.set({ min: 20, max: 30, value: 25 })")).reply.evalue, "too much");
  assert.deepEqual([page.state(id)?.min, page.state(id)?.max, page.state(id)?.value], [20, 30, 25]);
});

test("what the page sets and cannot be is refused with the reason, and the page is told what is so", async (t) => {
  const page = await startPage(t);
  const cases: readonly (readonly [code: string, state: JsonObject, back: JsonObject, reason: RegExp])[] = [
    [
      "new w.IntSlider({ max: 10 })",
      { value: 11 },
      { value: 0 },
      /^IntSlider requires value to be from 0 to 10, got 11$/,
    ],
    ["new w.IntSlider()", { value: 1.5 }, { value: 0 }, /^IntSlider requires value to be a whole number, got 1.5$/],
    ["new w.IntSlider()", { value: "1" }, { value: 0 }, /^IntSlider requires value to be a whole number, got '1'$/],
    [
      "new w.FloatSlider()",
      { value: null },
      { value: 0 },
      /^FloatSlider requires value to be a finite number, got null$/,
    ],
    ["new w.FloatSlider()", { step: 0 }, { step: 0.1 }, /^FloatSlider requires step to be above 0, got 0$/],
    [
      "new w.FloatLogSlider()",
      { value: 1e9 },
      { value: 1 },
      /^FloatLogSlider requires value to be from 1 to 10000, got 1000000000$/,
    ],
    ["new w.Checkbox()", { value: 1 }, { value: false }, /^Checkbox requires value to be true or false, got 1$/],
    ["new w.Text({ value: 'a' })", { value: ["b"] }, { value: "a" }, /^Text requires value to be text, got \[ 'b' \]$/],
    [
      "new w.Dropdown({ options: ['a', 'b'] })",
      { index: 2 },
      { index: 0 },
      /^Dropdown requires index to be from 0 to 1, got 2$/,
    ],
    [
      "new w.Select({ options: ['a'] })",
      { index: null },
      { index: 0 },
      /^Select requires index to be a whole number, got null$/,
    ],
    [
      "new w.Dropdown({ options: ['a'] })",
      { _options_labels: ["c"] },
      { _options_labels: ["a"] },
      /^Dropdown requires options to be set by the kernel alone$/,
    ],
    [
      "new w.IntProgress()",
      { bar_style: "gold" },
      { bar_style: "" },
      /^IntProgress requires barStyle to be one of "", "success"/,
    ],
    [
      "new w.VBox()",
      { children: ["IPY_MODEL_none"] },
      { children: [] },
      /^VBox requires children to be a list of widgets, got/,
    ],
    [
      "w.anyWidget({ esm: '', state: { count: 0 } })",
      { count: "1" },
      { count: 0 },
      /^anyWidget requires count to be a number, got '1'$/,
    ],
  ];
  for (const [code, state, back, reason] of cases) {
    const made = await page.execute(code);
    const caused = await page.move(page.shownBy(made), state);
    assert.deepEqual(said(caused).slice(0, 2), [echo(state), update(back)], code);
    assert.equal(caused[2]?.header.msg_type, "error", code);
    assert.match(String(caused[2]?.content.evalue), reason);
    assert.equal(caused[2]?.parent_header.msg_id, made.iopub[0]?.parent_header.msg_id, "under the widget's cell");
  }
});

test("what a cell sets and cannot be is an error that says what can", async (t) => {
  const page = await startPage(t);
  const cases: readonly (readonly [code: string, reason: RegExp])[] = [
    ["new w.IntSlider({ value: 11, max: 10 })", /^IntSlider requires value to be from 0 to 10, got 11$/],
    ["new w.IntSlider({ min: 5, max: 1 })", /^IntSlider requires min to be at most max, got 5 and 1$/],
    ["new w.IntSlider({ maximum: 1 } as never)", /^IntSlider requires one of layout, .*, max, .*, got 'maximum'$/],
    ["new w.IntSlider().observe('vale' as never, () => 0)", /^IntSlider requires one of .*, got 'vale'$/],
    [
      "new w.IntSlider({ layout: { widht: '1px' } as never })",
      /^IntSlider requires layout to be an object of texts under the names .*, width/,
    ],
    ["new w.FloatLogSlider({ base: 1 })", /^FloatLogSlider requires base to be above 1, got 1$/],
    ["new w.Dropdown({ options: [] })", /^Dropdown requires at least one option, got none$/],
    [
      "new w.Dropdown({ options: ['a', 'b'], value: 'c' as never })",
      /^Dropdown requires value to be that of one of a, b, got 'c'$/,
    ],
    [
      "new w.HBox([] as never)",
      /^HBox requires .* by name, got \[\] \(hint: write new HBox\(\{ children: \[\.\.\.\] \}\)\)$/,
    ],
    ["new w.Button('go' as never)", /^Button requires its properties by name, got 'go' \(hint: write new Button\(/],
    ["new w.HBox({ children: [1 as never] })", /^HBox requires children to be a list of widgets, got \[ 1 \]$/],
    [
      "w.anyWidget({ esm: 1 as never, state: {} })",
      /^anyWidget requires esm to be text or a file: address, got number$/,
    ],
    [
      "w.interact(({ x }) => x, { x: null as never })",
      /^interact requires x to be a range, a value, options or a widget, got null$/,
    ],
    ["w.interact(({ x }) => x, { x: [3, 1] })", /^interact requires x to go from less to more, got \[3, 1\]$/],
    [
      "w.interact(({ x }) => x, { x: new w.Button() })",
      /^interact requires x to be a widget that has a value, got \[ {2}\]$/,
    ],
    ["w.interact(5 as never, {})", /^interact requires a function, got 5$/],
  ];
  for (const [code, reason] of cases) assert.match(String((await page.execute(code)).reply.evalue), reason, code);
});

test("a bound that moves takes the value with it", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.IntSlider({ value: 50 }); x");
  await page.execute("x.max = 10");
  assert.deepEqual([page.state(id)?.max, page.state(id)?.value], [10, 10]);
  assert.deepEqual(said(await page.move(id, { min: 10, max: 20 })), [echo({ min: 10, max: 20 })]);
  assert.deepEqual(said(await page.move(id, { min: 15 })), [echo({ min: 15 }), update({ value: 15 })]);
});

test("an option is known by its value in cells, and by its place in the page", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const d = new w.Dropdown({ options: { 'a tenth': 0.1, half: 0.5 }, value: 0.5 }); d");
  assert.deepEqual([page.state(id)?._options_labels, page.state(id)?.index], [["a tenth", "half"], 1]);
  await page.execute("d.observe('value', ({ new: value }) => console.log('value', value))");
  assert.deepEqual(said(await page.move(id, { index: 0 })), [echo({ index: 0 }), print("value 0.1\n")]);
  assert.equal(resultText(await page.execute("d.options = { one: 1, tenth: 0.1 }; [d.value, d.index]")), "[ 0.1, 1 ]");
  assert.equal(resultText(await page.execute("d.options = { two: 2 }; [d.value, d.index]")), "[ 2, 0 ]");
});

test("layout and style are models of their own, opened when they say something", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.IntSlider({ layout: { width: '50%' } }); x");
  const layout = String(page.state(id)?.layout).replace("IPY_MODEL_", "");
  assert.deepEqual([page.state(layout)?._model_name, page.state(layout)?.width], ["LayoutModel", "50%"]);
  assert.equal(page.state(id)?.style, null);
  await page.execute("x.layout = { maxWidth: '9em' }; x.style = { handleColor: 'teal' }");
  assert.deepEqual([page.state(layout)?.width, page.state(layout)?.max_width], [null, "9em"]);
  const style = String(page.state(id)?.style).replace("IPY_MODEL_", "");
  assert.deepEqual([page.state(style)?._model_name, page.state(style)?.handle_color], ["SliderStyleModel", "teal"]);
});

test("a page that comes later asks for all states, or for one", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.IntSlider({ value: 7 }); x");
  await page.execute("const gone = new w.IntSlider(); gone.close()");
  await page.channels.send("shell", "comm_open", {
    comm_id: "control",
    target_name: "jupyter.widget.control",
    data: {},
  });
  const [answer] = await page.tell("control", { method: "request_states" });
  const { method, states } = (answer as Message).content.data as { method: string; states: Record<string, JsonObject> };
  assert.equal(method, "update_states");
  assert.deepEqual(Object.keys(states), [id]);
  assert.equal(states[id]?.model_name, "IntSliderModel");
  assert.deepEqual(states[id]?.state, page.state(id));
  assert.deepEqual(said(await page.tell(id, { method: "request_state" })), [update(page.state(id) ?? {})]);
});

test("ids are the same whenever the same cells run in the same order, and never twice in a session", async (t) => {
  const [one, other] = [await startPage(t), await startPage(t)];
  const cells = ["new w.IntSlider({ max: 3 })", "new w.IntSlider({ max: 3 })", "new w.Text()"];
  const idsOf = async (page: Page) => {
    const ids: string[] = [];
    for (const code of cells) ids.push(await show(page, code));
    return ids;
  };
  const ids = await idsOf(one);
  assert.deepEqual(await idsOf(other), ids);
  assert.equal(new Set(ids).size, 3);
});

test("messages of one's own go both ways", async (t) => {
  const page = await startPage(t);
  const id = await show(
    page,
    "const a = w.anyWidget({ esm: 'export default {}', css: 'b {}', state: { data: new Uint8Array([1, 2]), n: 1 } }); a",
  );
  const opened = page.messages.find(({ message }) => message.content.comm_id === id)?.message as Message;
  const { state, buffer_paths } = opened.content.data as { state: JsonObject; buffer_paths: unknown };
  assert.deepEqual(
    [state._esm, state._css, state._model_module, state.n, "data" in state],
    ["export default {}", "b {}", "anywidget", 1, false],
  );
  assert.deepEqual([buffer_paths, [...(opened.buffers[0] ?? [])]], [[["data"]], [1, 2]]);
  await page.execute("a.onMsg((content) => { a.send({ twice: 2 * (content as { n: number }).n }) })");
  assert.deepEqual(said(await page.tell(id, { method: "custom", content: { n: 4 } })), [
    ["comm_msg", { method: "custom", content: { twice: 8 } }],
  ]);
  const [unknown] = await page.tell(id, { method: "dance" });
  assert.match(
    String(unknown?.content.evalue),
    /^a widget requires the method update, request_state or custom, got "dance"$/,
  );
});

test("a widget that the page closes is closed in the kernel", async (t) => {
  const page = await startPage(t);
  const id = await show(page, "const x = new w.IntSlider(); x");
  await page.channels.send("shell", "comm_close", { comm_id: id, data: {} });
  assert.equal(resultText(await page.execute("x.value = 4; x.value")), "4");
  assert.match(String((await page.execute("x.send({})")).reply.evalue), /^send requires a widget that is open/);
});
