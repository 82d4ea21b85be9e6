/** @file What a cell shows, through real sockets, https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { type Exchange, resultText, startFrontend, streamText } from "../frontend.ts";

/** Types and data of what was displayed. */
function displayed({ outputs }: Exchange): unknown[] {
  return outputs.filter(([type]) => type !== "stream").map(([type, content]) => [type, content.data]);
}

test("each format of display is one MIME type, bytes are base64, and a handle replaces what it shows", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute(`
    display.html("<b>1</b>");
    display.png(new Uint8Array([1, 2, 3]));
    display.raw("application/json", { a: [1] });
    const later = display.markdown("**2**", );
    later.html("<i>3</i>");
    later.update(4);
    display.svg("<svg/>");`);
  assert.deepEqual(displayed(exchange), [
    ["display_data", { "text/html": "<b>1</b>" }],
    ["display_data", { "image/png": "AQID" }],
    ["display_data", { "application/json": { a: [1] } }],
    ["display_data", { "text/markdown": "**2**" }],
    ["update_display_data", { "text/html": "<i>3</i>" }],
    ["update_display_data", { "text/plain": "4" }],
    ["display_data", { "image/svg+xml": "<svg/>" }],
  ]);
});

test("notebooks written for tslab run unchanged, also where the real package is installed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-tslab-"));
  mkdirSync(join(folder, "node_modules", "tslab"), { recursive: true });
  writeFileSync(join(folder, "node_modules", "tslab", "index.js"), "throw new Error('the real one')");
  const frontend = await startFrontend(t, folder);
  const cells: [string, unknown][] = [
    ['import * as tslab from "tslab"; tslab.display.html("<b>1</b>")', ["display_data", { "text/html": "<b>1</b>" }]],
    ['import { display } from "tslab"; display.text("plain")', ["display_data", { "text/plain": "plain" }]],
    ['const ts2 = require("tslab"); ts2.display.latex("$x$")', ["display_data", { "text/latex": "$x$" }]],
    ['tslab.display.javascript("1")', ["display_data", { "text/javascript": "1" }]],
    ["tslab.display.jpeg(Buffer.from([255]))", ["display_data", { "image/jpeg": "/w==" }]],
    ["tslab.display.gif(new Uint8Array([0]))", ["display_data", { "image/gif": "AA==" }]],
    ["tslab.display.pdf(new Uint8Array([0]))", ["display_data", { "application/pdf": "AA==" }]],
    ['tslab.display.raw("image/x", new Uint8Array([0]))', ["display_data", { "image/x": "AA==" }]],
    ['const d = tslab.newDisplay(); d.html("one")', ["display_data", { "text/html": "one" }]],
    ['d.html("two")', ["update_display_data", { "text/html": "two" }]],
  ];
  for (const [code, expected] of cells) assert.deepEqual(displayed(await frontend.execute(code)), [expected], code);
  assert.equal(resultText(await frontend.execute("tslab.versions.tslab")), "'1.0.22'");
  const ids = frontend.messages
    .filter(({ message }) => message.header.msg_type.endsWith("display_data"))
    .map(({ message }) => (message.content.transient as { display_id: string }).display_id);
  assert.equal(ids.at(-1), ids.at(-2), "an update carries the id of its display");
});

test("a value that cannot be shown fails no cell: the reason stands on stderr, and the rest is kept", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute(`
    const bad = (shows) => ({ [Symbol.for("Jupyter.display")]: shows });
    console.log("before");
    display(bad(() => { throw new RangeError("sudden") }));
    display(bad(async () => { throw new RangeError("slow") }));
    display(bad(() => 5));
    display(bad(() => ({ "application/json": { f: 1n } })));
    display(Promise.reject(new Error("refused")));
    display(Promise.resolve(bad(() => ({ "text/plain": "kept" }))));
    console.log("after");
    bad(() => { throw new RangeError("as a result") })`);
  assert.equal(exchange.reply.status, "ok");
  assert.equal(streamText(exchange), "before\nafter\n");
  const reasons = streamText(exchange, "stderr");
  for (const reason of ["sudden", "slow", "an object of MIME types, got 5", "BigInt", "refused", "as a result"]) {
    assert.ok(reasons.includes(reason), reason);
  }
  assert.match(reasons, /In\[1\]:4:\d+/);
  assert.deepEqual(displayed(exchange), [["display_data", { "text/plain": "kept" }]]);
});

/** Node 26 says that it is a Proxy; before it did not. */
function asNodePrints(value: unknown): RegExp {
  return new RegExp(`^${inspect(value).replace(/[^\w ]/g, "\\$&")}$`);
}

