/** @file What a cell publishes becomes the outputs that nbclient would store. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import { CellOutputs, Kept } from "../../../src/rerun/notebook/outputs.ts";
import { message } from "../samples.ts";

function collect(messages: readonly Message[], displays = new Kept()): CellOutputs {
  const cell = new CellOutputs(displays);
  for (const one of messages) cell.receive(one);
  return cell;
}

function display(type: string, text: string, id?: string): Message {
  const transient: JsonObject = id === undefined ? {} : { display_id: id };
  return message(type, { data: { "text/plain": text }, metadata: {}, transient });
}

const stream = (name: string, text: string) => message("stream", { name, text });
const texts = ({ outputs }: CellOutputs) =>
  outputs.map((output) => ("data" in output ? output.data["text/plain"] : "text" in output ? output.text : "error"));

test("adjacent pieces of one stream are one output, in the order they came", () => {
  const { outputs } = collect([
    stream("stdout", "a"),
    stream("stdout", "b\n"),
    stream("stderr", "c"),
    stream("stdout", "d"),
  ]);
  assert.deepEqual(outputs, [
    { output_type: "stream", name: "stdout", text: "ab\n" },
    { output_type: "stream", name: "stderr", text: "c" },
    { output_type: "stream", name: "stdout", text: "d" },
  ]);
});

test("a result carries its number, a display loses its transient part, an error its traceback by lines", () => {
  const cell = collect([
    message("status", { execution_state: "busy" }),
    message("execute_input", { code: "1", execution_count: 4 }),
    display("display_data", "shown", "id-1"),
    message("execute_result", { data: { "text/plain": "1" }, metadata: { a: 1 }, execution_count: 4 }),
    message("error", { ename: "TypeError", evalue: "bad", traceback: ["one", "two"] }),
    message("status", { execution_state: "idle" }),
  ]);
  assert.equal(cell.executionCount, 4);
  assert.deepEqual(cell.outputs, [
    { output_type: "display_data", data: { "text/plain": "shown" }, metadata: {} },
    { output_type: "execute_result", data: { "text/plain": "1" }, metadata: { a: 1 }, execution_count: 4 },
    { output_type: "error", ename: "TypeError", evalue: "bad", traceback: ["one", "two"] },
  ]);
});

test("an update changes every output shown under its id, in earlier cells too, and adds none", () => {
  const displays = new Kept();
  const first = collect([display("display_data", "old", "id"), display("display_data", "other")], displays);
  const second = collect(
    [display("display_data", "again", "id"), display("update_display_data", "new", "id")],
    displays,
  );
  assert.deepEqual(texts(first), ["new", "other"]);
  assert.deepEqual(texts(second), ["new"]);
});

test("outputs under one id do not share their data", () => {
  const { outputs } = collect([display("display_data", "a", "id"), display("display_data", "b", "id")]);
  const [one, other] = outputs;
  assert.ok(one !== undefined && "data" in one && other !== undefined && "data" in other);
  assert.notEqual(one.data, other.data);
});

test("clear_output clears at once, or waits for the next output", () => {
  const clear = (wait: boolean) => message("clear_output", { wait });
  assert.deepEqual(texts(collect([stream("stdout", "a"), clear(false)])), []);
  assert.deepEqual(texts(collect([stream("stdout", "a"), clear(true)])), ["a"]);
  assert.deepEqual(texts(collect([stream("stdout", "a"), clear(true), stream("stdout", "b"), stream("stdout", "c")])), [
    "bc",
  ]);
});

test("what is kept is counted: an update or a clear makes room", () => {
  const kept = new Kept();
  const shown = (type: string, length: number) =>
    message(type, { data: { "text/html": "x".repeat(length) }, metadata: {}, transient: { display_id: "d" } });
  const cell = new CellOutputs(kept);
  cell.receive(shown("display_data", 10));
  for (let update = 0; update < 150; update++) cell.receive(shown("update_display_data", 100_000));
  assert.ok(kept.bytes > 100_000 && kept.bytes < 101_000);
  cell.receive(message("stream", { name: "stdout", text: "y".repeat(50_000) }));
  assert.ok(kept.bytes > 150_000 && kept.bytes < 151_000);
  cell.receive(message("clear_output", { wait: false }));
  assert.equal(kept.bytes, 0);
  for (const content of [
    { metadata: { a: "x".repeat(9000) }, data: {} },
    { data: { "application/json": Array(1000).fill(1) } },
  ]) {
    cell.receive(message("display_data", content));
    assert.ok(kept.bytes > 9000);
    cell.receive(message("clear_output", { wait: false }));
  }
});
