/** @file The state of widgets as nbclient keeps it: messages of ipywidgets 8, and a notebook that nbclient runs too. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import { CellOutputs, Kept } from "../../../src/rerun/notebook/outputs.ts";
import { Widgets, widgetsAfter } from "../../../src/rerun/notebook/widgets.ts";
import { readJson, startCommand } from "../command-runs.ts";
import { notebookJson, temporaryFolder, writeJson } from "../samples.ts";

const STATE = "application/vnd.jupyter.widget-state+json";

function message(msg_type: string, content: JsonObject, request = "r1", buffers: Uint8Array[] = []): Message {
  const header = { msg_id: "m", msg_type, session: "s", username: "", date: "", version: "5.3" };
  return { header, parent_header: { ...header, msg_id: request }, metadata: {}, content, buffers };
}

const open = (comm_id: string, state: JsonObject, target_name = "jupyter.widget") =>
  message("comm_open", { comm_id, target_name, data: { state, buffer_paths: [] } });
const update = (comm_id: string, state: JsonObject) =>
  message("comm_msg", { comm_id, data: { method: "update", state } });
const MODEL = {
  _model_name: "IntSliderModel",
  _model_module: "@jupyter-widgets/controls",
  _model_module_version: "2.0.0",
};

/** Of each widget, by its id. */
function statesOf(widgets: Widgets): Record<string, { state: JsonObject; buffers?: unknown }> {
  const metadata = widgets.metadata();
  assert.ok(metadata !== undefined);
  return (metadata[STATE] as { state: Record<string, { state: JsonObject }> }).state;
}

test("the last state of each widget stands in the metadata, under its model's name", () => {
  const widgets = new Widgets(new Kept());
  assert.equal(widgets.metadata(), undefined);
  widgets.receive(open("a", { ...MODEL, value: 3 }));
  widgets.receive(update("a", { value: 7 }));
  widgets.receive(update("nobody", { value: 1 }));
  widgets.receive(open("b", { value: 1 }, "another"));
  widgets.receive(message("comm_msg", { comm_id: "a", data: { method: "custom", content: {} } }));
  assert.deepEqual(widgets.metadata(), {
    [STATE]: {
      version_major: 2,
      version_minor: 0,
      state: {
        a: {
          model_name: "IntSliderModel",
          model_module: "@jupyter-widgets/controls",
          model_module_version: "2.0.0",
          state: { ...MODEL, value: 7 },
        },
      },
    },
  });
});

test("binary parts of a state are kept in base64, the last of each place", () => {
  const widgets = new Widgets(new Kept());
  widgets.receive(open("a", { ...MODEL }));
  for (const bytes of ["old", "new"]) {
    const data = { method: "update", state: {}, buffer_paths: [["value"]] };
    widgets.receive(message("comm_msg", { comm_id: "a", data }, "r1", [Buffer.from(bytes)]));
  }
  assert.deepEqual(statesOf(widgets).a?.buffers, [{ encoding: "base64", path: ["value"], data: "bmV3" }]);
});

test("an Output widget shows what its request puts out, the cell does not, and the kernel is told once", () => {
  const widgets = new Widgets(new Kept());
  widgets.receive(open("o", { _model_name: "OutputModel", msg_id: "" }));
  const print = (text: string, request?: string) =>
    widgets.receive(message("stream", { name: "stdout", text }, request));
  assert.equal(print("before"), false);
  widgets.receive(update("o", { msg_id: "r1" }));
  assert.deepEqual([print("1"), print("2"), print("other", "r2")], [true, true, false]);
  widgets.receive(update("o", { msg_id: "" }));
  assert.equal(print("after"), false);
  const outputs = [{ output_type: "stream", name: "stdout", text: "12" }];
  assert.deepEqual(widgets.takeUntold(), [{ commId: "o", outputs }]);
  assert.deepEqual(widgets.takeUntold(), []);
  assert.deepEqual(statesOf(widgets).o?.state.outputs, outputs);
});

test("what widgets hold counts among what is kept", () => {
  const kept = new Kept();
  const widgets = new Widgets(kept);
  widgets.receive(open("a", { ...MODEL, value: "x".repeat(10_000) }));
  assert.ok(kept.bytes > 10_000);
  widgets.receive(update("a", { value: "" }));
  assert.ok(kept.bytes < 1_000);
  const output = new CellOutputs(kept);
  output.receive(message("stream", { name: "stdout", text: "x" }));
  assert.equal(output.outputs.length, 1);
});

test("the state of an earlier run goes, what stands beside it stays", () => {
  const ran = { [STATE]: { state: {} } };
  assert.equal(widgetsAfter(undefined, undefined), undefined);
  assert.deepEqual(widgetsAfter({ [STATE]: 1, other: 2 }, undefined), { other: 2 });
  assert.deepEqual(widgetsAfter({ [STATE]: 1, other: 2 }, ran), { ...ran, other: 2 });
});

test("comms of a TypeScript cell to a widget's page are kept too", async (t) => {
  const folder = temporaryFolder(t);
  const cell = `comms.open("jupyter.widget", { state: ${JSON.stringify({ ...MODEL, value: 3 })}, buffer_paths: [] }); 0`;
  writeJson(folder, "a.ipynb", notebookJson([cell]));
  const { code, stderr } = await startCommand(folder, ["a.ipynb"]).ended;
  assert.equal(code, 0, stderr);
  const { state } = readJson(folder, "out/a.ipynb").metadata.widgets[STATE];
  assert.deepEqual(
    Object.values(state).map((model) => (model as { state: JsonObject }).state.value),
    [3],
  );
});

test("a function with controls is kept as text, as what its Output shows, and as the same file from run to run", async (t) => {
  const folder = temporaryFolder(t);
  const cell = `import { interact } from "@eightfold/kernel/widgets";
    interact(({ x }) => { console.log("twice", x); return 2 * x }, { x: [0, 10] });`;
  writeJson(folder, "a.ipynb", notebookJson([cell]));
  const runs: string[] = [];
  for (const _ of ["first", "again"]) {
    const { code, stderr } = await startCommand(folder, ["a.ipynb"]).ended;
    assert.equal(code, 0, stderr);
    runs.push(JSON.stringify(readJson(folder, "out/a.ipynb")));
  }
  assert.equal(runs[0], runs[1]);
  const { cells, metadata } = readJson(folder, "out/a.ipynb");
  const [{ data }] = cells[0].outputs;
  assert.equal([data["text/plain"]].flat().join(""), "x: 5 (0 to 10)\ntwice 5\n10");
  const { state } = metadata.widgets[STATE];
  const view = data["application/vnd.jupyter.widget-view+json"].model_id;
  const [control, output] = state[view].state.children.map((child: string) => state[child.replace("IPY_MODEL_", "")]);
  assert.deepEqual(
    [state[view].model_name, control.model_name, control.state.value],
    ["VBoxModel", "IntSliderModel", 5],
  );
  assert.deepEqual(output.state.outputs[0], { output_type: "stream", name: "stdout", text: "twice 5\n" });
});
