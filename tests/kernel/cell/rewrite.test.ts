/** @file A cell keeps the meaning of its JavaScript when its bindings become the session's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Declaration } from "../../../src/kernel/cell/declarations.ts";
import { rewriteCell } from "../../../src/kernel/cell/rewrite.ts";
import { transpile } from "../../../src/kernel/cell/transpile.ts";
import { createSession } from "../../../src/kernel/dist/cell/index.js";

let runs = 0;

/** The value of the last cell of a fresh session. */
async function run(...cells: string[]): Promise<unknown> {
  const session = createSession(import.meta.dirname);
  let value: unknown;
  for (const cell of cells) ({ value } = await session.run(cell, `In[test ${++runs}]`));
  return value;
}

/** [what it shows, cells, the value of the last one as JavaScript gives it]. */
const CASES: [string, string[], unknown][] = [
  ["a const", ["const a = 1", "a + 1"], 2],
  ["several declarators", ["let a = 1, b = a + 1, c", "[a, b, c]"], [1, 2, undefined]],
  [
    "nested patterns with defaults and rest",
    ["const { a: [b = 5, ...c], d: { e } = { e: 6 }, ...f } = { a: [undefined, 1, 2], g: 7 }", "[b, c, e, f]"],
    [5, [1, 2], 6, { g: 7 }],
  ],
  [
    "a default and a key that refer to what their own pattern bound before",
    [
      "const { a = 3, b: [c = a] = [], ['k' + c]: d = a + c, e: { f = d, g = f } = { f: a } } = { k3: 7 }",
      "[a, c, d, f, g]",
    ],
    [3, 3, 7, 3, 3],
  ],
  ["a computed key in a pattern", ["const k = 'x'", "const { [k]: v } = { x: 3 }; v"], 3],
  [
    "objects and functions in a pattern's keys and defaults",
    ["const x = 1", "const { a = { x }, [[{ x }][0].x]: b = ({ x }) => x } = {}; [a, b({ x: 2 })]"],
    [{ x: 1 }, 2],
  ],
  [
    "a function or class without a name takes that of what it is assigned to",
    [
      "const a = ((() => 1)), { b = () => 1, c: [d = class {}] = [] } = {}; let e, f, g, h",
      "e = function () {}; f ??= async () => 1; ({ g = () => 1, h: [h = class {}] = [] } = {}); [a, b, d, e, f, g, h].map((x) => x.name)",
    ],
    ["a", "b", "d", "e", "f", "g", "h"],
  ],
  ["options of Quarto", ["#| echo: false\n#| label: a\nconst a = 1\na"], 1],
  ["the first line of a script", ["#!/usr/bin/env node\nconst a = 1\na"], 1],
  ["assignment patterns", ["let a, b", "[a, b] = [1, 2]; ({ a, c: b = 9 } = { a: 5 }); [a, b]"], [5, 9]],
  ["shorthand properties", ["const a = 1", "({ a, b: { a } })"], { a: 1, b: { a: 1 } }],
  ["a shadowing parameter", ["const a = 1", "((a) => a * 10)(4) + a"], 41],
  ["a default that refers to the session", ["const a = 2", "((b = a, [c] = [a]) => b + c)()"], 4],
  ["a block's own variable", ["const a = 1", "{ const a = 2; { let a = 3; a } } a"], 1],
  ["a loop's own variable", ["let i = 'outer'", "for (let i = 0; i < 3; i++) {} i"], "outer"],
  ["a loop's var is the session's", ["for (var i = 0, n = 3; i < n; i++) {}", "[i, n]"], [3, 3]],
  ["for of with var and a pattern", ["for (var [k, v] of Object.entries({ a: 1 })) {}", "[k, v]"], ["a", 1]],
  ["var in a block is the session's", ["if (true) { var w = 4 }", "w"], 4],
  [
    "var in every statement that holds others",
    [
      "if (false); else { var a = 1 } try { var b = 2; throw 0 } catch { var c = 3 } finally { var d = 4 }" +
        "switch (1) { case 1: var e = 5 } out: { var f = 6; break out } do { var g = 7 } while (false)" +
        "while (true) { var h = 8; break } for (var i in { k: 0 }) var j = 9",
      "[a, b, c, d, e, f, g, h, i, j]",
    ],
    [1, 2, 3, 4, 5, 6, 7, 8, "k", 9],
  ],
  [
    "a function's own var in such a statement",
    ["const a = 1", "(() => { try { if (true) { var a = 2 } } finally {} return a })() + a"],
    3,
  ],
  [
    "a var of an inner function is no name of the outer one",
    ["const y = 4", "((x = y) => () => { var y = 1; return x + y })()()"],
    5,
  ],
  ["var without a value keeps it", ["var w = 4", "var w", "w"], 4],
  ["functions are hoisted", ["const r = f(); function f() { return 8 }", "r"], 8],
  ["a function in a block is the block's own", ["{ function g() {} }", "typeof g"], "undefined"],
  ["recursion", ["const fact = (n) => n < 2 ? 1 : n * fact(n - 1)", "fact(5)"], 120],
  [
    "a class and its statics",
    ["class A { static n = 1; static m = A.n + 1; #p = 3; get p() { return this.#p } }", "[A.m, new A().p]"],
    [2, 3],
  ],
  [
    "inheritance over cells",
    ["class A { hi() { return 'A' } }", "class B extends A { hi() { return super.hi() + 'B' } }", "new B().hi()"],
    "AB",
  ],
  ["a call has no receiver", ["function self() { 'use strict'; return this }", "self()"], undefined],
  ["a tagged template", ["const tag = (s, ...v) => s.raw.join('|') + v", "tag`a$" + "{1}b`"], "a|b1"],
  ["an optional call", ["let f", "f?.(1)"], undefined],
  ["typeof of what is not there", ["typeof nothing"], "undefined"],
  ["a label", ["outer: for (const x of [1, 2]) { for (;;) continue outer } 5"], 5],
  [
    "a name of a global may be declared",
    ["const name = 'n', parseInt = () => 'mine'", "parseInt('1') + name"],
    "minen",
  ],
  ["arguments inside a function", ["function f() { return arguments.length }", "f(1, 2)"], 2],
  ["catch binding", ["try { throw { message: 'm' } } catch ({ message }) { message }", "typeof message"], "undefined"],
  ["a getter in an object", ["const a = 4", "({ get a() { return a } }).a"], 4],
  ["a promise as last expression is awaited", ["Promise.resolve(9)"], 9],
  ["eval sees the session", ["const a = 4", "eval('a + 1')"], 5],
  ["eval assigns to the session", ["let a = 4", "eval('a = 6; var b = 1'); [a, typeof b]"], [6, "undefined"]],
  ["eval sees the function around it first", ["const a = 4, b = 2", "((a) => eval('[a, b]'))(1)"], [1, 2]],
  ["a function that eval makes sees the session", ["let a = 1", "const f = eval('() => a'); a = 2; f()"], 2],
  ["eval of no text is that value", ["eval(5) + eval('Math.max(1, 2)')"], 7],
  ["await in a nested block", ["let s = 0; for (const p of [1, 2]) { s += await p } s"], 3],
  ["an async arrow does not make the cell wait", ["const f = async () => { await 1; return 2 }", "await f()"], 2],
  ["export is allowed", ["export const a = 1; export function b() { return a } export default 5", "[a, b()]"], [1, 1]],
  ["a default export is the result", ["export default { a: 1 }.a"], 1],
  [
    "import forms",
    [
      "import path, { join as j, type ParsedPath } from 'node:path'; import * as ns from 'node:path'",
      "[path.sep, j('a', 'b'), typeof ns.join]",
    ],
    ["/", "a/b", "function"],
  ],
  ["a dynamic import", ["const { sep } = await import('node:path'); sep"], "/"],
  ["import.meta", ["import.meta.dirname"], import.meta.dirname],
  ["types vanish", ["interface P { x: number }\ntype Q = P | undefined\nconst p = { x: 1 } satisfies P as P; p!.x"], 1],
  ["a namespace", ["namespace N { export const a = 2 }", "N.a"], 2],
  ["a comment alone", ["// nothing"], undefined],
  ["an object in parentheses", ["({ a: 1 })"], { a: 1 }],
  ["a statement is no result", ["const a = 1; if (a) { a }"], undefined],
  ["a template across lines", ["`a\n$" + "{1}`"], "a\n1"],
  ["a type import beside the last expression", ["import type { A } from './a'; const b: A = 3; b"], 3],
  ["a comment after the last expression", ["1 + 1 // two"], 2],
  [
    "a default parameter does not see a var of the body",
    ["const n = 5; function f(k = n) { var n = 2; return k + n } f()"],
    7,
  ],
  [
    "a var of a static block is the block's own",
    [
      "let x = 'session'",
      "let seen; class C { static { var x = 1; for (var i = 0; i < 3; i++); seen = [x, i] } } [...seen, x]",
    ],
    [1, 3, "session"],
  ],
  ["a switch looks at the outer name", ["const x = 'a'; let y; switch (x) { case 'a': let x = 1; y = x } y"], 1],
  ["a property called __proto__", ["const __proto__ = 1; Object.keys({ __proto__ })"], ["__proto__"]],
  ["the name of a default export", ["let n; export default class { static { n = this.name } }", "n"], "default"],
  ["this at the top", ["[this, (() => this)()]"], [undefined, undefined]],
  [
    "what a script declares",
    ["(await import('node:vm')).runInThisContext('let ofScript = 1')", "[ofScript, typeof ofScript]"],
    [1, "number"],
  ],
  [
    "what TypeScript refuses and JavaScript does not",
    ["class C { y = 1; y = 2; set v(x = 1) { this.y = x } }", "new C().y"],
    2,
  ],
  ["import() of a URL", ["(await import(new URL('node:path'))).sep"], "/"],
  ["eval in eval", ["let n = 0", "eval('eval(\"n++\"); n')"], 1],
  [
    "arguments in a field's eval is an early error",
    [
      "let ran = 0; class C { x = eval('ran = 1; arguments') }; let name; try { new C() } catch (e) { name = e.name } [name, ran]",
    ],
    ["SyntaxError", 0],
  ],
  ["import.meta has no prototype", ["Object.getPrototypeOf(import.meta)"], null],
  ["eval with new.target", ["let n = 0; class C { x = eval('n = 1; new.target') }; [new C().x, n]"], [undefined, 1]],
  [
    "import() in eval, and in a function made of text",
    ["(await eval('import(\"node:path\")')).sep + (await new Function('return import(\"node:path\")')()).sep"],
    "//",
  ],
  [
    "an import has the value that its module has now",
    [
      `import { count, up } from "data:text/javascript,export let count = 0; export function up() { count++ }"; up(); count`,
      "up(); count",
    ],
    2,
  ],
  ["a later cell's function, called by an earlier one", ["const f = () => g()", "const g = () => 3", "f()"], 3],
];
for (const [name, cells, expected] of CASES) {
  test(`${name}: ${cells.join(" ⏎ ").replaceAll("\n", " ")}`, async () => {
    const value = await run(...cells);
    // Values of a cell come from this realm, so that deepEqual compares prototypes too.
    assert.deepEqual(value, expected);
  });
}

