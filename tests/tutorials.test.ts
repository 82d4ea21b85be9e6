/** @file Every tutorial runs as it is printed: its code blocks are one program, with types, that prints what its comments say. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "..");
const tutorials = join(root, "docs/tutorials");
mkdirSync(join(root, "out"), { recursive: true });
const folder = mkdtempSync(join(root, "out/tutorials-")); // where the packages of this repository are found by name
after(() => rmSync(folder, { recursive: true }));

const names = readdirSync(tutorials)
  .filter((name) => name.endsWith(".md"))
  .map((name) => name.slice(0, -".md".length));

for (const name of names) {
  const text = readFileSync(join(tutorials, `${name}.md`), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  writeFileSync(join(folder, `${name}.ts`), blocks.join("\n"));
  test(`the tutorial ${name} prints what it says`, () => {
    const said = [...blocks.join("\n").matchAll(/\/\/ => (.*)$/gm)].map(([, line = ""]) => line);
    assert.ok(said.length > 0, "a tutorial shows what comes out");
    const words = ["--import", "tsx", join(folder, `${name}.ts`)];
    const printed = execFileSync(process.execPath, words, { cwd: root, encoding: "utf8" });
    assert.deepEqual(printed.trimEnd().split("\n"), said);
  });
}

test("the tutorials have no type error, strict", () => {
  const options = { noEmit: true, composite: false, noUncheckedIndexedAccess: true, allowImportingTsExtensions: true };
  const config = { extends: "../../tsconfig.base.json", compilerOptions: options, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules/@typescript/native/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
});
