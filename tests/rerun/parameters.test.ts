/** @file What users of papermill, nbval and nbmake expect: parameters, tags, limits of time, an early end, names that are kept. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findKernelSpec } from "@eightfold/kernel";
import { describeDeath } from "../../src/rerun/kernels/kernel-process.ts";
import { type Parameters, parameterFrom, withParameters } from "../../src/rerun/notebook/parameters.ts";
import { withSeed } from "../../src/rerun/notebook/seed.ts";
import { readJson, startCommand } from "./command-runs.ts";
import { notebookJson, type SampleCell, sampleNotebook, temporaryFolder, writeJson } from "./samples.ts";

const NO_PYTHON = findKernelSpec("python3") === undefined && "no Python kernel is installed";
const PYTHON = { metadata: { kernelspec: { name: "python3" } } };
const run = (folder: string, ...words: string[]) => startCommand(folder, words).ended;
const tagged = (source: string, ...tags: string[]): SampleCell => ({ source, metadata: { tags } });

function sourceOf(parameters: Parameters, language: string): string | undefined {
  const given = withParameters(sampleNotebook([tagged("a = 1", "parameters"), "a"]), parameters, language);
  return given.ok ? given.value.cells[1]?.source : given.reason;
}

test("parameters are written in the notebook's language, below the cell that has their defaults", () => {
  const all = { a: 3, b: "x\n", c: true, d: null, e: [1, { f: 0.5 }], g: Number.NaN };
  assert.equal(
    sourceOf(all, "python"),
    `# Parameters\na = 3\nb = "x\\n"\nc = True\nd = None\ne = [1, {"f": 0.5}]\ng = float('NaN')`,
  );
  assert.equal(
    sourceOf(all, "typescript"),
    `// Parameters\nlet a = 3;\nlet b = "x\\n";\nlet c = true;\nlet d = null;\nlet e = [1, { "f": 0.5 }];\nlet g = NaN;`,
  );
  assert.match(String(sourceOf(all, "R")), /^parameters are set in Python, TypeScript and JavaScript, not in R$/);
  assert.match(String(sourceOf({ "a b": 1 }, "python")), /^"a b" is no name of a variable$/);
});

test("a cell that was injected earlier is replaced, and without parameters nothing is touched", () => {
  const notebook = sampleNotebook([tagged("a = 1", "parameters"), "a"]);
  const once = withParameters(notebook, { a: 2 }, "python");
  assert.ok(once.ok);
  const twice = withParameters(once.value, { a: 3 }, "python");
  assert.ok(twice.ok);
  assert.deepEqual(
    twice.value.cells.map(({ source, number }) => [source, number]),
    [
      ["a = 1", 1],
      ["# Parameters\na = 3", 2],
      ["a", 3],
    ],
  );
  assert.deepEqual(withParameters(notebook, {}, "R"), { ok: true, value: notebook });
});

test("a word of the command line is the value that papermill takes it for", () => {
  assert.deepEqual(["3", "-0.5", "1e3", "True", "false", "None", "x1", "1.2.3"].map(parameterFrom), [
    3,
    -0.5,
    1000,
    true,
    false,
    null,
    "x1",
    "1.2.3",
  ]);
});

test("-p and --parameters reach TypeScript, and the executed notebook records them", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(
    folder,
    "a.ipynb",
    notebookJson([tagged("const alpha: number = 1; const name = 'a';", "parameters"), "[alpha, name]"]),
  );
  writeFileSync(join(folder, "p.yaml"), "alpha: 2\nname: from file\n");
  const { code, stderr } = await run(folder, "a.ipynb", "--parameters", "p.yaml", "-p", "alpha", "3");
  assert.equal(code, 0, stderr);
  const { cells, metadata } = readJson(folder, "out/a.ipynb");
  assert.deepEqual(cells[1].metadata.tags, ["injected-parameters"]);
  assert.deepEqual(cells[2].outputs[0].data["text/plain"], ["[ 3, 'from file' ]"]);
  assert.deepEqual(metadata.eightfold.parameters, { alpha: 3, name: "from file" });
  for (const [words, line] of [
    [["-p", "alpha"], /^eightfold requires -p to be followed by NAME VALUE/],
    [["-p", "a", "1", "--write"], /^eightfold requires --write to be without parameters/],
    [["--parameters", "none.yaml"], /^none\.yaml: there is no such file/],
  ] as const) {
    const bad = await run(folder, "a.ipynb", ...words);
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, line);
  }
});

test("parameters reach Python; sys.exit(0) and exit() end the notebook early in good order", {
  skip: NO_PYTHON,
}, async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson([tagged("alpha = 1", "parameters"), "print(alpha)"], PYTHON));
  assert.equal((await run(folder, "a.ipynb", "-p", "alpha", "3")).code, 0);
  assert.deepEqual(readJson(folder, "out/a.ipynb").cells[2].outputs[0].text, ["3\n"]);
  for (const [leave, code] of [
    ["import sys; sys.exit(0)", 0],
    ["raise SystemExit", 0],
    ["exit()", 0],
    ["import sys; sys.exit(1)", 2],
  ] as const) {
    writeJson(folder, "b.ipynb", notebookJson([leave, "print('not reached')"], PYTHON));
    const ended = await run(folder, "b.ipynb");
    assert.equal(ended.code, code, leave);
    assert.deepEqual(readJson(folder, "out/b.ipynb").cells[1].outputs, []);
    if (code === 0) assert.match(ended.stderr, /^b\.ipynb, cell 1 ended the notebook: the cells below were not run$/m);
  }
});

test("tags and comments of nbval and nbmake: skipped, may fail", async (t) => {
  const folder = temporaryFolder(t);
  const fails = "throw new Error('x')";
  const cells = [
    tagged(fails, "skip-execution"),
    tagged(fails, "nbval-skip"),
    `// NBVAL_SKIP\n${fails}`,
    tagged(fails, "nbval-raises-exception"),
    tagged(fails, "raises-exception"),
  ];
  writeJson(folder, "a.ipynb", notebookJson(cells));
  const { code, stderr } = await run(folder, "a.ipynb");
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    readJson(folder, "out/a.ipynb").cells.map(({ outputs }: { outputs: unknown[] }) => outputs.length),
    [0, 0, 0, 1, 1],
  );
});

test("a notebook's time is limited as a whole, and a kernel's start", async (t) => {
  const folder = temporaryFolder(t);
  const wait = "await new Promise((resolve) => setTimeout(resolve, 900))";
  writeJson(folder, "a.ipynb", notebookJson([wait, wait, wait]));
  const total = await run(folder, "a.ipynb", "--total-timeout", "1.5");
  assert.equal(total.code, 2);
  assert.match(
    total.stderr,
    /cell 2 \(b\) failed: the notebook ran longer than 1\.5 s and was interrupted \(hint: --total-timeout SECONDS\)/,
  );
  const start = await run(folder, "a.ipynb", "--start-timeout", "0.01");
  assert.equal(start.code, 2);
  assert.match(start.stderr, /^a\.ipynb: the kernel did not answer within 0\.01 s \(hint: --start-timeout SECONDS\)$/m);
});

test("folders are searched below, and notebooks of one name keep their folders", async (t) => {
  const folder = temporaryFolder(t);
  for (const place of ["a", "b/c", ".hidden", "node_modules", "old"]) {
    mkdirSync(join(folder, place), { recursive: true });
    writeJson(join(folder, place), "index.ipynb", notebookJson([`"${place}"`]));
  }
  writeFileSync(join(folder, "old/report.json"), "{}");
  writeJson(folder, "._x.ipynb", {});
  const { code, stderr } = await run(folder, ".");
  assert.equal(code, 0, stderr);
  assert.ok(existsSync(join(folder, "out/a/index.ipynb")) && existsSync(join(folder, "out/b/c/index.ipynb")));
  assert.equal(readJson(folder, "out/report.json").notebooks.length, 2);
  assert.equal((await run(folder, ".")).code, 0); // what the first run wrote is no notebook to run
});

test("the kernel that ran is written; --version tells this one's", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(
    folder,
    "a.ipynb",
    notebookJson(["1"], { metadata: { kernelspec: { name: "no-such", display_name: "N" } } }),
  );
  assert.equal((await run(folder, "a.ipynb", "--kernel", "eightfold")).code, 0);
  assert.equal(readJson(folder, "out/a.ipynb").metadata.kernelspec.name, "eightfold");
  assert.match((await run(folder, "--version")).stdout, /^eightfold \d+\.\d+\.\d+\n$/);
});

test("a kernel's log is no cause of its death", () => {
  const lastLines = ["[IPKernelApp] WARNING | Kernel is running over TCP without encryption."];
  assert.equal(describeDeath({ how: "signal SIGKILL", lastLines }), "signal SIGKILL");
  assert.equal(describeDeath({ how: "exit code 1", lastLines }), "exit code 1");
  assert.equal(
    describeDeath({ how: "exit code 1", lastLines: ["ImportError: x", ...lastLines] }),
    "exit code 1: ImportError: x",
  );
});

test("a seed is exchanged whole, in whatever way it is written", () => {
  for (const seed of ["7", "0x2A", "1_000"]) {
    assert.equal(withSeed({ source: `seed = ${seed}`, tags: ["parameters"] }, 43), "seed = 43");
  }
});

test("a placeholder {prefix} and values of env that are no texts start a kernel as Jupyter starts it", (t) => {
  const folder = temporaryFolder(t);
  const kernel = join(folder, "share/jupyter/kernels/odd");
  mkdirSync(kernel, { recursive: true });
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/python3"), "");
  writeJson(kernel, "kernel.json", { argv: ["{prefix}/bin/python3", "{connection_file}"], env: { A: 1 } });
  const before = process.env.JUPYTER_PATH;
  t.after(() => {
    if (before === undefined) delete process.env.JUPYTER_PATH;
    else process.env.JUPYTER_PATH = before;
  });
  process.env.JUPYTER_PATH = join(folder, "share/jupyter");
  const spec = findKernelSpec("odd");
  assert.deepEqual([spec?.argv[0], spec?.env], [join(folder, "bin/python3"), { A: "1" }]);
});
