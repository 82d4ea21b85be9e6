/** @file What runs in a local file under tsx, https://tsx.is, runs in a file that a cell imports, and in a cell. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { createSession } from "../../../src/kernel/dist/cell/index.js";

const root = realpathSync(mkdtempSync(join(tmpdir(), "eightfold-language-")));
after(() => rmSync(root, { recursive: true }));

/** Packages of one file each, as package managers install them. */
const PACKAGES: Readonly<Record<string, string>> = {
  "node_modules/hidden/index.js":
    'const all = {}; for (const name of ["chunk", "map"]) all[name] = () => name; module.exports = all;',
  "node_modules/react/index.js": "exports.createElement = (...parts) => parts; exports.Fragment = 'fragment';",
  "node_modules/react/jsx-runtime.js": "exports.jsx = (...parts) => ['automatic', ...parts]; exports.Fragment = 'f';",
  "node_modules/deep/package.json": '{ "name": "deep" }',
  "node_modules/deep/part/package.json": '{ "main": "../lib/part.js" }',
  "node_modules/deep/lib/part.js": "exports.part = 'part';",
};

/** A project: its files, of which main.ts exports `value`. */
type Files = Readonly<Record<string, string>>;

const COMMONJS = { "package.json": '{ "type": "commonjs" }' };
const MODULES = { "package.json": '{ "type": "module" }' };
const options = (compilerOptions: object): string => JSON.stringify({ compilerOptions });

/** [what it shows, the project, another name for main.ts]. */
const CASES: readonly (readonly [name: string, files: Files, main?: string])[] = [
  [
    "an interface is imported without `type`",
    {
      ...MODULES,
      "main.ts": 'import { Shape, one } from "./types.ts"; const s: Shape = { n: one }; export const value = s;',
      "types.ts": "export interface Shape { n: number } export const one = 1;",
    },
  ],
  [
    "JSON is imported without an attribute, whole and by name",
    {
      ...MODULES,
      "main.ts": 'import d, { n } from "./d.json"; export const value = [d, n];',
      "d.json": '{ "n": 3, "not a name": 4 }',
    },
  ],
  [
    "JSON is imported with an attribute",
    {
      ...MODULES,
      "main.ts": 'import d from "./d.json" with { type: "json" }; export const value = d;',
      "d.json": "[1]",
    },
  ],
  [
    "export = and import = require()",
    {
      ...COMMONJS,
      "main.ts": 'import f = require("./f"); export const value = [f(), f.x];',
      "f.ts": "function f() { return 5 } f.x = 1; export = f;",
    },
  ],
  [
    "a default import of export =",
    { ...COMMONJS, "main.ts": 'import f from "./f"; export const value = f();', "f.ts": "export = () => 5;" },
  ],
  [
    "the names of what a CommonJS file in TypeScript exports",
    {
      ...MODULES,
      "main.ts":
        'import * as all from "./f.cjs"; const { one } = (await import("./f.cjs")) as any; export const value = [one, (all as any).two];',
      "f.cts": "exports.one = 1 as number; module.exports.two = 2;",
    },
  ],
  [
    ".cts and .mts",
    {
      ...MODULES,
      "main.ts":
        'import { up } from "./c.cjs"; import { low } from "./m.mjs"; export const value = [up("a"), low("B")];',
      "c.cts": "exports.up = (x: string) => x.toUpperCase();",
      "m.mts": "export const low = (x: string) => x.toLowerCase();",
    },
  ],
  [
    "enums, merged and mixed",
    {
      ...MODULES,
      "main.ts": 'enum E { A = 1, B, C = "c" } enum E { D = 9 } export const value = [E.A, E[2], E.C, E.D];',
    },
  ],
  ["const enums", { ...MODULES, "main.ts": 'const enum E { A = "a", B = 2 } export const value = [E.A, E.B];' }],
  [
    "a namespace whose exports change",
    {
      ...MODULES,
      "main.ts":
        "namespace Counter { export let n = 0; export function up() { n++ } } Counter.up(); Counter.up(); export const value = Counter.n;",
    },
  ],
  [
    "namespaces in namespaces, and beside a function",
    {
      ...MODULES,
      "main.ts":
        "function f() { return 1 } namespace f { export const a = 2; export namespace g { export const b = 3 } } export const value = [f(), f.a, f.g.b];",
    },
  ],
  [
    "accessor",
    {
      ...MODULES,
      "main.ts":
        "class A { accessor x = 1; static accessor y = 2 } const a = new A(); a.x += 4; export const value = [a.x, A.y, Object.keys(a)];",
    },
  ],
  [
    "decorators of the standard",
    {
      ...MODULES,
      "main.ts":
        "const log: unknown[] = []; function d(v: any, c: any) { log.push([c.kind, String(c.name), c.static]); return c.kind === 'field' ? (x: number) => x + 1 : v } @d class A { @d m() { return 4 } @d f = 1; @d static s = 2; @d accessor a = 3; @d get g() { return 5 } } const a = new A(); export const value = [log, a.m(), a.f, A.s, a.a, a.g];",
    },
  ],
  [
    "decorators from before the standard, where tsconfig.json asks for them",
    {
      ...MODULES,
      "tsconfig.json": options({ experimentalDecorators: true }),
      "main.ts":
        "const log: unknown[] = []; function d(...parts: any[]) { log.push(parts.map((part) => typeof part)) } @d class A { @d m(@d x: number) { return x } @d f = 1; } export const value = [log, new A().m(4)];",
    },
  ],
  [
    "JSX by React.createElement",
    { ...MODULES, "main.tsx": "import React from 'react'; export const value = <b id='x'>{1 as number}<></></b>;" },
    "main.tsx",
  ],
  [
    "JSX as tsconfig.json says",
    {
      ...MODULES,
      "tsconfig.json": options({ jsx: "react-jsx" }),
      "main.tsx": "export const value = <b id='x'>text</b>;",
    },
    "main.tsx",
  ],
  [
    "JSX by a function of one's own",
    {
      ...MODULES,
      "tsconfig.json": options({ jsx: "react", jsxFactory: "h" }),
      "main.tsx": "const h = (...parts: unknown[]) => ['h', ...parts]; export const value = <b>{2}</b>;",
    },
    "main.tsx",
  ],
  [
    "require is relative to its file",
    {
      ...COMMONJS,
      "main.ts": 'import { cfg, m } from "./deep/rel"; export const value = [cfg, m, require("./cfg.json")];',
      "deep/rel.ts": 'export const cfg = require("./cfg.json"); export const m: number = require("../m").m;',
      "deep/cfg.json": '"deep"',
      "cfg.json": '"top"',
      "m.ts": "export const m: number = 7;",
    },
  ],
  [
    "module, exports, __dirname and __filename",
    {
      ...COMMONJS,
      "main.ts":
        'import { basename } from "node:path"; import { n } from "./old"; export const value = [n, basename(__dirname), typeof __filename, typeof module.exports, require.main === module];',
      "old.ts": "exports.n = 1; if (require.main === module) module.exports.n = 2;",
    },
  ],
  [
    "import.meta.resolve, url, dirname",
    {
      ...MODULES,
      "main.ts":
        'const { resolve, url, dirname } = import.meta; export const value = [resolve("./m.ts").split("/").pop(), resolve("node:fs"), new URL("./m.ts", url).href === resolve("./m.ts"), url.startsWith("file://" + dirname)];',
      "m.ts": "",
    },
  ],
  [
    "an import has the value that its module has now",
    {
      ...MODULES,
      "main.ts":
        'import { n, up } from "./live"; import * as all from "./live"; const before = n; up(); up(); export const value = [n - before, all.n === n];',
      "live.ts": "export let n = 0; export function up() { n++ }",
    },
  ],
  [
    "names of a CommonJS package that are on its default export",
    {
      ...COMMONJS,
      "main.ts":
        'import { chunk, map as m } from "hidden"; import all from "hidden"; export const value = [chunk(), m(), all.map()];',
    },
  ],
  ["a folder of a package", { ...COMMONJS, "main.ts": 'import { part } from "deep/part"; export const value = part;' }],
  [
    "paths of tsconfig.json, #imports and a workspace's package",
    {
      "package.json": '{ "type": "module", "imports": { "#a": "./lib/a.ts" } }',
      "tsconfig.json": options({ paths: { "@lib/*": ["./lib/*"] } }),
      "main.ts":
        'import { a } from "#a"; import { b } from "@lib/b"; import { w } from "work"; export const value = [a, b, w];',
      "lib/a.ts": "export const a = 1;",
      "lib/b.ts": "export const b = 2;",
      "packages/work/package.json": '{ "name": "work", "type": "module", "exports": "./index.ts" }',
      "packages/work/index.ts": "export const w: number = 3;",
    },
  ],
  [
    "await at the top, using, satisfies, overloads, parameter properties",
    {
      ...MODULES,
      "main.ts":
        "class P { constructor(readonly x: number, private y = 2) {} get sum() { return this.x + this.y } } function f(a: string): string; function f(a: number): number; function f(a: any) { return a } { using r = { [Symbol.dispose]() {} } } export const value = [await Promise.resolve(1), new P(1).sum, f(3) satisfies number, <any>4, 5!];",
    },
  ],
  [
    "import() of a local file, by a text and by a name",
    {
      ...MODULES,
      "main.ts": 'const name = "./m"; export const value = [(await import("./m")).m, (await import(name)).m];',
      "m.ts": "export const m = 6;",
    },
  ],
];

