/** @file JupyterLab started with the kernel in it. A program of its name stands for it; tests/judges/begun.mjs starts a real one. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { kernelCommand } from "@eightfold/kernel";

const cli = String(kernelCommand("f").argv.find((word) => word.endsWith("eightfold-kernel.mjs")));

/** Says what it was started with, and what of it is there. */
const TELLS = `
const { existsSync, readFileSync } = require("node:fs");
const [ours] = process.env.JUPYTER_PATH.split(require("node:path").delimiter);
const { argv } = JSON.parse(readFileSync(ours + "/kernels/eightfold/kernel.json", "utf8"));
const figures = existsSync(ours + "/labextensions/@eightfold/figures/static/plotly.js");
process.stdout.write(JSON.stringify({ program: __filename, words: process.argv.slice(2), path: process.env.JUPYTER_PATH, argv, figures }));
process.exitCode = 7;
`;

/** Ends by itself, a while after the signal, as JupyterLab does with its kernels. */
const WAITS = `
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => setTimeout(() => {
  process.stdout.write("after " + signal);
  process.exit(3);
}, 50));
setInterval(() => undefined, 1000);
process.stdout.write("up ");
`;

/** Folders in which a stand-in for JupyterLab lies, and what starts the command with some environment. */
function place(t: TestContext) {
  const scratch = mkdtempSync(join(tmpdir(), "eightfold-lab-test-"));
  t.after(() => rmSync(scratch, { recursive: true }));
  const temporary = join(scratch, "temporary");
  mkdirSync(temporary);
  const standIn = (name: string, program: string, mode = 0o755) => {
    const folder = join(scratch, name, "bin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "jupyter-lab"), `#!${process.execPath}\n${program}`, { mode });
    return folder;
  };
  const environment = (env: Record<string, string>) => {
    const { VIRTUAL_ENV: _, JUPYTER_PATH: __, ...rest } = process.env;
    return { ...rest, TMPDIR: temporary, PATH: join(scratch, "nothing"), ...env };
  };
  const run = (env: Record<string, string>, ...words: string[]) =>
    spawnSync(process.execPath, [cli, "lab", ...words], { encoding: "utf8", env: environment(env) });
  const left = () => readdirSync(temporary);
  return { scratch, standIn, environment, run, left };
}

test("lab starts JupyterLab with this kernel and its figures, hands words and exit code on, and leaves nothing", (t) => {
  const { standIn, run, left } = place(t);
  const PATH = ["", standIn("listed", TELLS, 0o644), standIn("first", TELLS), standIn("second", TELLS)].join(delimiter);
  const { status, stdout, stderr } = run({ PATH, JUPYTER_PATH: "/theirs" }, "--no-browser", "--help", "a.ipynb");
  assert.equal(stderr, "");
  assert.equal(status, 7);
  const { program, words, path, argv, figures } = JSON.parse(stdout);
  assert.equal(dirname(program), PATH.split(delimiter)[2], "the first that is a program");
  assert.deepEqual(words, ["--MultiKernelManager.default_kernel_name=eightfold", "--no-browser", "--help", "a.ipynb"]);
  assert.deepEqual(argv, kernelCommand("{connection_file}").argv);
  assert.ok(figures);
  assert.match(path, new RegExp(`${delimiter}/theirs$`));
  assert.deepEqual(left(), []);
});

test("a first kernel of the user's own is not said twice, which JupyterLab refuses", (t) => {
  const { standIn, run } = place(t);
  const own = "--MultiKernelManager.default_kernel_name=python3";
  assert.deepEqual(JSON.parse(run({ PATH: standIn("one", TELLS) }, own).stdout).words, [own]);
});

test("the active environment's JupyterLab goes before another on the PATH, and one without it does not hide that", (t) => {
  const { scratch, standIn, run } = place(t);
  const active = standIn("active", TELLS);
  const PATH = standIn("other", TELLS);
  const programWith = (VIRTUAL_ENV: string) => JSON.parse(run({ PATH, VIRTUAL_ENV }).stdout).program;
  assert.equal(programWith(dirname(active)), join(active, "jupyter-lab"));
  assert.equal(programWith(join(scratch, "empty")), join(PATH, "jupyter-lab"));
});

test("without JupyterLab one line says what to install, and nothing is written", (t) => {
  const { run, left } = place(t);
  const { status, stdout, stderr } = run({});
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(
    stderr,
    /^lab requires JupyterLab, got no jupyter-lab on the PATH \(hint: pip install jupyterlab; [^\n]*\)\n$/,
  );
  assert.deepEqual(left(), []);
});

test("a signal goes on to JupyterLab, whose end is waited for", async (t) => {
  const { standIn, environment, left } = place(t);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const env = environment({ PATH: standIn("waits", WAITS) });
    const child = spawn(process.execPath, [cli, "lab"], { env, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    const up = new Promise<void>((resolve) =>
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        resolve();
      }),
    );
    await up;
    child.kill(signal);
    const [code] = await once(child, "close");
    assert.deepEqual([code, said], [3, `up after ${signal}`]);
    assert.deepEqual(left(), []);
  }
});

test("a JupyterLab that a signal ended gives the shell's exit code for it", (t) => {
  const { standIn, run } = place(t);
  assert.equal(run({ PATH: standIn("killed", 'process.kill(process.pid, "SIGKILL");') }).status, 128 + 9);
});
