/** @file What a cell gets that is written in another language, or is an object or a block where a statement is expected. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, startFrontend } from "../frontend.ts";

const OTHER_LANGUAGES: readonly (readonly [code: string, hint: RegExp])[] = [
  ["!ls", /hint: write: import \{ execSync \} from "node:child_process"; execSync\("ls", \{ stdio: "inherit" \}\)/],
  ["!ls -la", /execSync\("ls -la"/],
  ["const a = 1\n!echo hi there", /execSync\("echo hi there"/],
  ["!pip install numpy", /execSync\("npm install numpy"/],
  ["%time f()", /hint: %time is IPython's, write console\.time/],
  ["%%time\n1 + 1", /console\.time/],
  ["%cd ..", /process\.chdir/],
  ["%npm install x", /execSync\("npm install x"/],
  ["%%bash\nls", /hint: %bash is IPython's/],
  ["?display", /hint: press Shift-Tab behind display/],
  ["display?", /hint: press Shift-Tab behind display/],
  ["display.html??", /hint: press Shift-Tab behind display\.html/],
  ["import numpy as np", /hint: write: import \* as np from "numpy"/],
  ["from os import path, sep", /hint: write: import \{ path, sep \} from "os"/],
  ["def f(x):\n  return x", /hint: write: function f\(x\) \{ \.\.\. \}/],
  ["class A(B):\n  pass", /hint: write: class A \{ \.\.\. \}/],
  ["for i in range(3): print(i)", /hint: write: for \(const i of range\(3\)\) \{ \.\.\. \}/],
  ["if x == 1:\n  pass", /hint: write: if \(x == 1\) \{ \.\.\. \}/],
  ["while True:\n  pass", /hint: write: while \(True\) \{ \.\.\. \}/],
  ["elif x > 2:", /hint: write: \} else if \(x > 2\) \{ \.\.\. \}/],
  ["try:\n  pass", /hint: write: try \{ \.\.\. \}/],
  ["# A title\nconst a = 1", /hint: write: \/\/ A title/],
  ["pip install numpy", /execSync\("npm install numpy"/],
  ["npm install lodash", /execSync\("npm install lodash"/],
  ["print(1)", /hint: write: console\.log/],
  ["True", /hint: write: true/],
  ["fs.readFileSync('a')", /^fs is not defined \(hint: write: import fs from "node:fs"\)$/],
  ["alert('hi')", /hint: write: display/],
  ["await sleep(1)", /hint: write: import \{ setTimeout as sleep \} from "node:timers\/promises"/],
  ["new Worker('x.js')", /hint: write: import \{ Worker \} from "node:worker_threads"/],
  ["const el = <b>here</b>;", /^React is not defined \(hint: JSX is written with React: import React from "react", /],
  ["utils = require('node:util')", /^utils is not defined \(hint: declare it: let utils = \.\.\.\)$/],
  ["document.body", /jsdom or linkedom/],
];

test("a line of another notebook's language gets what to write instead", async (t) => {
  const frontend = await startFrontend(t);
  for (const [code, hint] of OTHER_LANGUAGES)
    assert.match(String((await frontend.execute(code)).reply.evalue), hint, code);
  const plain = ["nowhere", "x == 1 ? 2", "const y = nowhere + 1", "class A {\n  #a = 1;\n  b = ;\n}", "if (a) b:"];
  for (const code of plain) {
    assert.doesNotMatch(String((await frontend.execute(code)).reply.evalue), /hint: (write|declare)/, code);
  }
});

test("a cell that is an object literal shows the object, and one that ends with a block that block's last expression", async (t) => {
  const frontend = await startFrontend(t);
  const cells: readonly (readonly [code: string, result: unknown])[] = [
    ["{ a: 1 }", "{ a: 1 }"],
    ["{ a: 1, b: [2, 3] }", "{ a: 1, b: [ 2, 3 ] }"],
    ['\n{ "alpha": 1 }\n', "{ alpha: 1 }"],
    ["{ ...{ a: 1 }, f() { return 1 } }", "{ a: 1, f: [Function: f] }"],
    ["{}", "{}"],
    ["{ a: 1 as number }", "{ a: 1 }"],
    ["{ let a = 1; a }", "1"],
    ["{ 40 + 2 }", "42"],
    ["const b = 2; { const b = 3; { await b } } // the inner", "3"],
    ["{ const c = 1 }", undefined],
    ["if (true) { 5 }", undefined],
    ["{ a: for (;;) break a }", undefined],
  ];
  for (const [code, result] of cells) assert.equal(resultText(await frontend.execute(code)), result, code);
  const { reply } = await frontend.request("is_complete_request", { code: "{ a: 1, b: 2 }" });
  assert.equal(reply.status, "complete");
});
