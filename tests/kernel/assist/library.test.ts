/** @file Types are the same whether TypeScript's library is read as one file or in its parts, and a project keeps what it says of both. */
import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { joinedLibrary } from "../../../src/kernel/assist/library.ts";
import { projectFiles } from "../../../src/kernel/assist/project-files.ts";
import { type Frontend, startFrontend } from "../frontend.ts";

const LIBRARY_FOLDER = join(
  import.meta.dirname,
  `../../../node_modules/@typescript/typescript-${process.platform}-${process.arch}/lib`,
);

/** A folder with these files; its strictness is that of no project. */
function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "eightfold-library-")));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** What is shown of the end of a text. */
async function shownOf(frontend: Frontend, code: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { reply } = await frontend.request("inspect_request", { code, cursor_pos: code.length, detail_level: 0 });
    const markdown = (reply.data as { "text/markdown"?: string })["text/markdown"] ?? "";
    if (markdown.startsWith("```typescript")) return markdown.split("\n\nValue:")[0] ?? "";
  }
  assert.fail(`no types came for ${code}`);
}

/** Each has members from several parts of the library, whose order is that of its overloads. */
const TEXTS = [
  ...["Promise.all", "Array.from", "Symbol.iterator", "Object.groupBy", "Intl.DurationFormat", "Reflect.ownKeys"],
  ...["new Map", "Iterator.from", "Math.f16round", "Temporal.Now", "Error.captureStackTrace", "structuredClone"],
  ...["'a'.replace", "'a'.matchAll", "[1].flatMap", "[1].includes", "new Float32Array(1).set", "10n.toLocaleString"],
  ...["new Set([1]).union", "[1].values().map", "Promise.resolve(1).finally", "new Date().toLocaleString"],
  ...["/a/.exec('')!.groups", "new DisposableStack().use", "new SharedArrayBuffer(1).grow", "new Error('').cause"],
] as const;

test("what is shown of the library's values is the same from one file as from its parts", async (t) => {
  const joined = await startFrontend(t, folderWith(t, {}));
  const parts = await startFrontend(t, folderWith(t, { "tsconfig.json": '{ "compilerOptions": { "paths": {} } }' }));
  for (const text of TEXTS) assert.equal(await shownOf(joined, text), await shownOf(parts, text), text);
});

test("what is shown has no links into the files of the type service", async (t) => {
  const frontend = await startFrontend(t, folderWith(t, {}));
  const shown = await shownOf(frontend, "'a'.replace");
  assert.match(shown, /When the `searchValue` is a `RegExp`/);
  assert.doesNotMatch(shown, /file:/);
});

test("a file that refers to the web's library, or to an edition, has it once", async (t) => {
  const reference =
    '/// <reference lib="dom" />\n/// <reference lib="es2015" />\n/// <reference lib="esnext.array" />\n';
  const folder = folderWith(t, { "page.ts": `${reference}export const body = (page: Document) => page.body;\n` });
  const frontend = await startFrontend(t, folder);
  const imported = 'import { body } from "./page.ts";\n';
  assert.match(await shownOf(frontend, `${imported}body`), /body: \(page: Document\) => HTMLElement/);
  const overloads = (markdown: string): number => markdown.split("\n```\n")[0]?.split("\n(method)").length ?? 0;
  const before = overloads(await shownOf(await startFrontend(t, folderWith(t, {})), "'a'.split"));
  assert.equal(overloads(await shownOf(frontend, `${imported}'a'.split`)), before);
});

test("a project's own paths, and its own library, are left as they are", (t) => {
  for (const config of [
    '{ "compilerOptions": { "paths": { "#a": ["./a.ts"] } } }',
    '{ "compilerOptions": { "libReplacement": true } }',
    '{ "extends": "./nowhere.json" }', // what it says of them is not known
  ]) {
    const steps = projectFiles(folderWith(t, { "tsconfig.json": config }), LIBRARY_FOLDER);
    assert.equal(steps.length, 1, config);
    assert.doesNotMatch(String(steps[0]?.get("tsconfig.json")), /libReplacement|"paths"/, config);
  }
});

test("where TypeScript has no library beside it there is none to join", (t) => {
  assert.equal(joinedLibrary(folderWith(t, {})), undefined);
});
