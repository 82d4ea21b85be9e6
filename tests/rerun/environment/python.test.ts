/** @file A Python kernel's versions are those that its own program tells; what is no Python tells none. */
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pythonPackages } from "../../../src/rerun/environment/python.ts";
import { temporaryFolder } from "../samples.ts";

test("the versions are what the program answers, and texts alone", (t) => {
  const program = join(temporaryFolder(t), "python");
  writeFileSync(program, `#!/bin/sh\necho '{"Python": "3.12.1", "numpy": "2.1.0", "odd": null}'\n`);
  chmodSync(program, 0o755);
  assert.deepEqual(pythonPackages(program), { Python: "3.12.1", numpy: "2.1.0" });
});

test("a program that is not there, or no Python, tells nothing", () => {
  assert.deepEqual(pythonPackages("/nowhere/python"), {});
  assert.deepEqual(pythonPackages(process.execPath), {});
});
