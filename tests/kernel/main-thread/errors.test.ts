/** @file What goes wrong in a cell is said in the words of who wrote it: docs/output.md, Errors. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Exchange, resultText, startFrontend, streamText } from "../frontend.ts";

/** A folder with these files; it is gone after the test. */
function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-errors-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function tracebackText({ reply }: Exchange): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes of colours
  return (reply.traceback as string[]).join("\n").replace(/\u001b\[\d+m/g, "");
}

/** Nothing of the kernel: no names of its rewriter, no path of its folder. */
function assertOwnWords(text: string, code: string): void {
  for (const inner of ["__scope", "__cell", "__declare", "__stop", "(0 ,", join("kernel", "dist")]) {
    assert.ok(!text.includes(inner), `${code}: ${text}`);
  }
}

/** After `const z = 1, o = { a: 1 }` of an earlier cell: what V8 says of the same line in a module. */
const MESSAGES: readonly (readonly [code: string, message: string])[] = [
  ["z()", "z is not a function"],
  ["z?.()", "z is not a function"],
  ["z()()", "z is not a function"],
  ["z`text`", "z is not a function"],
  ["o.foo()", "o.foo is not a function"],
  ["o.a.b.c()", "Cannot read properties of undefined (reading 'c')"],
  ["o['a']()", "o.a is not a function"],
  ["new z()", "z is not a constructor"],
  ["new o.a()", "o.a is not a constructor"],
  ["[...z]", "z is not iterable"],
  ["const [first] = z", "number 1 is not iterable (cannot read property Symbol(Symbol.iterator))"],
  ["for (const x of o) {}", "o is not iterable"],
  ["new Map([z])", "Iterator value 1 is not an entry object"],
  ["(() => { const { q } = o.nothing })()", "Cannot destructure property 'q' of 'o.nothing' as it is undefined."],
  ["(await z)()", "(intermediate value) is not a function"],
  ["(() => z())()", "z is not a function"],
  ["class A { x = z() }; new A()", "z is not a function"],
  ["fs.nothing()", "fs.nothing is not a function"],
  ["import.meta.nothing()", "import.meta.nothing is not a function"],
  ["eval('z()')", "z is not a function"],
];

test("V8's messages name what the cell names", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("import * as fs from 'node:fs'; const z: any = 1; const o: any = { a: 1 };");
  for (const [code, message] of MESSAGES) {
    const exchange = await frontend.execute(code);
    assert.equal(exchange.reply.evalue, message, code);
    assertOwnWords(tracebackText(exchange), code);
  }
});

/** Each gives the message of an error that it has caught. */
const CAUGHT: readonly string[] = [
  "let m = ''; try { z() } catch (e) { m = e.message } m",
  "let m = ''; try { z() } catch (e) { m = String(e).slice(11) } m",
  "let m = ''; try { z() } catch ({ message }) { m = message } m",
  "let m = ''; try { z() } catch ({ message: [, ...rest] }) { m = 'z' + rest.join('') } m",
  "let m = ''; try { z() } catch ({ stack }) { m = stack.split('\\n')[0].slice(11) } m",
  "await (async () => z())().catch((e) => e.message)",
  "await (async () => z())().catch(async ({ message }) => message)",
  "const handler = (e) => e.message; await (async () => z())().catch(handler)",
  "await Promise.resolve().then(() => z()).then(() => 1, (e) => e.message)",
  "let m = ''; try { await Promise.any([(async () => z())()]) } catch (e) { m = e.errors[0].message } m",
  "let m = ''; try { try { z() } catch (cause) { throw new Error('outer', { cause }) } } catch (e) { m = e.cause.message } m",
];

test("what a cell catches has the message that its author can read", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("const z: any = 1;");
  for (const code of CAUGHT) assert.equal(resultText(await frontend.execute(code)), "'z is not a function'", code);
});

