/** @file Installing what draws figures in JupyterLab, beside the kernel; how it draws is judged in a browser, tests/judges/figures.mjs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { kernelCommand } from "@eightfold/kernel";

const root = join(import.meta.dirname, "../../..");
const cli = String(kernelCommand("f").argv.find((word) => word.endsWith("eightfold-kernel.mjs")));

/** An empty prefix, where the extension would stand in it, and the command for that prefix. */
function place() {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-figures-"));
  const data = join(prefix, "share", "jupyter");
  const folder = join(data, "labextensions", "@eightfold", "figures");
  const env = { ...process.env, JUPYTER_DATA_DIR: join(prefix, "user") }; // nothing of this machine's user is found
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [cli, ...words, "--prefix", prefix], { encoding: "utf8", env });
  return { data, folder, run };
}

test("install writes a whole prebuilt extension of this version, and remove leaves nothing", () => {
  const { data, folder, run } = place();
  const spec = join(data, "kernels", "eightfold");
  assert.equal(run("install").stdout, `installed ${spec}\ninstalled ${folder}\n`);
  const { name, version, jupyterlab } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  assert.equal(name, "@eightfold/figures");
  assert.equal(version, JSON.parse(readFileSync(join(root, "src/kernel/package.json"), "utf8")).version);
  // what https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html says that a server reads of it
  assert.ok(existsSync(join(folder, jupyterlab._build.load)));
  assert.match(
    readFileSync(join(folder, "static/plotly.js"), "utf8"),
    /^\/\*\*\n\* plotly\.js \(basic - minified\) v4/,
  );
  assert.equal(run("install").status, 0, "its own is replaced");
  assert.equal(run("remove").stdout, `removed ${spec}\nremoved ${folder}\n`);
  assert.deepEqual(readdirSync(join(data, "labextensions")), []);
});

test("--no-figures leaves it out, and a kernel beside it keeps it", () => {
  const { data, folder, run } = place();
  run("install", "--no-figures");
  assert.ok(!existsSync(folder));
  run("install", "--name", "second");
  assert.equal(run("remove", "--name", "second").stdout, `removed ${join(data, "kernels", "second")}\n`);
  assert.ok(existsSync(folder));
  assert.match(run("remove").stdout, /removed .*@eightfold.figures\n$/);
});

test("another's extension of that name is neither overwritten nor removed", () => {
  const { folder, run } = place();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "theirs");
  const { status, stderr } = run("install");
  assert.equal(status, 2);
  assert.match(stderr, /holds another's extension; nothing was changed \(hint: --no-figures leaves ours out\)/);
  assert.equal(run("remove").status, 0);
  assert.deepEqual(readdirSync(folder), ["package.json"]);
  assert.equal(readFileSync(join(folder, "package.json"), "utf8"), "theirs");
});

test("list and doctor tell of it, and the doctor of one that is old or not whole", () => {
  const { folder, run } = place();
  run("install", "--no-figures");
  assert.match(
    run("doctor").stdout,
    /ok {3}JupyterLab shows figures as pictures: @eightfold\/figures is not installed/,
  );
  run("install");
  assert.ok(run("list").stdout.includes(`@eightfold/figures\t${folder}\n`));
  assert.ok(run("doctor").stdout.includes(`ok   @eightfold/figures in ${folder}\n`));
  const manifest = join(folder, "package.json");
  const text = readFileSync(manifest, "utf8");
  writeFileSync(manifest, text.replace(/"version": "[^"]*"/, '"version": "0.0.1"'));
  const old = run("doctor");
  assert.equal(old.status, 1);
  assert.match(
    old.stdout,
    /FAIL @eightfold\/figures in .* is of version 0\.0\.1\n {5}run npx --no -- eightfold-kernel install again/,
  );
  writeFileSync(manifest, text);
  rmSync(join(folder, "static/plotly.js"));
  assert.match(run("doctor").stdout, /FAIL @eightfold\/figures in .* misses files/);
});
