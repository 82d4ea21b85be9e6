/** @file Local TypeScript in a running session: aliases, edits, and which cells they make stale. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { resultText, startFrontend, streamText } from "../frontend.ts";

/** A new folder with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "eightfold-project-")));
  mkdirSync(join(folder, "lib"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("imports follow the paths of tsconfig.json, in cells and in files", async (t) => {
  const folder = project({
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } } // with a comment',
    "lib/a.ts": 'import { b } from "@lib/b";\nexport const a: number = b + 1;',
    "lib/b.ts": "export const b = 10;",
  });
  const frontend = await startFrontend(t, folder);
  assert.equal(resultText(await frontend.execute('import { a } from "@lib/a"; a')), "11");
});

test("JSON is imported as its value", async (t) => {
  const frontend = await startFrontend(t, project({ "data.json": '{ "n": 3 }' }));
  assert.equal(resultText(await frontend.execute('import data from "./data.json"; data.n')), "3");
});

test("JavaScript is a module or CommonJS as its package.json says, whatever its text", async (t) => {
  const text = "var twice; function twice() {} exports.n = 1;"; // no module may declare a name twice
  const folder = project({ "package.json": '{ "type": "module" }', "a.js": text });
  writeFileSync(join(folder, "lib/package.json"), '{ "type": "commonjs" }');
  writeFileSync(join(folder, "lib/a.js"), text);
  const frontend = await startFrontend(t, folder);
  const code = 'await import("./a.js").then(() => "loaded", ({ name }) => name)';
  assert.equal(resultText(await frontend.execute(code)), "'SyntaxError'");
  writeFileSync(join(folder, "lib/b.cjs"), 'module.exports = require("./a.js");');
  for (const file of ["a.js", "b.cjs"]) {
    const names = `const { n, default: whole } = await import("./lib/${file}"); [n, whole]`;
    assert.equal(resultText(await frontend.execute(names)), "[ 1, { n: 1 } ]", file);
  }
});

test("an edited file is loaded again with its importers, and the stale cells are named", async (t) => {
  const folder = project({
    "law.ts": 'import { rate } from "./lib/rate.ts";\nexport const law = (x: number) => x * rate;',
    "lib/rate.ts": "export const rate = 2;",
  });
  const frontend = await startFrontend(t, folder);
  await frontend.execute('import { law } from "./law"');
  await frontend.execute("const y = law(10)");
  await frontend.execute("const unrelated = 1");
  assert.equal(resultText(await frontend.execute("y")), "20");
  await frontend.execute("const y = law(10)"); // In[5] takes the place of In[2]
  writeFileSync(join(folder, "lib/rate.ts"), "export const rate = 3;");
  const next = await frontend.execute("[law(10), y]");
  assert.equal(resultText(next), "[ 30, 20 ]");
  const notice = "law.ts was edited and loaded again; these cells ran with the old one: In[4], In[5]\n";
  assert.equal(streamText(next, "stderr"), notice);
  assert.equal(streamText(await frontend.execute("y"), "stderr"), "", "said once");
});

test("a file that is broken by an edit is reported, and the old one stays in use", async (t) => {
  const folder = project({ "law.ts": "export const law = 1;" });
  const frontend = await startFrontend(t, folder);
  await frontend.execute('import { law } from "./law"');
  writeFileSync(join(folder, "law.ts"), "export const law = ;");
  const next = await frontend.execute("law");
  assert.match(streamText(next, "stderr"), /^law\.ts was edited but cannot be loaded: .*Unexpected token/);
  assert.equal(resultText(next), "1");
});

test("edited JSON and JavaScript are loaded again, also behind TypeScript and each other", async (t) => {
  const folder = project({
    "data.json": '{ "n": 1 }',
    "top.ts": 'import { half } from "./half.js";\nexport const top = () => half + 1;',
    "half.js":
      'import data from "./data.json" with { type: "json" };\nimport "./ring.mjs";\nexport const half = data.n / 2;',
    "ring.mjs": 'import "./half.js";\nexport const ring = 1;',
  });
  const frontend = await startFrontend(t, folder);
  await frontend.execute('import data from "./data.json"');
  await frontend.execute(
    'import { top } from "./top"; import { half } from "./half.js"; import { ring } from "./ring.mjs"',
  );
  assert.equal(resultText(await frontend.execute("[data.n, top(), half, ring]")), "[ 1, 1.5, 0.5, 1 ]");
  writeFileSync(join(folder, "data.json"), '{ "n": 2 }');
  const next = await frontend.execute("[data.n, top(), half, ring]");
  assert.equal(resultText(next), "[ 2, 2, 1, 1 ]");
  assert.match(
    streamText(next, "stderr"),
    /^data\.json was edited and loaded again; these cells ran with the old one: /,
  );
  writeFileSync(join(folder, "ring.mjs"), 'import "./half.js";\nexport const ring = 2;');
  assert.equal(resultText(await frontend.execute("ring")), "2");
});

test("a module is loaded once, whether a cell imports it alone or behind another", async (t) => {
  const folder = project({
    "state.js": "export const state = { count: 0 };",
    "user.ts": 'import { state } from "./state.js";\nexport const add = () => ++state.count;',
    "common.cjs": "exports.value = 1;",
    "old.js": "exports.value = 2;",
  });
  const frontend = await startFrontend(t, folder);
  const code = 'import { state } from "./state.js"; import { add } from "./user"; add(); state.count';
  assert.equal(resultText(await frontend.execute(code)), "1");
  const common =
    'import { value as a } from "./common.cjs"; import { value as b } from "./old.js"; [a, b, require("./old.js").value]';
  assert.equal(resultText(await frontend.execute(common)), "[ 1, 2, 2 ]");
});

/** What Node says with NODE_DEBUG=esm of each question to a thread of hooks: up to Node 22.14 there is one. */
const QUESTION = /post async message to worker/g;

