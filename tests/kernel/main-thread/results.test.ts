/** @file What cells find of earlier ones: their texts, results and errors. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, startFrontend, streamText } from "../frontend.ts";

test("In and Out hold cells by their numbers, and _ the latest results that were not undefined", async (t) => {
  const frontend = await startFrontend(t);
  for (const code of ["40", "'two'", "[3]", "let silent = 1"]) await frontend.execute(code);
  assert.equal(
    resultText(await frontend.execute("[_, __, ___, Out[2], In[1], In[4]]")),
    "[ [ 3 ], 'two', 40, 'two', '40', 'let silent = 1' ]",
  );
  assert.equal(
    resultText(await frontend.execute("[_.length, Object.keys(Out).length, 6 in In, 6 in Out]")),
    "[ 6, 4, true, false ]",
  );
  await frontend.execute("7", { store_history: false });
  assert.equal(resultText(await frontend.execute("_")), "[ 6, 4, true, false ]");
});

test("a name of the notebook's own is never another's", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("globalThis.___ = 'global'");
  await frontend.execute("const _ = 'mine'; import { cpus as Out } from 'node:os'; 1");
  assert.equal(resultText(await frontend.execute("[_, typeof Out, ___]")), "[ 'mine', 'function', 'global' ]");
  assert.equal(resultText(await frontend.execute("((In) => In)(5)")), "5");
  assert.match(
    String(resultText(await frontend.execute("import { createRequire } from 'node:module'; typeof globalThis.Out"))),
    /undefined/,
  );
});

test("a value that throws when it is looked at hides no other of Out", async (t) => {
  const frontend = await startFrontend(t);
  for (const code of ["[40]", "new (class { static get name() { throw new Error('no name') }; n = 1 })()", "'three'"]) {
    await frontend.execute(code);
  }
  const text = String(resultText(await frontend.execute("Out")));
  for (const shown of [/'1': \[ 40 \]/, /\{ n: 1 \} \(it throws.*no name\)/, /'3': 'three'/]) assert.match(text, shown);
});

test("so many cells are kept that a long session does not grow", async (t) => {
  const frontend = await startFrontend(t);
  for (let cell = 1; cell <= 103; cell++) await frontend.execute(`${cell}`);
  assert.equal(
    resultText(await frontend.execute("[Out[3], Out[5], In[3], Object.keys(Out).length]")),
    "[ undefined, 5, undefined, 99 ]",
  );
});

test("display.traceback prints all frames of the latest error, those of Node and of packages too", async (t) => {
  const frontend = await startFrontend(t);
  const code = "import { readFileSync } from 'node:fs'; readFileSync('/nowhere')";
  const { reply } = await frontend.execute(code);
  assert.doesNotMatch((reply.traceback as string[]).join("\n"), / at .*node:fs/);
  const full = streamText(await frontend.execute("display.traceback()"), "stderr");
  assert.match(full, /ENOENT.*\n(?:.*\n)* {4}at .*node:fs.*\n(?:.*\n)* {4}at \(In\[1\]:1/);
  const given = streamText(
    await frontend.execute(
      "display.traceback(new AggregateError(Array.from({ length: 12 }, (_, n) => new Error('e' + n))))",
    ),
    "stderr",
  );
  assert.match(given, /Error 12 of 12:/);
  const { reply: hinted } = await frontend.execute("%tb");
  assert.match(String(hinted.evalue), /write display\.traceback\(\)/);
});
