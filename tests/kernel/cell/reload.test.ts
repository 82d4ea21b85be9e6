/** @file An edited file is loaded again, whatever leads to it, with all that imports it. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { createSession } from "../../../src/kernel/dist/cell/index.js";

const root = realpathSync(mkdtempSync(join(tmpdir(), "eightfold-reload-")));
after(() => rmSync(root, { recursive: true }));
let projects = 0;
let runs = 0;

function project(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(++projects));
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  return folder;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** [the road, what user.ts imports, other files: DIR is the project's folder, the edited file when it is not lib/a.ts]. */
const ROADS: readonly (readonly [
  road: string,
  user: string,
  files?: Readonly<Record<string, string>>,
  edited?: string,
])[] = [
  ["a relative path", 'import { a } from "./lib/a.ts";'],
  ["no ending", 'import { a } from "./lib/a";'],
  ["the name of its JavaScript", 'import { a } from "./lib/a.js";'],
  ["a folder's index", 'import { a } from "./lib";', { "lib/index.ts": 'export * from "./a.ts";' }],
  [
    "paths of tsconfig.json",
    'import { a } from "@lib/a";',
    { "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }' },
  ],
  ["baseUrl", 'import { a } from "lib/a";', { "tsconfig.json": '{ "compilerOptions": { "baseUrl": "." } }' }],
  ["#imports", 'import { a } from "#a";', { "package.json": '{ "imports": { "#a": "./lib/a.ts" } }' }],
  [
    "a workspace's package",
    'import { a } from "work";',
    {
      "packages/work/package.json": '{ "type": "module", "exports": "./a.ts" }',
      "packages/work/a.ts": "export const a = 1;",
    },
    "packages/work/a.ts",
  ],
  [
    "a workspace's package in JavaScript",
    'import { a } from "work";',
    {
      "packages/work/package.json": '{ "type": "module", "exports": "./a.js" }',
      "packages/work/a.js": "export const a = 1;",
    },
    "packages/work/a.js",
  ],
  ["an absolute path", 'import { a } from "DIR/lib/a.ts";'],
  ["a file: URL", 'import { a } from "file://DIR/lib/a.ts";'],
  ["a symbolic link", 'import { a } from "./link.ts";'],
  ["import() with a text", 'const { a } = await import("./lib/a.ts");'],
  ["require of TypeScript", 'const { a } = require("./lib/a.ts");'],
  ["require of CommonJS", 'const { a } = require("./old.cjs");', { "old.cjs": "exports.a = 1;" }, "old.cjs"],
  ["import of CommonJS", 'import { a } from "./old.cjs";', { "old.cjs": "exports.a = 1;" }, "old.cjs"],
  [
    "CommonJS behind CommonJS",
    'import { a } from "./outer.cjs";',
    { "outer.cjs": 'module.exports = require("./old.cjs");', "old.cjs": "exports.a = 1;" },
    "old.cjs",
  ],
  ["JSON", 'import { a } from "./data.json";', { "data.json": '{ "a": 1 }' }, "data.json"],
  ["JSON by require", 'const { a } = require("./data.json");', { "data.json": '{ "a": 1 }' }, "data.json"],
  ["JavaScript", 'import { a } from "./plain.mjs";', { "plain.mjs": "export const a = 1;" }, "plain.mjs"],
];

for (const [road, user, files = {}, edited = "lib/a.ts"] of ROADS) {
  test(`by ${road}, with its importers and the notice`, async () => {
    const folder = project({ "lib/a.ts": "export const a = 1;", "user.ts": "", ...files });
    write(join(folder, "user.ts"), `${user.replace("DIR", folder)} export const twice = a * 2;`);
    symlinkSync("./lib/a.ts", join(folder, "link.ts"));
    mkdirSync(join(folder, "node_modules"));
    if ("packages/work/package.json" in files) symlinkSync("../packages/work", join(folder, "node_modules/work"));
    const session = createSession(folder);
    const run = async (code: string): Promise<unknown> => (await session.run(code, `In[${++runs}]`)).value;
    assert.equal(await run('import { twice } from "./user"; twice'), 2);
    assert.deepEqual(await session.reload(), [], "nothing was edited");
    const file = join(folder, edited);
    const text = edited.endsWith(".json")
      ? '{ "a": 5 }'
      : /cjs$/.test(edited)
        ? "exports.a = 5;"
        : "export const a = 5;";
    write(`${file}.new`, text);
    utimesSync(`${file}.new`, 1e9, 1e9); // older than what it takes the place of
    renameSync(`${file}.new`, file);
    assert.deepEqual(await session.reload(), [
      `user.ts was edited and loaded again; these cells ran with the old one: In[${runs}]`,
    ]);
    assert.equal(await run("twice"), 10);
    assert.deepEqual(await session.reload(), [], "said once");
    utimesSync(file, new Date(), new Date());
    assert.deepEqual(await session.reload(), [], "a file that was only touched holds what it held");
  });
}

test("a cell's own require gives the file as it is now", async () => {
  const session = createSession(
    project({ "old.cjs": "exports.a = 1;", "outer.cjs": 'exports.a = () => require("./old.cjs").a;' }),
  );
  const run = async (code: string): Promise<unknown> => (await session.run(code, `In[${++runs}]`)).value;
  assert.equal(await run('require("./outer.cjs").a()'), 1);
  write(join(root, String(projects), "old.cjs"), "exports.a = 2;");
  assert.equal(await run('require("./outer.cjs").a()'), 2);
});

test("what did not change is the same module after another was loaded again", async () => {
  const folder = project({ "a.ts": "export const a = 1;", "b.ts": "export const b = { n: 0 };" });
  const session = createSession(folder);
  const run = async (code: string): Promise<unknown> => (await session.run(code, `In[${++runs}]`)).value;
  await run('import { a } from "./a"; import { b } from "./b"; b.n = 7');
  write(join(folder, "a.ts"), "export const a = 2;");
  assert.equal((await session.reload()).length, 1);
  assert.deepEqual(await run('import { b as again } from "./b"; [a, again.n, b === again]'), [2, 7, true]);
});