test("a constant is not assigned by a loop", async () => {
  for (const loop of ["for (c of [2]);", "for (c in { a: 1 });", "for ([c] of [[2]]);"]) {
    await assert.rejects(run("const c = 1", loop), /^TypeError: Assignment to constant variable c$/, loop);
  }
});

test("what a module may not declare, a cell may not either, and its error has a place", async () => {
  for (const [cell, message, excerpt] of [
    [
      "const a: number = 1;\n{ function f() {} var f }",
      /Identifier `f` has already been declared/,
      "2 | { function f() {} var f }\n               ^",
    ],
    ["function f() {} function f() {}", /Identifier `f` has already been declared/, /\^/],
    ["export { nowhere }", /Export 'nowhere' is not defined/, /\^/],
    ["const a = 1; export { a, a as a }", /Duplicated export 'a'/, /\^/],
  ] as const) {
    const error = (await run(cell).catch((thrown: unknown) => thrown)) as SyntaxError & { excerpt: string };
    assert.match(String(error), message);
    if (typeof excerpt === "string") assert.equal(error.excerpt, excerpt);
    else assert.match(error.excerpt, excerpt);
  }
  assert.equal(await run("const a = 1", "export { a }; a"), 1, "what an earlier cell has declared may be exported");
});

test("import() refuses options that are none, as a rejection", async () => {
  for (const options of ["null", "1", "{ with: 1 }", "{ with: { type: 1 } }"]) {
    assert.equal(await run(`await import("node:path", ${options}).catch((error) => error.name)`), "TypeError", options);
  }
});

