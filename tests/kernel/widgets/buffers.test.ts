/** @file Bytes out of a state and back, by the examples of https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { joinBuffers, separateBuffers } from "../../../src/kernel/widgets/buffers.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

test("bytes leave a state with their paths: null in lists, no key in objects; the state itself stays whole", () => {
  // ipywidgets 8.1.9, widget.py, the example of _remove_buffers
  const [one, two] = [bytes(1), bytes(2, 3)];
  const state = { plain: [0, "text"], x: { ar: one }, y: { shape: [10, 10], data: two }, z: [two, { deep: one }] };
  const { state: sent, paths, buffers } = separateBuffers(state);
  assert.deepEqual(sent, { plain: [0, "text"], x: {}, y: { shape: [10, 10] }, z: [null, {}] });
  assert.deepEqual(paths, [
    ["x", "ar"],
    ["y", "data"],
    ["z", 0],
    ["z", 1, "deep"],
  ]);
  assert.deepEqual(buffers, [one, two, two, one]);
  assert.deepEqual(
    joinBuffers(
      sent,
      [...paths].map((path) => [...path]),
      buffers as Uint8Array[],
    ),
    state,
  );
});

test("a path that leads nowhere is refused, and no prototype is reached", () => {
  for (const path of [
    [],
    ["a", "b"],
    ["n", "x"],
    ["__proto__"],
    ["o", "__proto__", "polluted"],
    ["constructor", "prototype", "x"],
    "x",
  ]) {
    assert.throws(
      () => joinBuffers({ n: 5, o: {} }, [path], [bytes(1)]),
      /a state requires buffer_paths that lead into it/,
    );
  }
  assert.equal("polluted" in {}, false);
});
