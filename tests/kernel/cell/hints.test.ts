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
  ["while True:\n  pass", /hint: write: while \(true\) \{ \.\.\. \}/],
  ["if not a and b == 'x or y':", /hint: write: if \(!a && b == 'x or y'\) \{ \.\.\. \}/],
  ["async def f(x):\n  pass", /hint: write: async function f\(x\) \{ \.\.\. \}/],
  ["f()\nexcept ValueError as e:", /hint: write: \} catch \(error\) \{ \.\.\. \}/],
  ["add = lambda x: x + 1", /hint: write: \(x\) => \.\.\.\)$/],
  ["[1].map(lambda x, y: x * 2)", /hint: write: \(x, y\) => \.\.\.\)$/],
  ['print(f"a {b} and {c.d:.2f}")', /hint: write: `a \$\{b\} and \$\{c\.d\.toFixed\(2\)\}`\)$/],
  ["const s1 = f'{{{a!r}}}'", /hint: write: `\{\$\{a\}\}`\)$/],
  ["const s2 = a and b", /hint: write: \.\.\. && \.\.\.\)$/],
  ["if (a or b) {}", /hint: write: \.\.\. \|\| \.\.\.\)$/],
  ["const s3 = not a.b", /hint: write: !a\.b\)$/],
  ["if (not (a)) {}", /^not is not defined \(hint: write: !value\)$/],
  ["a not in list", /hint: write: !list\.includes\(\.\.\.\)\)$/],
  ["a is not None", /hint: write: \.\.\. !== null\)$/],
  ["const s4 = 1 if not a else 2", /hint: write: !a \? \.\.\. : \.\.\.\)$/],
  ["[x * 2 for x in xs]", /hint: write: xs\.map\(\(x\) => \.\.\.\)\)$/],
  ["x = [i for i in range(3)]", /hint: write: Array\.from\(\{ length: 3 \}, \(_, i\) => \.\.\.\)\)$/],
  ["const run = lambda: 1", /hint: write: \(\) => \.\.\.\)$/],
  ["const s5 = not True", /hint: write: !true\)$/],
  ["for k, v in d.items():\n  pass", /hint: write: for \(const \[k, v\] of Object\.entries\(d\)\) \{ \.\.\. \}\)$/],
  ["[1, 2][0:1]", /hint: write: list\.slice\(from, to\)\)$/],
  ['"""doc"""', /hint: write a text of several lines between backticks/],
  ["const s6 = 5 # five", /hint: write: \/\/ \.\.\.\)$/],
  ["if (a) {} elif (b) {}", /hint: write: else if \(\.\.\.\) \{ \.\.\. \}\)$/],
  ["assert 1 == 1", /hint: write: import assert from "node:assert"; assert\(\.\.\.\)\)$/],
  ["import os\nos.cpus()", /hint: write: import os from "node:os"\)$/],
  ['raise ValueError("x")', /hint: write: throw new Error\(\.\.\.\)\)$/],
  ["print 'a'", /hint: write: console\.log\(\.\.\.\)\)$/],
  ["False", /hint: write: false/],
  ["const none = None", /hint: write: null/],
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
  ["for (i = 0; i < 3; i++) {}", /^i is not defined \(hint: declare it: let i = \.\.\.\)$/],
  ["for (one of [1]) {}", /^one is not defined \(hint: declare it: for \(const one of \.\.\.\)\)$/],
  ["if (true) { total = 1 }", /^total is not defined \(hint: declare it: let total = \.\.\.\)$/],
  ["document.body", /jsdom or linkedom/],
];

test("a line of another notebook's language gets what to write instead", async (t) => {
  const frontend = await startFrontend(t);
  for (const [code, hint] of OTHER_LANGUAGES)
    assert.match(String((await frontend.execute(code)).reply.evalue), hint, code);
  const wrong = [
    "const and = 1 2",
    "let a = 1 2 // this and that",
    "<p>this and that</p",
    'g "{a}"',
    "const not = 1 2",
    "a.not b",
  ];
  const plain = [
    ...wrong,
    "nowhere",
    "x == 1 ? 2",
    "const y = nowhere + 1",
    "class A {\n  #a = 1;\n  b = ;\n}",
    "if (a) b:",
  ];
  for (const code of plain) {
    assert.doesNotMatch(String((await frontend.execute(code)).reply.evalue), /hint: (write|declare)/, code);
  }
});

test("what is valid TypeScript is no other language", async (t) => {
  const frontend = await startFrontend(t);
  const valid = [
    "const f = (text: TemplateStringsArray) => text[0]; f`{a}`",
    "const and = 1, or = 2, not = 3, lambda = 4; and + or + not + lambda",
    "lambda: for (const x in [1]) break lambda",
    "const print = (x: unknown) => x; print('a and b'); print(f`not a`)",
    "function isText(x: unknown): x is string { return typeof x === 'string' }",
    "const raise = 1\nraise\nconst pass = '# not a comment'",
  ];
  for (const code of valid) assert.equal((await frontend.execute(code)).reply.status, "ok", code);
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
