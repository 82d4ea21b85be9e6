/** @file Cells through real sockets, https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Exchange, resultText, startFrontend, streamText } from "../frontend.ts";

/** The traceback without its colours. */
function tracebackText({ outputs }: Exchange): string {
  const error = outputs.find(([type]) => type === "error")?.[1];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours start with one
  return ((error?.traceback ?? []) as string[]).join("\n").replace(/\u001b\[\d+m/g, "");
}

test("a cell's last expression is its result, in the protocol's order of messages", async (t) => {
  const frontend = await startFrontend(t);
  const { reply, iopub } = await frontend.execute("const x: number = 40;\nx + 2");
  const order = iopub.map(({ header, content }) => content.execution_state ?? header.msg_type);
  assert.deepEqual(order, ["busy", "execute_input", "execute_result", "idle"]);
  assert.deepEqual(iopub[2]?.content, { data: { "text/plain": "42" }, metadata: {}, execution_count: 1 });
  assert.deepEqual(reply, { status: "ok", execution_count: 1, user_expressions: {}, payload: [] });
});

test("a semicolon leaves the result shown; a second one ends the cell with an empty statement, which shows nothing", async (t) => {
  const frontend = await startFrontend(t);
  const cells: [string, string | undefined][] = [
    ["5;", "5"],
    ["5; // five", "5"],
    ["5;;", undefined],
    ["5\n;;", undefined],
    ["{ 5; }", "5"],
    ["{ 5;; }", undefined],
    ["[Out[1], 3 in Out, _]", "[ 5, false, 5 ]"],
  ];
  for (const [code, expected] of cells) assert.equal(resultText(await frontend.execute(code)), expected, code);
});

test("a result is waited for where it is a promise or has a method then, and no getter or proxy is asked for one", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute(`const asked: string[] = [];
    const handler = new Proxy({}, { get: (_, trap) => (...given: any[]) => { asked.push(String(trap)); return (Reflect as any)[trap](...given); } });
    const throws = { get() { throw new Error("trap"); } };
    const dead = Proxy.revocable({}, {}); dead.revoke();`);
  const cells: [string, RegExp][] = [
    ["Promise.resolve(7)", /^7$/],
    ["await 0; Promise.resolve(8)", /^8$/],
    ["class Query { then(done: (value: unknown) => void) { done(9); } }; new Query()", /^9$/],
    ["new Proxy({ a: 1 }, handler)", /a: 1/],
    ["await 0; new Proxy({ a: 2 }, handler)", /a: 2/],
    ["Object.create(new Proxy({}, throws))", /^\{\}/],
    ["new Proxy({ a: 3 }, throws)", /a: 3/],
    ["new Proxy(() => 1, throws)", /Function/],
    ["dead.proxy", /^<Revoked Proxy>$/],
    ["({ get then() { throw new Error('getter'); } })", /^\{ then: \[Getter\] \}$/],
    ["asked", /^\[\]$/],
  ];
  for (const [code, expected] of cells) assert.match(String(resultText(await frontend.execute(code))), expected, code);
});

test("any kind of binding may be declared again, and closures see the new value", async (t) => {
  const frontend = await startFrontend(t);
  const cells: [string, string | undefined][] = [
    ["const x = 1; function f() { return x }", undefined],
    ["let x = 2; f()", "2"],
    ["var x = 3; f()", "3"],
    ["class x { static y = 4 }; f().y", "4"],
    ["enum x { A, B }\nf().B", "1"],
    ["enum x { C }\nObject.keys(x)", "[ '0', 'C' ]"],
    ["function x() { return 5 }\nf()()", "5"],
    ["const { x, ...rest } = { x: 6, y: 7, z: 8 }; [f(), rest]", "[ 6, { y: 7, z: 8 } ]"],
    ["import { sep as x } from 'node:path'; f()", "'/'"],
    ["const g = () => x; g.name", "'g'"],
  ];
  for (const [code, expected] of cells) assert.equal(resultText(await frontend.execute(code)), expected, code);
});

test("a variable that is read before its declaration is a ReferenceError", async (t) => {
  const frontend = await startFrontend(t);
  assert.match(
    tracebackText(await frontend.execute("later; const later = 1")),
    /^ReferenceError: Cannot access 'later'/,
  );
  await frontend.execute("const later = 1");
  assert.match(tracebackText(await frontend.execute("const later = later + 1")), /^ReferenceError/);
  assert.match(tracebackText(await frontend.execute("nowhere = 1")), /^ReferenceError: nowhere is not defined/);
  assert.equal(resultText(await frontend.execute("typeof nowhere")), "'undefined'");
});

test("a constant cannot be assigned, in its cell or in a later one", async (t) => {
  const frontend = await startFrontend(t);
  assert.match(tracebackText(await frontend.execute("const k = 1; k = 2")), /Assignment to constant variable k/);
  assert.match(tracebackText(await frontend.execute("k++")), /Assignment to constant variable k/);
  assert.equal(resultText(await frontend.execute("k")), "1");
});