const DISPOSABLE = `
  const log: string[] = [];
  const open = (name: string) => ({ name, [Symbol.dispose]() { log.push(name) } });`;

test("using at the top of a cell lives as long as the cell, and ends last first", async () => {
  assert.deepEqual(await run(DISPOSABLE, "using a = open('a'), b = open('b'); log.push('body'); a.name", "log"), [
    "body",
    "b",
    "a",
  ]);
});

test("using inside of a block ends with the block", async () => {
  assert.deepEqual(await run(DISPOSABLE, "{ using a = open('a') } log.push('after'); log"), ["a", "after"]);
});

test("await using waits for the disposal", async () => {
  const cell = "await using a = { async [Symbol.asyncDispose]() { await null; log.push('async') } };";
  assert.deepEqual(await run(DISPOSABLE, cell, "log"), ["async"]);
});

test("a failed cell is disposed of, and its own error is the one that is seen", async () => {
  const session = createSession(import.meta.dirname);
  await session.run(DISPOSABLE, "In[using 1]");
  await assert.rejects(session.run("using a = open('a'); throw new Error('body')", "In[using 2]"), /^Error: body$/);
  assert.deepEqual(await session.run("log", "In[using 3]"), { value: ["a"] });
  const both = "using a = { [Symbol.dispose]() { throw new Error('end') } }; throw new Error('body')";
  await assert.rejects(session.run(both, "In[using 4]"), { name: "SuppressedError", message: /end/ });
});

