/** @file Notebooks written for Deno's kernel and for ijavascript, through real sockets. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Exchange, resultText, startFrontend, streamText } from "../frontend.ts";

function displayed({ outputs }: Exchange): unknown[] {
  return outputs.filter(([type]) => type !== "stream").map(([type, content]) => [type, content.data]);
}

test("Deno.jupyter shows what its kernel shows", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-deno-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "dot.gif"), "GIF89a");
  const frontend = await startFrontend(t, folder);
  const cells: readonly (readonly [code: string, outputs: unknown[]])[] = [
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a cell's
      "const { html, md, svg } = Deno.jupyter; html`<b>${1 + 1}</b>`",
      [["execute_result", { "text/html": "<b>2</b>" }]],
    ],
    ["md`**x**`", [["execute_result", { "text/markdown": "**x**" }]]],
    ["svg`<svg/>`", [["execute_result", { "image/svg+xml": "<svg/>" }]]],
    ["await Deno.jupyter.display([1])", [["display_data", { "text/plain": "[ 1 ]" }]]],
    [
      "await Deno.jupyter.display({ 'text/html': '<i>' }, { raw: true, display_id: 'x' }); await Deno.jupyter.display({ 'text/html': '<b>' }, { raw: true, update: true, display_id: 'x' })",
      [
        ["display_data", { "text/html": "<i>" }],
        ["update_display_data", { "text/html": "<b>" }],
      ],
    ],
    [
      "({ [Deno.jupyter.$display]() { return { 'text/plain': 'own' } } })",
      [["execute_result", { "text/plain": "own" }]],
    ],
    [
      "Deno.jupyter.image('dot.gif')",
      [["execute_result", { "image/gif": "R0lGODlh", "text/plain": "<image/gif, 6 bytes>" }]],
    ],
    [
      "await Deno.jupyter.broadcast('display_data', { data: { 'text/plain': 'sent' }, metadata: {}, transient: {} })",
      [["display_data", { "text/plain": "sent" }]],
    ],
  ];
  for (const [code, outputs] of cells) {
    const exchange = await frontend.execute(code);
    assert.deepEqual(displayed(exchange), outputs, `${code}: ${exchange.reply.evalue}`);
  }
  const refused = await frontend.execute("await Deno.jupyter.broadcast('status', {})");
  assert.match(String(refused.reply.evalue), /^Deno\.jupyter\.broadcast requires one of stream, .*, got status$/);
});

test("no package takes the kernel for Deno, and a cell may declare these names", async (t) => {
  const frontend = await startFrontend(t);
  assert.equal(
    resultText(await frontend.execute("[typeof Deno, typeof globalThis.Deno, 'Deno' in globalThis, typeof $$]")),
    "[ 'object', 'undefined', false, 'object' ]",
  );
  assert.equal(resultText(await frontend.execute("const $$ = 5; let Deno = 6; $$ + Deno")), "11");
  assert.equal(resultText(await frontend.execute("$$ + Deno")), "11");
});

test("$$ of ijavascript sends results, also late ones, before the cell ends", async (t) => {
  const frontend = await startFrontend(t);
  const cells: readonly (readonly [code: string, outputs: unknown[]])[] = [
    ["$$.html('<b>1</b>')", [["display_data", { "text/html": "<b>1</b>" }]]],
    ["$$.png('iVBORw0KGgo=')", [["display_data", { "image/png": "iVBORw0KGgo=" }]]],
    [
      "$$.mime({ 'text/html': '<i>', 'text/plain': 'i' })",
      [["display_data", { "text/html": "<i>", "text/plain": "i" }]],
    ],
    ["$$.async(); setTimeout(() => $$.sendResult([1]), 20)", [["display_data", { "text/plain": "[ 1 ]" }]]],
    ["$$.async(); setTimeout(() => $$.svg('<svg/>'), 20)", [["display_data", { "image/svg+xml": "<svg/>" }]]],
    ["$$.async(); setTimeout(() => $$.done(), 20)", []],
    [
      "const d = $$.display('mine'); d.text('one'); d.text('two')",
      [
        ["display_data", { "text/plain": "one" }],
        ["update_display_data", { "text/plain": "two" }],
      ],
    ],
  ];
  for (const [code, outputs] of cells) assert.deepEqual(displayed(await frontend.execute(code)), outputs, code);
  const failed = await frontend.execute("$$.async(); setTimeout(() => $$.sendError(new Error('late')), 20)");
  assert.equal(failed.outputs[0]?.[0], "error");
  assert.equal(failed.outputs[0]?.[1].evalue, "late");
});

test("standard output is a terminal of a fixed size without colours, and takes what programs do to one", async (t) => {
  const frontend = await startFrontend(t);
  const sizes = await frontend.execute(
    "[process.stdout, process.stderr].map(({ isTTY, columns, rows }) => [isTTY, columns, rows].join())",
  );
  assert.equal(resultText(sizes), "[ 'true,100,30', 'true,100,30' ]");
  const drawn = await frontend.execute(
    "process.stdout.write('long line'); process.stdout.clearLine(0); process.stdout.cursorTo(0); process.stdout.write('ab'); process.stdout.moveCursor(0, -1); console.log(); console.log({ a: 'x' }); process.stderr.isTTY = false; 0",
  );
  assert.equal(streamText(drawn), "long line\r         \r\rab\n{ a: 'x' }\n");
});

test("a console prints in colours while FORCE_COLOR says so", async (t) => {
  const frontend = await startFrontend(t);
  const printed = async (before: string) => {
    await frontend.execute(`${before}; 0`);
    return streamText(await frontend.execute("console.log({ a: 'x' }); 0"));
  };
  const [plain, coloured] = ["{ a: 'x' }\n", "{ a: \u001b[32m'x'\u001b[39m }\n"];
  assert.equal(await printed("process.env.FORCE_COLOR = '1'"), coloured);
  assert.equal(await printed("process.env.FORCE_COLOR = '0'"), plain);
  assert.equal(await printed("delete process.env.FORCE_COLOR"), plain);
});

test("display shows as deep as it is told, in all cells once its options say so, and all of a value", async (t) => {
  const frontend = await startFrontend(t);
  const text = async (code: string) =>
    (displayed(await frontend.execute(code))[0] as [string, Record<string, string>])[1]["text/plain"];
  assert.equal(await text("display({ a: { b: { c: 1 } } }, { depth: 1 }); 0"), "{ a: { b: [Object] } }");
  assert.match(String(await text("display.full([[[[[[[1]]]]]]]); 0")), /^(\[\s+){7}1(\s+\]){7}$/);
  assert.equal(await text("display.options.depth = 0; [[1]]"), "[ [Array] ]");
  const { reply } = await frontend.execute("display(1, { depth: -1 })");
  assert.equal(reply.evalue, "display requires depth to be a number that is not negative, got -1");
  for (const size of ["NaN", "'5'", "-1"]) {
    const { reply: refused } = await frontend.execute(`display.options.length = ${size}`);
    assert.match(
      String(refused.evalue),
      /^display\.options requires length to be a number that is not negative, got /,
      size,
    );
  }
  const takesOne =
    /^display requires one value, and options of id, depth, length.*; got (2|'[ab]') for these \(hint: call it for each/;
  for (const code of ["display(1, 2)", "display(1, { a: 2 })", "display('a', 'b', 'c')"]) {
    assert.match(String((await frontend.execute(code)).reply.evalue), takesOne, code);
  }
  assert.equal(
    displayed(await frontend.execute("[3, 4].forEach(display); new Map([[1, 2]]).forEach(display)")).length,
    3,
  );
});