test("an error of what cannot be sent quotes it as its author has it, also where it is caught", async (t) => {
  const frontend = await startFrontend(t);
  for (const send of ["structuredClone", "new MessageChannel().port1.postMessage", "require('node:v8').serialize"]) {
    const exchange = await frontend.execute(`${send}({ f: () => 1 })`);
    assert.equal(exchange.reply.evalue, "() => 1 could not be cloned.", send);
    assertOwnWords(tracebackText(exchange), send);
    const caught = `let e: any; try { ${send}(async () => { await 1 }) } catch (thrown) { e = thrown }\n`;
    assert.match(
      String(resultText(await frontend.execute(`${caught}e.message`))),
      /^'async \(\) => \{(?:\\n|\\t)+await 1;/,
      send,
    );
  }
});

test("a function that is sent elsewhere as text runs there with its author's names", async (t) => {
  const frontend = await startFrontend(t);
  const cells: readonly (readonly [string, string])[] = [
    [
      "function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) }; new Function(fact + '; return fact(5)')()",
      "120",
    ],
    [
      "const safe = (f: () => void) => { try { f() } catch ({ message }) { return message } }; new Function('return ' + safe)()(() => { throw Error('x') })",
      "'x'",
    ],
    [
      "const one = 1; class Has { own = one; static of() { return one } }; new Function('one', Has + '; return new Has().own + Has.of()')(2)",
      "4",
    ],
    [
      "const late = async (p: Promise<number>) => p.catch((e) => one); await new Function('one', 'return ' + late)(3)(Promise.reject(0))",
      "3",
    ],
    [
      "let count = 0; const add = () => { count = count + 1; return { count } }; new Function('count', 'return (' + add + ')()')(4).count",
      "5",
    ],
  ];
  for (const [code, expected] of cells) {
    const exchange = await frontend.execute(code);
    assert.equal(resultText(exchange), expected, `${code}: ${exchange.reply.evalue}`);
  }
});

test("an error as a value has the lines of the TypeScript and no frame of the kernel, however it is shown", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("interface Gone { a: number }\ntype Other = string;\n\nconst made: Error = new Error('v');");
  const frame = "at (In[1]:4:21)";
  const shown: readonly (readonly [code: string, text: string])[] = [
    ["made", `Error: v\n    ${frame}`],
    ["[made]", `[\n  Error: v\n      ${frame}\n]`],
    ["({ made })", `{\n  made: Error: v\n      ${frame}\n}`],
    ["console.log(made)", `Error: v\n    ${frame}\n`],
    ["console.log({ e: made })", `{\n  e: Error: v\n      ${frame}\n}\n`],
    ["made.stack", `'Error: v\\n    ${frame}'`],
    [
      "(await Promise.allSettled([Promise.reject(made)]))[0]",
      `{\n  status: 'rejected',\n  reason: Error: v\n      ${frame}\n}`,
    ],
    ["display(made)", `Error: v\n    ${frame}`],
  ];
  for (const [code, text] of shown) {
    const exchange = await frontend.execute(code);
    const [[type, content]] = exchange.outputs as [[string, { data?: Record<string, string> }]];
    const got = type === "stream" ? streamText(exchange) : content.data?.["text/plain"];
    assert.equal(got, text, code);
  }
});

test("causes, gathered errors and own properties are shown, and no getter is called", async (t) => {
  const frontend = await startFrontend(t);
  const own = await frontend.execute(
    "let asked = 0; throw Object.defineProperty(Object.assign(new Error('m'), { code: 'E_MINE', details: { a: 1 } }), 'lazy', { get() { asked++ }, enumerable: true })",
  );
  assert.match(tracebackText(own), /\{ code: 'E_MINE', details: \{ a: 1 \}, lazy: \[Getter\] \}/);
  assert.equal(resultText(await frontend.execute("asked")), "0");
  const gathered = await frontend.execute(
    "await Promise.any([Promise.reject(new TypeError('first')), Promise.reject(new RangeError('second', { cause: 'why' }))])",
  );
  const order = [/Error 1 of 2:\nTypeError: first\n {4}at/, /Error 2 of 2:\nRangeError: second\n/, /Caused by:\n'why'/];
  for (const part of order) assert.match(tracebackText(gathered), part);
});

