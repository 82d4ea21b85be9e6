/** @file Installing the kernel for Jupyter, and never over someone else's. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { kernelCommand } from "@eightfold/kernel";

const cli = String(kernelCommand("f").argv.find((word) => word.endsWith("eightfold-kernel.mjs")));

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

function kernelCli(...words: string[]): Ran {
  return kernelCliWith({}, ...words);
}

function kernelCliWith(env: Record<string, string>, ...words: string[]): Ran {
  return spawnSync(process.execPath, [cli, ...words], { encoding: "utf8", env: { ...process.env, ...env } });
}

test("install writes a spec that starts this kernel, and remove takes it back", () => {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-spec-"));
  const folder = join(prefix, "share", "jupyter", "kernels", "mine");
  const alone = ["--prefix", prefix, "--name", "mine", "--no-figures"];
  assert.equal(kernelCli("install", ...alone).stdout, `installed ${folder}\n`);
  assert.deepEqual(readdirSync(folder).sort(), ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
  const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  assert.deepEqual(spec.argv, kernelCommand("{connection_file}").argv);
  assert.equal(spec.interrupt_mode, "message");
  assert.equal(spec.language, "typescript");
  assert.equal(kernelCli("install", ...alone).status, 0, "its own spec is replaced");
  assert.equal(kernelCli("install", "--remove", "--prefix", prefix, "--name", "mine").stdout, `removed ${folder}\n`);
  assert.ok(!existsSync(folder));
});

test("a spec names the package's stable entry, and no file inside of dist", () => {
  const { argv } = kernelCommand("f");
  assert.equal(argv[0], process.execPath);
  assert.deepEqual(argv.slice(-3), [
    join(import.meta.dirname, "../../../src/kernel/eightfold-kernel.mjs"),
    "start",
    "f",
  ]);
  assert.ok(argv.every((word) => !word.includes("dist")));
});

test("the launcher's name and variables are as asked, and the environment is that of the PATH's Python", () => {
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-spec-"));
  const python = join(prefix, "bin", "python3");
  mkdirSync(join(prefix, "bin"));
  writeFileSync(python, `#!/bin/sh\nprintf '%s\\n' '${prefix}'\n`, { mode: 0o755 });
  const env = { PATH: `${join(prefix, "bin")}:${process.env.PATH}` };
  const wishes = ["--display-name", "Mine", "--env", "EIGHTFOLD_TYPES=strict", "--env", "A=b=c"];
  const { stdout, stderr } = kernelCliWith(env, "install", "--sys-prefix", "--no-figures", ...wishes);
  const folder = join(prefix, "share", "jupyter", "kernels", "eightfold");
  assert.equal(stdout, `installed ${folder}\n`, stderr);
  const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  assert.equal(spec.display_name, "Mine");
  assert.deepEqual(spec.env, { EIGHTFOLD_TYPES: "strict", A: "b=c" });
  assert.equal(kernelCliWith(env, "remove", "--sys-prefix").stdout, `removed ${folder}\n`);
});

test("a package's own template is kept: words of its argv, its variables, its name", () => {
  const own = mkdtempSync(join(tmpdir(), "eightfold-own-"));
  const kernel = join(import.meta.dirname, "../../../src/kernel");
  cpSync(join(kernel, "dist"), join(own, "dist"), { recursive: true });
  for (const name of ["package.json", "eightfold-kernel.mjs"]) cpSync(join(kernel, name), join(own, name));
  cpSync(join(kernel, "../../kernel-config"), join(own, "kernel-config"), { recursive: true });
  symlinkSync(join(kernel, "../../node_modules"), join(own, "node_modules"));
  const template = { argv: ["{node}", "--max-old-space-size=8000", "{flags}", "{cli}", "start", "{connection_file}"] };
  const more = { display_name: "Big", language: "typescript", env: { A: "1" }, metadata: { owner: "eightfold" } };
  writeFileSync(join(own, "kernel-config", "kernel.json"), JSON.stringify({ ...template, ...more }));
  const entry = join(own, "eightfold-kernel.mjs");
  const words = [entry, "install", "--prefix", own, "--env", "B=2", "--no-figures"];
  const { stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  const spec = JSON.parse(readFileSync(join(own, "share/jupyter/kernels/eightfold/kernel.json"), "utf8"));
  assert.equal(stderr, "");
  assert.deepEqual(spec.argv.slice(0, 2), [process.execPath, "--max-old-space-size=8000"]);
  assert.deepEqual(spec.argv.slice(-3), [entry, "start", "{connection_file}"]);
  assert.deepEqual([spec.display_name, spec.env], ["Big", { A: "1", B: "2" }]);
});

test("--version is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../src/kernel/package.json"), "utf8"));
  assert.equal(kernelCli("--version").stdout, `${version}\n`);
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
  kernelCli("install", "--prefix", prefix, "--name", "mine", "--no-figures");
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
  writeFileSync(file, readFileSync(file, "utf8").replace("eightfold-kernel.mjs", "gone.mjs"));
  const ill = kernelCli("doctor", "--prefix", prefix);
  assert.equal(ill.status, 1);
  assert.match(
    ill.stdout,
    /FAIL kernel spec mine names .*gone\.mjs\n {5}it is gone: run npx --no -- eightfold-kernel install again/,
  );
});

test("bad words on the command line are one clear line", () => {
  for (const [words, message] of [
    [["dance"], /requires a command, got dance/],
    [["install", "--name", "a/b"], /requires letters, digits/],
    [["install", "--colour"], /Unknown option '--colour'/],
    [["install", "--", "--prefix", "env"], /install takes no further word, got --prefix/],
    [["install", "--env", "A"], /--env requires NAME=VALUE, got A/],
    [["remove", "--prefix", "/nonexistent"], /no kernel is installed in/],
    [["start", "/nonexistent/connection.json"], /connection\.json/],
  ] as const) {
    const { status, stderr } = kernelCli(...words);
    assert.notEqual(status, 0, words.join(" "));
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});
