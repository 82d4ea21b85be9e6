/** @file docs/scaling-functions.md: its code gives what it says, and it names every function and law that there is. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as report from "../../../src/toolkit/report/index.ts";
import * as scaling from "../../../src/toolkit/scaling/index.ts";
import { runExample } from "../../examples/run-example.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/scaling-functions.md"), "utf8");

test("the page's code, one program, gives what stands after // =>", async () => {
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
  assert.ok(blocks.length >= 5);
  const program = { documents: "the page", line: 1, code: blocks.join("\n"), fenced: true };
  await runExample(program, { ...report, ...scaling });
});

test("the page names every function and every law of the door", () => {
  const missing = Object.keys(scaling).filter((name) => !page.includes(`\`${name}\``));
  const inner = ["fittedMeasurements"]; // for who writes a function of his own
  assert.deepEqual(
    missing.filter((name) => !inner.includes(name)),
    [],
  );
});
