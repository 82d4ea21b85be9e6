/** @file Arbitrary kernel messages: their frames, what a kernel takes of a client, and what the re-run takes of a kernel. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { decodeMessage, encodeMessage, type Message, parseComm, parseExecuteRequest } from "@eightfold/kernel/wire";
import fc from "fast-check";
import { readMeasurements } from "../../src/rerun/claims/measurement.ts";
import { jupyterJson } from "../../src/rerun/json-text.ts";
import { CellOutputs, Kept } from "../../src/rerun/notebook/outputs.ts";
import { Widgets } from "../../src/rerun/notebook/widgets.ts";
import { renderOutput } from "../../src/rerun/report/render-output.ts";
import { anyJson, assertOneLine, fuzz, mostly, nearly } from "./fuzz.ts";

const KEY = "key";
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const TYPES = [
  ...["stream", "display_data", "update_display_data", "execute_result", "error", "clear_output", "status"],
  ...["comm_open", "comm_msg", "comm_close", "execute_request", "execute_reply"],
];
const header = fc.record({
  msg_id: mostly(fc.constantFrom("1", "2")),
  msg_type: mostly(fc.constantFrom(...TYPES)),
  session: mostly(fc.constant("s")),
});
const bundle = fc.dictionary(fc.constantFrom("text/plain", "text/html", "image/png", "application/json"), mostly(text));
const content = fc.record(
  {
    name: mostly(fc.constantFrom("stdout", "stderr")),
    text: mostly(text),
    data: mostly(
      fc.oneof(
        bundle,
        fc.record({
          state: mostly(fc.dictionary(fc.constantFrom("msg_id", "_model_name", "v"), anyJson)),
          buffer_paths: anyJson,
        }),
      ),
    ),
    metadata: mostly(fc.constant({})),
    transient: mostly(fc.record({ display_id: mostly(fc.constant("d")) })),
    execution_count: mostly(fc.nat()),
    wait: anyJson,
    ename: mostly(text),
    evalue: mostly(text),
    traceback: mostly(fc.array(text, { maxLength: 2 })),
    comm_id: mostly(fc.constant("c")),
    target_name: mostly(fc.constantFrom("jupyter.widget", "x")),
    code: mostly(text),
    user_expressions: anyJson,
    payload: anyJson,
    status: mostly(fc.constantFrom("ok", "error", "aborted")),
  },
  { requiredKeys: [] },
);
const message = fc
  .tuple(mostly(header), mostly(header), mostly(fc.constant({})), mostly(content))
  .map((parts) => JSON.stringify(parts));
const texts = fc.oneof(
  { weight: 6, arbitrary: message },
  { weight: 3, arbitrary: nearly(message) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

/** The four parts of a message as frames with a right signature; a text that is no list is cut into four. */
function framesOf(input: string): Buffer[] {
  let parts: string[];
  try {
    const value: unknown = JSON.parse(input);
    parts = (Array.isArray(value) ? value : [value]).map((part) => JSON.stringify(part));
  } catch {
    parts = [0, 1, 2, 3].map((place) => input.slice((place * input.length) / 4, ((place + 1) * input.length) / 4));
  }
  const body = parts.map((part) => Buffer.from(part));
  const hmac = createHmac("sha256", KEY);
  for (const part of body.slice(0, 4)) hmac.update(part);
  return [Buffer.from("identity"), Buffer.from("<IDS|MSG>"), Buffer.from(hmac.digest("hex")), ...body];
}

const kept = new Kept();
const outputs = new CellOutputs(kept);
const widgets = new Widgets(kept);

fuzz("messages", texts, (input) => {
  const decoded = decodeMessage(framesOf(input), KEY);
  if (!decoded.ok) return assertOneLine(decoded.reason);
  const again = decodeMessage(encodeMessage(decoded.message, KEY), KEY);
  assert.ok(again.ok);
  ofKernel(again.message);
  ofClient(again.message);
});

function ofKernel(message: Message): void {
  if (!widgets.receive(message)) outputs.receive(message);
  for (const result of readMeasurements(message.content).values())
    if (!result.ok) assert.equal(typeof result.reason, "string");
  jupyterJson(outputs.outputs.slice(-1));
  jupyterJson(widgets.metadata());
  for (const output of outputs.outputs.slice(-1)) renderOutput(output);
  if (outputs.outputs.length > 50)
    outputs.receive({ ...message, header: { ...message.header, msg_type: "clear_output" }, content: {} });
}

function ofClient({ content }: Message): void {
  for (const parse of [parseExecuteRequest, (one: Message["content"]) => parseComm("comm_open", one)]) {
    try {
      parse(content);
    } catch (error) {
      assert.ok(error instanceof TypeError, String((error as Error).stack));
      assertOneLine(error.message);
    }
  }
}