test("frames of folders with any name are shown, and of a package the function that threw", async (t) => {
  const folder = folderOf(t, {
    "proj (copy)/a & b/lib.ts": "interface A { a: 1 }\nexport function boom(): void {\n  throw new Error('boom');\n}\n",
    "node_modules/pkg/package.json": '{ "name": "pkg", "type": "module", "exports": "./index.js" }',
    "node_modules/pkg/index.js": "export function outer() { inner() }\nfunction inner() { throw new Error('state') }",
  });
  const frontend = await startFrontend(t, folder);
  const local = await frontend.execute("import { boom } from './proj (copy)/a & b/lib.ts'; boom()");
  assert.match(tracebackText(local), /at boom \(.*\/proj \(copy\)\/a & b\/lib\.ts:3:9\)\n {4}at \(In\[1\]:1:\d+\)/);
  const installed = await frontend.execute("import { outer } from 'pkg'; outer()");
  assert.match(
    tracebackText(installed),
    /at inner \(.*\/node_modules\/pkg\/index\.js:2:26\)\n {4}at \(In\[2\]:1:\d+\)/,
  );
});

/** In a folder as below, whose lock file is npm's. */
const MISSING: readonly (readonly [code: string, message: RegExp])[] = [
  ["import x from 'nowhere-pkg'", /^cannot find package 'nowhere-pkg' from .* \(hint: run: npm install nowhere-pkg\)$/],
  ["import x from 'nowhere-pkg/sub'", /package 'nowhere-pkg' .*npm install nowhere-pkg\)$/],
  ["import x from '@scope/nowhere/sub'", /package '@scope\/nowhere' .*npm install @scope\/nowhere\)$/],
  ["await import('nowhere-pkg/sub')", /npm install nowhere-pkg\)$/],
  ["require('nowhere-pkg/sub')", /^cannot find package 'nowhere-pkg' from .*npm install nowhere-pkg\)$/],
  ["require('./nope')", /^cannot find file '.\/nope' from/],
  ["import x from 'npm:nowhere@2/sub'", /package 'nowhere' .*npm install nowhere@2\)$/],
  ["import x from 'npm:@scope/nowhere@^2'", /npm install @scope\/nowhere@\^2\)$/],
  ["import x from 'jsr:@std/assert@1'", /npx jsr add @std\/assert@1\)$/],
  ["import x from 'https://deno.land/x/y.ts'", /^cannot import 'https:\/\/deno\.land\/x\/y\.ts': .*hint: install/],
  ["await import('http://a.b/c.js')", /^cannot import 'http:\/\/a\.b\/c\.js': /],
  ["import 'eightfold'", /^cannot find package 'eightfold' from .* \(hint: did you mean '@eightfold\/toolkit'\?\)$/],
  ["require('eightfold-kernel')", /^cannot find package .* \(hint: did you mean '@eightfold\/kernel'\?\)$/],
  ["import x from 'bun:sqlite'", /^Node cannot import 'bun:sqlite' \(hint: /],
  ["import x from 'fs/promise'", /^Node has no module 'fs\/promise' \(hint: did you mean 'fs\/promises'\?\)$/],
  ["import x from 'node:pth'", /^Node has no module 'pth' \(hint: did you mean 'path'\?\)$/],
  ["import x from './helpr'", /^cannot find file '.\/helpr' from .* \(hint: did you mean 'helper\.ts'\?\)$/],
  ["import x from './nothing-like-it'", /^cannot find file '.\/nothing-like-it' from .*hint: check the path/],
  ["import './needs.ts'", /^cannot find package 'absent-child', imported by needs\.ts .*npm install absent-child\)$/],
  ["import './needs'", /^cannot find package 'absent-child', imported by needs\.ts /],
  ["import './needs-file.ts'", /^cannot find file 'gone', imported by needs-file\.ts /],
  ["import 'parent'", /^cannot find package 'absent-child', imported by parent .*npm install absent-child\)$/],
  ["import './lib'", /^'lib' is a folder without an index file \(hint: import one of its files: a\.ts, b\.json\)$/],
  ["require('./lib')", /^'lib' is a folder without an index file \(hint: /],
  ["import './needs-lib'", /^'lib' is a folder without an index file, imported by needs-lib\.ts \(hint: /],
  [
    "import text from './table.csv'",
    /^Node cannot import 'table\.csv' \(hint: read it: .*readFileSync\("table\.csv", "utf8"\)\)$/,
  ],
  [
    "import './addon.node'",
    Number.parseInt(process.versions.node, 10) < 24
      ? /^Node cannot import 'addon\.node' \(hint: write: require\("\.\/addon\.node"\)\)$/
      : /addon\.node: file too short$/, // this Node imports them, and the file is empty
  ],
  ["import 'parent/nope'", /^package 'parent' is installed and has no 'nope'/],
  [
    "import '@eightfold/toolkit/scalings'",
    /^package .* has no 'scalings' .*did you mean '@eightfold\/toolkit\/scaling'\?\)$/,
  ],
  [
    "import '@eightfold/toolkit/anything'",
    /^package '@eightfold\/toolkit' is installed and has no 'anything' to import \(hint: it has .*, scaling, /,
  ],
  ["import 'parent/some/where.js'", /^package 'parent' is installed and has no 'some\/where\.js'/],
];

test("an import that fails names what is missing, who imports it, and what to run", async (t) => {
  const folder = folderOf(t, {
    "package-lock.json": "{}",
    "helper.ts": "export {}",
    "needs.ts": "import child from 'absent-child'; export const a: number = child;",
    "lib/a.ts": "",
    "lib/b.json": "{}",
    "lib/c.md": "",
    "needs-lib.ts": "import './lib'; export {};",
    "table.csv": "a,b",
    "addon.node": "",
    "needs-file.ts": "import child from './gone'; export const a: number = child;",
    "node_modules/parent/package.json": '{ "name": "parent", "type": "module", "exports": "./index.js" }',
    "node_modules/parent/index.js": "import x from 'absent-child';",
  });
  const frontend = await startFrontend(t, folder);
  for (const [code, message] of MISSING) {
    const exchange = await frontend.execute(code);
    assert.match(String(exchange.reply.evalue), message, code);
    assertOwnWords(tracebackText(exchange), code);
    assert.ok(!tracebackText(exchange).includes("cell.ts"), code);
  }
});

test("the command that installs is that of the project's own package manager", async (t) => {
  for (const [lock, command] of [
    ["pnpm-lock.yaml", "pnpm add"],
    ["yarn.lock", "yarn add"],
    ["bun.lock", "bun add"],
  ] as const) {
    const frontend = await startFrontend(t, folderOf(t, { [lock]: "" }));
    const { reply } = await frontend.execute("import 'nowhere-pkg'");
    assert.match(String(reply.evalue), new RegExp(`run: ${command} nowhere-pkg\\)$`));
  }
});

test("what a module throws while a cell imports it points at the import, wherever that stands", async (t) => {
  const frontend = await startFrontend(t, folderOf(t, { "throws.ts": "export {};\nthrow new Error('at load');" }));
  const failed = await frontend.execute('const before = 1;\n  import { sep } from "node:path"; import "./throws";');
  const excerpt = tracebackText(failed).split("\n").slice(-3);
  assert.match(tracebackText(failed), /throws\.ts:2:7\)\n {4}at \(In\[1\]:2:36\)\n/);
  assert.equal(excerpt[2]?.indexOf("^"), excerpt[1]?.indexOf('import "./throws"'));
  assert.match(String((await frontend.execute("before")).reply.evalue), /before/); // imports run before all else
});

test("npm: is the installed package, in a cell and in a local file", async (t) => {
  const folder = folderOf(t, {
    "node_modules/@s/p/package.json":
      '{ "name": "@s/p", "type": "module", "exports": { ".": "./i.js", "./sub": "./s.js" } }',
    "node_modules/@s/p/i.js": "export default 7;",
    "node_modules/@s/p/s.js": "export const deep = 8;",
    "local.ts": "import seven from 'npm:@s/p@1'; export const twice: number = 2 * seven;",
  });
  const frontend = await startFrontend(t, folder);
  const code =
    "import seven from 'npm:@s/p@^1.2'; import { deep } from 'npm:@s/p/sub'; import { twice } from './local';";
  assert.equal(resultText(await frontend.execute(`${code} [seven, deep, twice]`)), "[ 7, 8, 14 ]");
});