for (const [at, [name, files, main = "main.ts"]] of CASES.entries()) {
  test(`${name}: under tsx, imported and as a cell`, async () => {
    const folder = join(root, String(at));
    for (const [path, text] of Object.entries({ ...PACKAGES, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    if ("packages/work/index.ts" in files) symlinkSync("../packages/work", join(folder, "node_modules/work"));
    writeFileSync(join(folder, "run.ts"), `import { value } from "./${main}"; console.log(JSON.stringify(value));`);
    const text = String(files[main]);
    const expected = await underTsx(folder, text.includes("require.main") ? main : "run.ts", text);
    const session = createSession(folder);
    const imported = await session.run(`import { value } from "./${main.replace(/\.tsx?$/, "")}"; value`, `In[${at}]`);
    const inCell = await session.run(`${text}\nvalue`, `In[${at} cell]`);
    assert.deepEqual(plain(inCell.value), expected, "as a cell");
    const asMain = text.includes("require.main") ? [...(expected as unknown[]).slice(0, -1), false] : expected;
    assert.deepEqual(plain(imported.value), asMain, "imported");
  });
}

async function underTsx(folder: string, file: string, text: string): Promise<unknown> {
  if (file !== "run.ts") writeFileSync(join(folder, file), `${text}\nconsole.log(JSON.stringify(value));`);
  const run = promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), file], { cwd: folder });
  const { stdout } = await run;
  writeFileSync(join(folder, file), text);
  return JSON.parse(stdout);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