/** A package of so many modules, in a ring, that awaits where it is to. */
function ring(folder: string, name: string, modules: number, awaits = ""): void {
  const home = join(folder, "node_modules", name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), `{ "name": "${name}", "type": "module", "exports": "./m0.js" }`);
  for (let at = 0; at < modules; at++) {
    const next = `import { n as after } from "./m${(at + 1) % modules}.js"; ${awaits}`;
    writeFileSync(join(home, `m${at}.js`), `${next}; export let n = ${at}; export const far = () => after;`);
  }
}

test("a package of many modules is imported with few questions to a thread of hooks, also by a local file", async () => {
  const folder = project({ "first.ts": "export {};", "second.ts": 'export { far } from "inner";' });
  ring(folder, "outer", 60);
  ring(folder, "inner", 60);
  const kernel = join(import.meta.dirname, "../../../src/kernel/dist/cell/index.js");
  const script = `const { createSession, prepareImports } = await import(${JSON.stringify(pathToFileURL(kernel).href)});
    const session = createSession(process.cwd());
    prepareImports();
    await session.run("import './first'", "In[1]");
    console.log((await session.run("import { far } from 'outer'; far()", "In[2]")).value);
    console.log((await session.run("import { far as other } from './second'; other()", "In[3]")).value);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_DEBUG: "esm" },
    maxBuffer: 1 << 28, // newer Node says much more
  });
  assert.equal(stdout, "1\n1\n", stderr.slice(-1000));
  const questions = stderr.match(QUESTION)?.length ?? 0;
  assert.ok(questions < 40, `${questions} questions for 120 modules`);
});

test("what a package does when it is imported behind a local file, it does in its turn", async (t) => {
  const folder = project({
    "first.ts": "globalThis.order = ['first']; export {};",
    "main.ts": 'import "./first"; import { far } from "waits"; export { far }; export const last = order.push("main");',
    "types.ts": 'import type { Nothing } from "broken"; export const kind: Nothing = 1;',
    "broken.ts": 'import "broken"; export {};',
  });
  ring(folder, "waits", 3, 'await 0; globalThis.order.push("waits")');
  ring(folder, "broken", 3, 'import "absent"');
  const frontend = await startFrontend(t, folder);
  assert.equal(resultText(await frontend.execute('import { kind } from "./types"; kind')), "1");
  const order = "[ 'first', 'waits', 'waits', 'waits', 'main' ]";
  assert.equal(resultText(await frontend.execute('import { far } from "./main"; far(); order')), order);
  const { reply } = await frontend.execute('import "./broken"');
  assert.match(JSON.stringify(reply), /npm install absent/);
  assert.equal(resultText(await frontend.execute("import { far as same } from 'waits'; same === far")), "true");
});

test("imports that run at once do not meet half of a package", async (t) => {
  const folder = project({ "one.ts": 'export { far } from "ring";', "two.ts": 'export { far } from "ring";' });
  ring(folder, "ring", 9);
  const frontend = await startFrontend(t, folder);
  const code = `const all = await Promise.all(["ring", "./one", "ring", "./two"].map((name) => import(name)));
    new Set(all.map(({ far }) => far)).size`;
  assert.equal(resultText(await frontend.execute(code)), "1");
});

test("an import works as well when a kernel has waited long for its first cell", async (t) => {
  const frontend = await startFrontend(
    t,
    project({ "a.ts": 'import { sep } from "node:path"; export const a = sep;' }),
  );
  await setTimeout(1500); // what imports need is loaded after a second
  assert.equal(resultText(await frontend.execute('import { a } from "./a"; a')), "'/'");
});

test("a worker thread runs TypeScript", async (t) => {
  const folder = project({
    "w.ts":
      'import { parentPort } from "node:worker_threads"; import { E } from "./lib/e"; parentPort?.postMessage(E.A);',
    "lib/e.ts": "export enum E { A = 42 }",
    "user.ts":
      'import { once } from "node:events"; import { Worker } from "node:worker_threads";\nexport const asked = async () => (await once(new Worker(new URL("./w.ts", import.meta.url)), "message"))[0];',
  });
  const frontend = await startFrontend(t, folder);
  assert.equal(resultText(await frontend.execute('import { asked } from "./user"; await asked()')), "42");
  const inCell =
    'import { once } from "node:events"; import { Worker } from "node:worker_threads"; (await once(new Worker("./w.ts"), "message"))[0]';
  assert.equal(resultText(await frontend.execute(inCell)), "42");
});

test("a syntax error in an imported file names the file and the line", async (t) => {
  const frontend = await startFrontend(t, project({ "bad.ts": "export const a = 1;\nexport const b = ;" }));
  const { reply } = await frontend.execute('import { b } from "./bad"');
  assert.match(String(reply.evalue), /bad\.ts: Unexpected token\n2 \| export const b = ;/);
});

test("a name that a cell has declared since it was imported is the cell's, whatever happens to the file", async (t) => {
  const folder = project({
    "law.ts": "export const a = 1, b = 1, c = 1, d = 1;",
    "other.ts": "export const d = 'other';",
  });
  const frontend = await startFrontend(t, folder);
  await frontend.execute('import { a, b, c, d } from "./law"');
  await frontend.execute('const a = 5; function b() {} import { d } from "./other"');
  const failed = await frontend.execute('const c = (() => { throw new Error("not reached") })()');
  assert.equal(failed.reply.status, "error");
  writeFileSync(join(folder, "law.ts"), "export const a = 2, b = 2, c = 2, d = 2;");
  const next = await frontend.execute("[a, typeof b, c, d]");
  assert.equal(resultText(next), "[ 5, 'function', 2, 'other' ]", "c was never declared again");
});

test("a file that two cells import is loaded again once", async (t) => {
  const folder = project({ "law.ts": "export const a = 1, b = 1;" });
  const frontend = await startFrontend(t, folder);
  await frontend.execute('import { a } from "./law"');
  await frontend.execute('import { b, a as also } from "./law.ts"');
  writeFileSync(join(folder, "law.ts"), "export const a = 2, b = 2;");
  const next = await frontend.execute("[a, b, also]");
  assert.equal(resultText(next), "[ 2, 2, 2 ]");
  assert.equal(streamText(next, "stderr"), "law.ts was edited and loaded again\n");
});
