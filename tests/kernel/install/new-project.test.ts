/** @file The folder that `new` makes: complete, nobody's file overwritten, and its notebooks hold their claims. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

function inFolder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-new-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = (command: string, cwd: string, ...words: string[]) =>
    spawnSync(process.execPath, [join(root, command), ...words], { cwd, encoding: "utf8" });
  return { folder, run };
}

test("new writes a project that installs the packages, and says what comes next", (t) => {
  const { folder, run } = inFolder(t);
  const { status, stdout, stderr } = run("src/kernel/eightfold-kernel.mjs", folder, "new", "my-analysis");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^next: cd my-analysis && npm install && npm run lab$/m);
  const project = join(folder, "my-analysis");
  for (const path of stdout.split("\n").filter((line) => line.startsWith("my-analysis/"))) {
    assert.doesNotMatch(readFileSync(join(folder, path), "utf8"), /\{(?:name|kernel|rerun|toolkit)\}/, path);
  }
  for (const path of [".gitignore", ".devcontainer/devcontainer.json", ".binder/environment.yml"])
    assert.ok(existsSync(join(project, path)), path);
  assert.ok((statSync(join(project, ".binder/postBuild")).mode & 0o100) !== 0);
  const { name, dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  assert.equal(name, "my-analysis");
  for (const one of ["kernel", "rerun", "toolkit"]) {
    const [, path] = /^file:(.*)$/.exec(dependencies[`@eightfold/${one}`]) ?? assert.fail();
    assert.equal(join(project, String(path)), join(root, "src", one));
  }
});

test("the notebooks of a new project run, and their claims hold", { timeout: 300_000 }, (t) => {
  const { folder, run } = inFolder(t);
  run("src/kernel/eightfold-kernel.mjs", folder, "new", "my-analysis");
  const project = join(folder, "my-analysis");
  symlinkSync(join(root, "node_modules"), join(project, "node_modules")); // what npm install would bring
  const { status, stdout, stderr } = run("src/rerun/eightfold.mjs", project);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^3 claims: (?:\d (?:reproduced|within tolerance)(?:, )?)+$/m);
});

test("nothing that is there is touched, and a name that npm refuses is refused", (t) => {
  const { folder, run } = inFolder(t);
  mkdirSync(join(folder, "full"));
  writeFileSync(join(folder, "full/a"), "");
  writeFileSync(join(folder, "file"), "");
  for (const [name, line] of [
    ["full", /^full is there already, and not empty \(hint: name another folder\)$/m],
    ["file", /^file is there already/m],
    ["My Analysis", /^new requires a folder's name of small letters, digits, - \. and _, got "My Analysis"$/m],
  ] as const) {
    const { status, stderr } = run("src/kernel/eightfold-kernel.mjs", folder, "new", name);
    assert.equal(status, 2);
    assert.match(stderr, line);
  }
  assert.match(
    run("src/kernel/eightfold-kernel.mjs", folder, "new").stderr,
    /^eightfold-kernel requires a command, got new/,
  );
  assert.ok(!existsSync(join(folder, "full/package.json")));
});
