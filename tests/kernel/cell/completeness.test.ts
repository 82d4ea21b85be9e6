/** @file When a console should go on reading, https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { completeness } from "../../../src/kernel/cell/completeness.ts";

const CASES: Record<"complete" | "incomplete" | "invalid", string[]> = {
  complete: [
    "",
    "1",
    "const f = (a: number) => {\n  return a;\n}",
    "`a\nb`",
    "await x",
    "// done",
    "a\n.b",
    "#| echo: false\n1",
  ],
  incomplete: [
    "if (a) {",
    "[1, 2,",
    "f(1,\n 2",
    "x +",
    "`abc",
    "/* abc",
    "const a =",
    "class A {",
    "`a${b",
    "a.",
    "import {a} from",
  ],
  invalid: ['"abc', "a b", "x = 1 }", "const const", "let a; let a;"],
};
for (const [status, codes] of Object.entries(CASES)) {
  for (const code of codes) {
    test(`${JSON.stringify(code)} is ${status}`, () => {
      assert.equal(completeness(code).status, status);
    });
  }
}

test("the next line is indented as deep as the last, and two more after an opening bracket", () => {
  assert.deepEqual(completeness("  if (a) {"), { status: "incomplete", indent: "    " });
  assert.deepEqual(completeness("  x +"), { status: "incomplete", indent: "  " });
});
