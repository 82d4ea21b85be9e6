/** @file Installing the kernel for Jupyter, and never over someone else's. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { kernelCommand } from "@eightfold/kernel";

const cli = String(kernelCommand("f").argv.find((word) => word.endsWith("cli.js")));

function kernelCli(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [cli, ...words], { encoding: "utf8" });
}

test("install writes a spec that starts this kernel, and remove takes it back", () => {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-spec-"));
  const folder = join(prefix, "share", "jupyter", "kernels", "mine");
  assert.equal(kernelCli("install", "--prefix", prefix, "--name", "mine").stdout, `installed ${folder}\n`);
  assert.deepEqual(readdirSync(folder).sort(), ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
  const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  assert.deepEqual(spec.argv, kernelCommand("{connection_file}").argv);
  assert.equal(spec.interrupt_mode, "message");
  assert.equal(spec.language, "typescript");
  assert.equal(kernelCli("install", "--prefix", prefix, "--name", "mine").status, 0, "its own spec is replaced");
  assert.equal(kernelCli("install", "--remove", "--prefix", prefix, "--name", "mine").stdout, `removed ${folder}\n`);
  assert.ok(!existsSync(folder));
});

test("another kernel's spec is neither overwritten nor removed", () => {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-spec-"));
  const folder = join(prefix, "share", "jupyter", "kernels", "eightfold");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), '{"argv": ["python"], "display_name": "Python"}');
  for (const command of ["install", "remove"]) {
    const { status, stderr } = kernelCli(command, "--prefix", prefix);
    assert.equal(status, 2);
    assert.match(stderr, /holds another kernel; nothing was changed/);
  }
  assert.match(readFileSync(join(folder, "kernel.json"), "utf8"), /Python/);
});

test("list names our kernels and where they stand, and nobody else's", () => {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-spec-"));
  const folder = join(prefix, "share", "jupyter", "kernels");
  kernelCli("install", "--prefix", prefix, "--name", "mine");
  mkdirSync(join(folder, "python"));
  writeFileSync(join(folder, "python", "kernel.json"), "{ damaged");
  const ours = kernelCli("list", "--prefix", prefix)
    .stdout.split("\n")
    .filter((line) => line.includes(prefix));
  assert.deepEqual(ours, [`mine\t${join(folder, "mine")}`]);
});

test("the doctor starts a kernel, and says what to do about a spec whose files are gone", () => {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-spec-"));
  kernelCli("install", "--prefix", prefix, "--name", "mine");
  const well = kernelCli("doctor", "--prefix", prefix);
  assert.match(well.stdout, /^ok {3}Node [\d.]+\nok {3}zeromq [\s\S]*ok {3}kernel spec mine in [\s\S]*computes 1 \+ 1/);
  const file = join(prefix, "share", "jupyter", "kernels", "mine", "kernel.json");
  writeFileSync(file, readFileSync(file, "utf8").replace("cli.js", "gone.js"));
  const ill = kernelCli("doctor", "--prefix", prefix);
  assert.equal(ill.status, 1);
  assert.match(
    ill.stdout,
    /FAIL kernel spec mine names .*gone\.js\n {5}it is gone: run eightfold-kernel install again/,
  );
});

test("bad words on the command line are one clear line", () => {
  for (const [words, message] of [
    [["dance"], /requires a command, got dance/],
    [["install", "--name", "a/b"], /requires letters, digits/],
    [["install", "--colour"], /Unknown option '--colour'/],
    [["remove", "--prefix", "/nonexistent"], /no kernel is installed in/],
    [["start", "/nonexistent/connection.json"], /connection\.json/],
  ] as const) {
    const { status, stderr } = kernelCli(...words);
    assert.notEqual(status, 0, words.join(" "));
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});