test("await and for await work at the top of a cell", async (t) => {
  const frontend = await startFrontend(t);
  assert.equal(resultText(await frontend.execute("const a = await Promise.resolve(3); a * 2")), "6");
  await frontend.execute("let s = 0; for await (const v of (async function* () { yield 1; yield 2 })()) s += v");
  assert.equal(resultText(await frontend.execute("s")), "3");
});

test("local TypeScript is imported from any directory, with its ending or without, and an edit is seen", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-import-"));
  writeFileSync(join(folder, "inner.ts"), "export const value: number = 1;\n");
  writeFileSync(join(folder, "outer.ts"), 'export { value } from "./inner";\nexport interface Shape { a: number }\n');
  const frontend = await startFrontend(t);
  const code = `import { value, Shape } from ${JSON.stringify(join(folder, "outer"))}; const s: Shape = { a: value }; s.a`;
  assert.equal(resultText(await frontend.execute(code)), "1");
  writeFileSync(join(folder, "inner.ts"), "export const value: number = 22;\n");
  assert.equal(resultText(await frontend.execute(code.replace("outer", "outer.ts"))), "22");
});

test("packages are found by name, and a missing one says what to run", async (t) => {
  const frontend = await startFrontend(t, tmpdir()); // outside of any project: what stands beside the kernel is found
  assert.equal(
    resultText(await frontend.execute("import MagicString from 'magic-string'; typeof MagicString")),
    "'function'",
  );
  assert.match(tracebackText(await frontend.execute("import x from 'no-such-package'")), /npm install no-such-package/);
  assert.match(
    tracebackText(await frontend.execute("import { joinn } from 'node:path'; joinn('a')")),
    /no export named 'joinn'/,
  );
});

test("a traceback has the lines and columns of the TypeScript", async (t) => {
  const frontend = await startFrontend(t);
  const code =
    "interface Point {\n  x: number;\n}\nfunction norm(p: Point) {\n  return (p as any).q.r;\n}\nnorm({ x: 1 });";
  const text = tracebackText(await frontend.execute(code));
  assert.match(text, /^TypeError: Cannot read properties of undefined/);
  assert.match(text, /at norm \(In\[1\]:5:2\d\)\n\s+at \(In\[1\]:7:1\)/);
  assert.match(text, /> 5 \| {3}return \(p as any\)\.q\.r;/);
});

test("a syntax error names the place and blocks the cell", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute("console.log('never');\nconst 日 = '😀'; const y = ;");
  assert.match(tracebackText(exchange), /^SyntaxError: Unexpected token\n2 \| const 日 = '😀'; const y = ;\n {30}\^$/);
  assert.equal(streamText(exchange), "");
});

test("what is thrown is shown, also when it is no Error, and causes follow", async (t) => {
  const frontend = await startFrontend(t);
  assert.equal(tracebackText(await frontend.execute("throw { code: 5 }")), "Thrown: { code: 5 }");
  const chained = await frontend.execute('throw new Error("outer", { cause: new RangeError("inner") })');
  assert.match(tracebackText(chained), /^Error: outer[\s\S]*Caused by:\nRangeError: inner/);
});

