/** @file `display` in a script: it prints what a notebook would show. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPrinted } from "../../../src/kernel/display/outside.ts";

test("values are printed as text, other formats by their type, and of a loop its end", () => {
  const lines: string[] = [];
  const display = createPrinted((line) => lines.push(line));
  display({ a: 1 });
  display([{ n: 1 }]);
  display.markdown("**bold**");
  display.html("<b>");
  display.text("plain").update([2]);
  display({ a: { b: { c: 1 } } }, { depth: 0 });
  display.full([[[[[[[1]]]]]]]);
  for (const _ of display.progress([1, 2], { label: "fit" })) {
  }
  display.clear();
  assert.deepEqual(
    lines.map((line) => line.replace(/█+/, "|").replace(/\s+/g, " ")),
    [
      "{ a: 1 }",
      "n - 1",
      "**bold**",
      "<text/html, 3 characters>",
      "plain",
      "[ 2 ]",
      "{ a: [Object] }",
      "[ [ [ [ [ [ [ 1 ] ] ] ] ] ] ]",
      "fit 2/2 | 100 %",
    ],
  );
});