test("a failed cell leaves the variables it did not reach as they were", async () => {
  const session = createSession(import.meta.dirname);
  await session.run("const a = 1", "In[keep 1]");
  await assert.rejects(session.run("throw new Error('x'); const a = 2", "In[keep 2]"));
  assert.deepEqual(await session.run("a", "In[keep 3]"), { value: 1 });
});

test("a failed cell leaves the kind of the variables that it did not reach", async () => {
  const session = createSession(import.meta.dirname);
  await session.run("let a = 1", "In[kind 1]");
  await assert.rejects(session.run("const a = 2 + (() => { throw new Error('x') })(), b = 3", "In[kind 2]"));
  assert.deepEqual(await session.run("a = 4; a", "In[kind 3]"), { value: 4 });
  await assert.rejects(session.run("b = 5", "In[kind 4]"), /^ReferenceError: b is not defined$/);
});

test("a cell assigns to a global that it makes itself", async () => {
  assert.deepEqual(await run("globalThis.made = 1; made += 1; made++; [made, globalThis.made]"), [3, 3]);
  await assert.rejects(run("neverMade = 1"), /^ReferenceError: neverMade is not defined$/);
});

test("a variable has no value in the value, key and defaults that are evaluated before it has", async () => {
  for (const cell of [
    "const x = [x]",
    "const { x = x } = {}",
    "const { a: { x, b = x } = { x } } = {}",
    "const [a = x, x] = []",
    "const { [x]: x } = {}",
    "class x { static [x] = 1 }; const y = x; class C extends D {} class D {}",
  ]) {
    await assert.rejects(run("let x = 1, D = Object", cell), /^ReferenceError: Cannot access '[xD]' before/, cell);
  }
});

test("only names that some cell declares or misses are rewritten", () => {
  const known = { declared: new Map<string, Declaration>([["b", "let"]]), isGlobal: (name: string) => name === "Math" };
  const { code } = rewriteCell(transpile("Math.max(b, c.b, { b: 1 }.b)", "cell.ts").code, known);
  assert.match(code, /Math\.max\(__scope\.b, __scope\.c\.b, \{ b: 1 \}\.b\)/);
});
