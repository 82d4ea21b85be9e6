/** @file --since leaves out a notebook only when nothing that was changed can reach it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { changedSince } from "../../src/rerun/environment/changes.ts";
import { type Notebook, readNotebook } from "../../src/rerun/notebook/notebook.ts";
import { notebookJson, temporaryFolder, writeJson } from "./samples.ts";

const PYTHON = { metadata: { kernelspec: { name: "python3" } } };

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** A repository with one notebook and some files, all of it in one commit; then a file is changed, or removed. */
function touched(
  t: TestContext,
  { cell, files, change, more = {} }: { cell: string; files: readonly string[]; change: string; more?: object },
): boolean {
  const folder = temporaryFolder(t);
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...words], {
      cwd: folder,
      stdio: "pipe",
    });
  for (const file of files) write(folder, file.split("=")[0] ?? "", file.split("=")[1] ?? "");
  mkdirSync(join(folder, "nb"), { recursive: true });
  const notebook: { ok: boolean; value?: Notebook } = readNotebook(
    writeJson(join(folder, "nb"), "n.ipynb", notebookJson([cell], { ...more })),
  );
  assert.ok(notebook.value);
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  if (change.startsWith("-")) rmSync(join(folder, change.slice(1)));
  else write(folder, change, "# changed");
  const changes = changedSince([notebook.value], "HEAD", []);
  assert.ok(changes.ok, String("reason" in changes && changes.reason));
  assert.equal(changes.value.touched.length === 0, changes.value.told.includes("1 of 1 notebooks left out"));
  return changes.value.touched.length === 1;
}

const CASES: [what: string, python: boolean, cell: string, files: string[], change: string, runs: boolean][] = [
  ["import of a module beside it", true, "import helper", ["nb/helper.py"], "nb/helper.py", true],
  ["a module that was removed", true, "import helper", ["nb/helper.py"], "-nb/helper.py", true],
  ["from a module at the top", true, "from lib import v", ["lib.py"], "lib.py", true],
  [
    "a package under src",
    true,
    "import pkg.part as p",
    ["src/pkg/__init__.py", "src/pkg/part.py"],
    "src/pkg/part.py",
    true,
  ],
  ["a module that a module imports", true, "import a", ["nb/a.py=from b import x", "nb/b.py"], "nb/b.py", true],
  [
    "a relative import in a package",
    true,
    "import p.a",
    ["nb/p/__init__.py", "nb/p/a.py=from .b import x", "nb/p/b.py"],
    "nb/p/b.py",
    true,
  ],
  ["names in brackets over lines", true, "from p import (\n  a,\n  b,\n)", ["nb/p/b.py"], "nb/p/b.py", true],
  ["%run of a script", true, "%run script.py", ["nb/script.py"], "nb/script.py", true],
  ["a command of the shell", true, "!python work.py", ["nb/other.py"], "nb/other.py", true],
  ["an import put together", true, "importlib.import_module(name)", ["nb/x.py"], "nb/x.py", true],
  ["a folder searched", true, "glob.glob(pattern)", ["d/1.csv"], "d/1.csv", true],
  ["a file in a folder that is named", true, "open('data' + '/' + name)", ["data/1.csv"], "data/1.csv", true],
  ["requirements", true, "1", ["requirements.txt"], "requirements.txt", true],
  ["an import without ending", false, 'import { v } from "./helper"', ["nb/helper.ts"], "nb/helper.ts", true],
  ["an import of what is built", false, 'import { v } from "./helper.js"', ["nb/helper.ts"], "nb/helper.ts", true],
  ["an import of an index", false, 'import { v } from "../lib"', ["lib/index.ts"], "lib/index.ts", true],
  ["an import's own import", false, 'import "./a.ts"', ['nb/a.ts=export * from "./b"', "nb/b.ts"], "nb/b.ts", true],
  ["a dynamic import", false, "await import(name)", ["nb/x.ts"], "nb/x.ts", true],
  ["an await of an import", false, 'await import("./x.ts")', ["nb/x.ts"], "nb/x.ts", true],
  ["prose", true, "import helper", ["README.md"], "README.md", false],
  ["a module that nothing imports", true, "import helper", ["nb/helper.py", "nb/other.py"], "nb/other.py", false],
  ["a script that nothing imports", false, 'import "./a.ts"', ["nb/a.ts", "nb/b.ts"], "nb/b.ts", false],
];

for (const [what, python, cell, files, change, runs] of CASES) {
  test(`${what}, changed: the notebook is ${runs ? "run" : "left out"}`, (t) => {
    assert.equal(touched(t, { cell, files, change, more: python ? PYTHON : {} }), runs);
  });
}

test("a notebook of another language is run whatever is changed", (t) => {
  const more = { metadata: { kernelspec: { name: "ir" } } };
  assert.ok(touched(t, { cell: "1", files: ["x.R"], change: "x.R", more }));
});

test("a commit's name is no option of git's", (t) => {
  const folder = temporaryFolder(t);
  const notebook = readNotebook(writeJson(folder, "n.ipynb", notebookJson(["1"])));
  assert.ok(notebook.ok);
  execFileSync("git", ["init", "-q"], { cwd: folder });
  const changes = changedSince([notebook.value], `--output=${folder}/written`, []);
  assert.ok(!changes.ok);
  assert.match(changes.reason, /git cannot tell what changed: fatal/);
  assert.ok(!existsSync(join(folder, "written")));
});