test("a value that throws when it is looked at is still printed", async (t) => {
  const frontend = await startFrontend(t);
  const values: [string, RegExp][] = [
    ["({ get a() { throw 1 } })", /^\{ a: \[Getter\] \}$/],
    [
      "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('mine') } })",
      /inspect method threw: Error: mine/,
    ],
    [
      "new (class Tag { get [Symbol.toStringTag]() { throw new Error('tag') } })()",
      /throws when it is looked at|^Tag \{\}$/,
    ],
    [
      "({ n: 1, get [Symbol.toStringTag]() { throw new Error('tag') } })",
      // Node 24's own inspection does not call it
      /^\{ n: 1 \} \(it throws when it is looked at: Error: tag\)$|^\{ n: 1, Symbol\(Symbol\.toStringTag\): \[Getter\] \}$/,
    ],
    ["Object.setPrototypeOf(new Uint8Array(2), null)", /^\[Uint8Array\(2\): null prototype\] \[ 0, 0 \]$/],
    ["[new Proxy({ x: 1 }, { get() { throw new Error('trap') } })]", asNodePrints([new Proxy({ x: 1 }, {})])],
    ["(() => { const r = Proxy.revocable([], {}); r.revoke(); return [r.proxy] })()", /^\[ <Revoked Proxy> \]$/],
    ["Object.create(null)", /^\[Object: null prototype\] \{\}$/],
    ["const loop: any = { n: 1 }; loop.self = loop; loop", /^<ref \*1> \{ n: 1, self: \[Circular \*1\] \}$/],
    ["new Float64Array(1e6)", /999900 more items/],
    ["new Map([['k', new Set([1])]])", /^Map\(1\) \{ 'k' => Set\(1\) \{ 1 \} \}$/],
    ["Array.from({ length: 1e6 }, (_, i) => i)", /999900 more items/],
  ];
  for (const [code, expected] of values) assert.match(String(resultText(await frontend.execute(code))), expected, code);
});

test("an array of flat objects is a table, in text and in HTML", async (t) => {
  const frontend = await startFrontend(t);
  const [shown] = displayed(await frontend.execute('[{ name: "a<b", n: 1 / 3 }, { name: "c", n: 20 }]')) as [
    [string, Record<string, string>],
  ];
  assert.equal(shown[1]["text/plain"], "name         n\n----  --------\na<b   0.333333\nc           20");
  assert.match(
    String(shown[1]["text/html"]),
    /<td style="text-align: left">a&lt;b<\/td><td style="text-align: right">0\.333333</,
  );
});

test("console's methods print what Node prints", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute(`
    console.log("%s %d %i %f %j %o %O %c%%", "s", 1.5, 1.5, "2.5", { a: 1 }, [1], { b: 2 }, "color: red");
    console.group("outer"); console.info("inner"); console.groupEnd(); console.debug("outside");
    console.count(); console.count("x"); console.count(); console.countReset(); console.count();
    console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
    console.table([{ a: 1 }]);
    process.stdout.write("6869", "hex"); process.stdout.write(Buffer.from("\\u20ac").subarray(0, 1)); process.stdout.write(Buffer.from("\\u20ac").subarray(1));
    console.assert(1 === 1, "never"); console.assert(false, "always %d", 1);
    console.warn("careful"); console.error("wrong");`);
  assert.equal(
    streamText(exchange),
    's 1.5 1 2.5 {"a":1} [ 1, [length]: 1 ] { b: 2 } %\nouter\n  inner\noutside\ndefault: 1\nx: 1\ndefault: 2\ndefault: 1\n' +
      "{ a: [Object] }\n┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘\nhi€",
  );
  assert.equal(streamText(exchange, "stderr"), "Assertion failed: always 1\ncareful\nwrong\n");
  const timed = await frontend.execute('console.time("t"); console.timeLog("t", 5); console.timeEnd("t")');
  assert.match(streamText(timed), /^t: [\d.]+ms 5\nt: [\d.]+ms\n$/);
});

test("a stack that is printed has the lines of the TypeScript, and none of the kernel's own", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute(`
    interface Gone { a: number }
    function thrower(): never { throw Object.assign(new Error("inner"), { code: 5 }) }
    try { thrower() } catch (error) { console.error(error) }
    console.trace("where %d", 1);`);
  assert.equal(
    streamText(exchange, "stderr"),
    "Error: inner\n    at thrower (In[1]:3:53)\n    at (In[1]:4:11) {\n  code: 5\n}\nTrace: where 1\n    at (In[1]:5:13)\n",
  );
});

test("a long table is shown by its first rows, in either form", async (t) => {
  const frontend = await startFrontend(t);
  const [shown] = displayed(await frontend.execute("Array.from({ length: 1000 }, (_, i) => ({ i }))")) as [
    [string, Record<string, string>],
  ];
  assert.equal(String(shown[1]["text/plain"]).split("\n").at(-1), "... 20 of 1000 rows");
  assert.match(String(shown[1]["text/html"]), /<p>20 of 1000 rows<\/p>$/);
  assert.equal(resultText(await frontend.execute("[{ a: { nested: 1 } }]")), "[ { a: { nested: 1 } } ]");
});

test("what a cell pages is in its reply, when it has ended, and not among its outputs", async (t) => {
  const frontend = await startFrontend(t);
  const code = "display.page('now'); display.page(new Promise((done) => setTimeout(done, 5, [{ a: 1 }]))); 0";
  const { reply, outputs } = await frontend.execute(code);
  const payload = reply.payload as { source: string; data: Record<string, string>; start: number }[];
  assert.deepEqual(payload[0], { source: "page", data: { "text/plain": "'now'" }, start: 0 });
  assert.deepEqual(Object.keys(payload[1]?.data ?? {}), ["text/html", "text/plain"]);
  assert.deepEqual(
    outputs.map(([type]) => type),
    ["execute_result"],
  );
});
