/** @file Type errors of cells are those of `tsc --strict` with its own libraries. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startFrontend } from "../frontend.ts";

const MODULES = join(import.meta.dirname, "../../../node_modules");

/** Each is a module for tsc, and a cell of one session. */
const TEXTS: readonly string[] = [
  "const xs1 = []; xs1.push(1); export const sum1: number = xs1[0] ?? 0;",
  "const xs2 = []; xs2.push('a'); export const wrong2: number[] = xs2;",
  "export const j3 = await (await fetch('data:application/json,{}')).json(); j3.a;",
  "export function f4(x) { return x; }",
  "export let o5 = { a: 1 }; const k5: string = 'a'; o5[k5];",
  "export const n6: number = 'x';",
  "// @ts-nocheck\nexport const n7: number = 'x';",
  "// a note\n\n// @ts-nocheck\nexport const n8: number = 'x';",
  "// @ts-expect-error: it is a text\nexport const n9: number = 'x';",
  "// @ts-expect-error: nothing is wrong\nexport const n10: number = 1;",
  "// @ts-ignore\nexport const n11: number = 'x';",
  "export const n12 = 5 satisfies string;",
  "export function f13(a?: { b: number }) { return a.b; }",
  "export class C14 { x: number; }",
  "try { throw 1; } catch (error15) { error15.message; } export {};",
  "export const f16 = (text: string): number => { if (text === '') return 1; };",
  "export const [a17] = [1, 2] as const; export const b17: 2 = a17;",
  "export function f18(this: { n: number }) { return this.n; } f18();",
  "export const e19 = new Error('x', { cause: 1 }).cause; export const l19 = [3, 1].toSorted().at(-1);",
  "export const t20 = setTimeout(() => {}, 0); clearTimeout(t20); export const b20: Buffer = Buffer.from('');",
  "function d21(value: () => void, context: ClassMethodDecoratorContext) { return value; } export class C21 { @d21 m() {} }",
  "function d22(value: number) {} export class C22 { @d22 m() {} }",
];

test("a cell's type errors are those of tsc --strict", async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "eightfold-types-")));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(MODULES, "@types"), join(folder, "node_modules/@types"));
  const files = TEXTS.map((text, at) => {
    writeFileSync(join(folder, `text${at}.ts`), text);
    return `text${at}.ts`;
  });
  const flags = ["--strict", "--noEmit", "--target", "esnext", "--module", "esnext", "--moduleResolution", "bundler"];
  const tsc = spawnSync(join(MODULES, "@typescript/native/bin/tsc"), [...flags, "--types", "node", ...files], {
    cwd: folder,
    encoding: "utf8",
  });
  const frontend = await startFrontend(t, folder, { EIGHTFOLD_TYPES: "strict" });
  for (const [at, text] of TEXTS.entries()) {
    const expected = tsc.stdout.split("\n").filter((line) => line.startsWith(`text${at}.ts`));
    const { reply } = await frontend.execute(text, { allow_stdin: true });
    const actual = reply.ename === "TypeErrors" ? String(reply.evalue).match(/TS\d+/g) : [];
    assert.deepEqual([...(actual ?? [])], codesIn(expected), text);
  }
});

function codesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /TS\d+/.exec(line) ?? []);
}

test("JSX, of which no types are known, and a module's declaration are no type errors", async (t) => {
  const frontend = await startFrontend(t, import.meta.dirname, { EIGHTFOLD_TYPES: "strict" });
  for (const text of ["const h = 1; () => <b>{h}</b>; 1", "declare module 'nowhere' {}"]) {
    const { reply } = await frontend.execute(text, { allow_stdin: true });
    assert.equal(reply.status, "ok", `${text}: ${reply.evalue}`);
  }
});

test("a notebook in no project knows the types of our packages that it finds beside the kernel", async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "eightfold-types-")));
  t.after(() => rmSync(folder, { recursive: true }));
  const frontend = await startFrontend(t, folder, { EIGHTFOLD_TYPES: "strict" });
  for (const [code, found] of [
    ["import { powerLaw } from '@eightfold/toolkit/scaling'; const wrong: number = powerLaw;", "TS2322"],
    ["import { display as shown } from '@eightfold/kernel/display'; const wrong2: number = shown;", "TS2322"],
    ["import { rows } from '@eightfold/toolkit'; rows({ objects: () => [] } as never).map((row) => row).length", "ok"],
  ] as const) {
    const { reply } = await frontend.execute(code, { allow_stdin: true });
    assert.match(String(reply.evalue ?? reply.status), new RegExp(found), code);
  }
});