test("an error after the cell's end is shown on the cell that caused it, and the kernel lives on", async (t) => {
  const frontend = await startFrontend(t);
  const { iopub } = await frontend.execute("setTimeout(() => { throw new Error('late') }, 100); void 0");
  const [cause] = iopub;
  await frontend.execute("1");
  const late = await frontend.until(({ header }) => header.msg_type === "error");
  assert.equal(late.content.evalue, "late");
  assert.equal(late.parent_header.msg_id, cause?.parent_header.msg_id);
  const rejected = await frontend.execute("void Promise.reject(new Error('nobody waits')); 1");
  assert.equal(rejected.reply.status, "ok");
  await frontend.until(({ content }) => content.evalue === "nobody waits");
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("output keeps its order, also behind a figure that takes a while to draw", async (t) => {
  const frontend = await startFrontend(t);
  const { outputs } = await frontend.execute(`
    console.log("a");
    display({ [Symbol.for("Jupyter.display")]: () => new Promise((r) => setTimeout(r, 50, { "text/plain": "slow" })) });
    console.error("b");
    display("fast");
    console.log("c");
    "end"`);
  const shown = outputs.map(
    ([type, content]) => content.text ?? (content.data as Record<string, string>)["text/plain"] ?? type,
  );
  assert.deepEqual(shown, ["a\n", "slow", "b\n", "'fast'", "c\n", "'end'"]);
});

test("a cell that ends with display has no other result", async (t) => {
  const frontend = await startFrontend(t);
  const { outputs } = await frontend.execute('display("shown")');
  assert.deepEqual(
    outputs.map(([type]) => type),
    ["display_data"],
  );
});

test("a thrown value that cannot even be looked at ends its cell, and nothing else", async (t) => {
  const frontend = await startFrontend(t);
  const fails = "a value whose own code fails when it is looked at";
  const cells = [
    ["const proxy = Proxy.revocable({}, {}); proxy.revoke(); throw proxy.proxy", "<Revoked Proxy>"],
    ["throw Object.defineProperty(new Error(), 'message', { get() { throw new Error() } })", fails],
    ["throw Object.assign(new Error(), { name: Symbol('no text') })", fails],
  ] as const;
  for (const [code, expected] of cells) assert.equal((await frontend.execute(code)).reply.evalue, expected, code);
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("a bundle that is no JSON is not shown, and the reason stands on the cell's standard error", async (t) => {
  const frontend = await startFrontend(t);
  const cells = {
    "{ big: 1n }": /application\/json to be JSON: Do not know how to serialize a BigInt/,
    globalThis: /application\/json to be JSON: Converting circular structure/,
    "() => 1": /application\/json to be text, bytes or JSON, got \[Function/,
  };
  for (const [data, message] of Object.entries(cells)) {
    const code = `({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": ${data} }) })`;
    const exchange = await frontend.execute(code);
    assert.match(streamText(exchange, "stderr"), message);
    assert.equal(exchange.reply.status, "ok");
  }
  const { outputs } = await frontend.execute(
    'display({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": { day: new Date(0) } }) })',
  );
  assert.deepEqual(outputs[0]?.[1].data, { "application/json": { day: "1970-01-01T00:00:00.000Z" } });
});

test("a display is updated where it stands", async (t) => {
  const frontend = await startFrontend(t);
  const { outputs } = await frontend.execute('const d = display("one", { id: "it" }); d.update("two");');
  assert.deepEqual(
    outputs.map(([type, content]) => [type, content.transient]),
    [
      ["display_data", { display_id: "it" }],
      ["update_display_data", { display_id: "it" }],
    ],
  );
});

test("a cell clears what it has shown, at once or with its next output", async (t) => {
  const frontend = await startFrontend(t);
  const { outputs } = await frontend.execute(
    'console.log("a"); display.clear({ wait: true }); console.log("b"); display.clear();',
  );
  assert.deepEqual(outputs, [
    ["stream", { name: "stdout", text: "a\n" }],
    ["clear_output", { wait: true }],
    ["stream", { name: "stdout", text: "b\n" }],
    ["clear_output", { wait: false }],
  ]);
});

test("100,000 printed lines all arrive before idle", async (t) => {
  const frontend = await startFrontend(t);
  const lines = streamText(await frontend.execute("for (let i = 0; i < 100_000; i++) console.log(i)")).split("\n");
  assert.equal(lines.length, 100_001);
  assert.ok(lines.slice(0, -1).every((line, index) => line === String(index)));
});

test("user expressions are evaluated after the cell, and one that fails does not fail the cell", async (t) => {
  const frontend = await startFrontend(t);
  const { reply } = await frontend.execute("const third = 1 / 3", {
    user_expressions: { good: "third * 1", bad: "nope" },
  });
  assert.equal(reply.status, "ok");
  const { good, bad } = reply.user_expressions as Record<string, Record<string, unknown>>;
  assert.deepEqual(good, { status: "ok", data: { "text/plain": "0.3333333333333333" }, metadata: {} });
  assert.equal(bad?.ename, "ReferenceError");
});

test("a silent cell sends no output and does not count", async (t) => {
  const frontend = await startFrontend(t);
  const { outputs, reply } = await frontend.execute("const quiet = 1; quiet", { silent: true });
  assert.deepEqual(outputs, []);
  assert.equal(reply.execution_count, 0);
  assert.equal((await frontend.execute("quiet")).reply.execution_count, 1);
});

test("an error aborts the cells already queued, and no later one", async (t) => {
  const frontend = await startFrontend(t);
  const codes = ["await new Promise((r) => setTimeout(r, 50)); throw new Error('first')", "'second'", "'third'"];
  const [first, second, third] = await Promise.all(codes.map((code) => frontend.execute(code)));
  assert.deepEqual(
    [first, second, third].map((exchange) => exchange?.reply.status),
    ["error", "aborted", "aborted"],
  );
  assert.deepEqual(second?.outputs, []);
  assert.equal(resultText(await frontend.execute("'fourth'")), "'fourth'");
});

test("with stop_on_error false the queued cells run", async (t) => {
  const frontend = await startFrontend(t);
  const [, second] = await Promise.all([
    frontend.execute("await null; throw new Error('first')", { stop_on_error: false }),
    frontend.execute("'second'"),
  ]);
  assert.equal(second && resultText(second), "'second'");
});
