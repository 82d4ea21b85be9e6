/** @file The command as reviewers run it: real kernels, exit codes, what is written, and what is never overwritten. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Ended, isGone, readJson, startCommand } from "./command-runs.ts";
import { notebookJson, type SampleCell, sampleClaim, temporaryFolder, writeJson } from "./samples.ts";

/** Runs one notebook of the cells given, in a folder of its own. */
async function run(
  t: TestContext,
  cells: readonly SampleCell[],
  ...words: string[]
): Promise<Ended & { folder: string }> {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(cells));
  return { ...(await startCommand(folder, ["a.ipynb", ...words]).ended), folder };
}

async function assertGone(pid: number): Promise<void> {
  assert.ok(await isGone(pid), `process ${pid} is still there after 2 s`);
}

const LONG = "await new Promise((resolve) => setTimeout(resolve, 60_000))";
const SPIN = "while (true) {}";

test("a notebook that runs: progress on stderr, results in out, exit 0, the source untouched", async (t) => {
  const folder = temporaryFolder(t);
  const source = readFileSync(
    writeJson(folder, "a.ipynb", notebookJson(["const x: number = 40;\nx + 2", "console.log(x)"])),
  );
  const { code, stdout, stderr } = await startCommand(folder, ["a.ipynb"]).ended;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^\[1\/2\] a\.ipynb a \d+\.\d\d s\n\[2\/2\] a\.ipynb b \d+\.\d\d s$/m);
  assert.match(stdout, /^written: out\/a\.ipynb, out\/report\.json, out\/report\.html$/m);
  assert.deepEqual(readFileSync(join(folder, "a.ipynb")), source);
  assert.deepEqual(readdirSync(join(folder, "out")).sort(), ["a.ipynb", "report.html", "report.json"]);
  const [first, second] = readJson(folder, "out/a.ipynb").cells;
  assert.deepEqual(first.outputs, [
    { data: { "text/plain": ["42"] }, execution_count: 1, metadata: {}, output_type: "execute_result" },
  ]);
  assert.deepEqual(second.outputs, [{ name: "stdout", output_type: "stream", text: ["40\n"] }]);
  assert.equal(readJson(folder, "out/a.ipynb").metadata.language_info.name, "typescript");
});

test("two runs of one notebook write the same bytes", async (t) => {
  const cells = [
    "let s = 1; for (let i = 0; i < 9; i++) s = (s * 16807) % 2147483647; s",
    "console.log([1, 2], { s })",
  ];
  const [one, other] = [await run(t, cells), await run(t, cells)];
  assert.equal(
    readFileSync(join(one.folder, "out/a.ipynb"), "utf8"),
    readFileSync(join(other.folder, "out/a.ipynb"), "utf8"),
  );
});

test("claims that hold exit 0, claims that differ exit 1 with a line each, measured in the claim's own cell", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["let exponent = 0.384;", "exponent = 0.41;"]));
  const claims = (ids: readonly string[]) =>
    writeJson(folder, "claims.json", {
      version: 1,
      claims: ids.map((cell) => sampleClaim({ id: `exponent-${cell}`, cell, expression: "exponent" })),
    });
  claims(["a"]);
  const held = await startCommand(folder, ["04-scaling.ipynb", "--claims", "claims.json"]).ended;
  assert.equal(held.code, 0, held.stderr);
  assert.match(held.stdout, /^1 claim: 1 within tolerance$/m);
  claims(["a", "b"]);
  const differs = await startCommand(folder, ["04-scaling.ipynb", "--claims", "claims.json"]).ended;
  assert.equal(differs.code, 1, differs.stderr);
  assert.match(
    differs.stdout,
    /^04-scaling\.ipynb, cell 2: exponent-b 0\.41 differs from the claimed 0\.38 by 0\.03 \(tolerance 0\.005\)$/m,
  );
  const verdicts = readJson(folder, "out/report.json").claims.map(({ verdict }: { verdict: string }) => verdict);
  assert.deepEqual(verdicts, ["within tolerance", "differs"]);
});

test("a cell that fails stops the run: source, output and traceback are printed, what was computed is kept, exit 2", async (t) => {
  const { code, stderr, folder } = await run(t, [
    "1 + 1",
    'console.log("so far");\nthrow new RangeError("too far");',
    "3",
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /^a\.ipynb, cell 2 \(b\) failed: RangeError: too far$/m);
  assert.match(stderr, /--- source ---\nconsole\.log\("so far"\);\nthrow new RangeError\("too far"\);\n/);
  assert.match(stderr, /--- output ---\nso far\n--- traceback ---\n.*RangeError/);
  const { cells } = readJson(folder, "out/a.ipynb");
  assert.deepEqual(
    cells.map(({ outputs }: { outputs: unknown[] }) => outputs.length),
    [1, 2, 0],
  );
  assert.deepEqual(readJson(folder, "out/report.json").notebooks[0].failed, 1);
});

test("a cell tagged raises-exception may fail, and the run goes on", async (t) => {
  const tagged = { source: 'throw new Error("shown on purpose")', metadata: { tags: ["raises-exception"] } };
  const { code, folder, stderr } = await run(t, [tagged, "40 + 2"]);
  assert.equal(code, 0, stderr);
  const { cells } = readJson(folder, "out/a.ipynb");
  assert.equal(cells[0].outputs[0].ename, "Error");
  assert.deepEqual(cells[1].outputs[0].data["text/plain"], ["42"]);
});

test("a kernel killed in mid-cell: its signal is named, earlier outputs are kept, exit 2", async (t) => {
  const { code, stderr, folder } = await run(t, [
    "1 + 1",
    'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})',
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /^a\.ipynb, cell 2 \(b\) failed: the kernel died \(signal SIGKILL\)$/m);
  assert.deepEqual(readJson(folder, "out/a.ipynb").cells[0].outputs[0].data["text/plain"], ["2"]);
});

test("a kernel that aborts: its last words are repeated", async (t) => {
  const { code, stderr } = await run(t, ["process.abort()"]);
  assert.equal(code, 2);
  assert.match(stderr, /cell 1 \(a\) failed: the kernel died \(signal SIGABRT/);
});

for (const [what, source] of [
  ["spins", SPIN],
  ["waits", LONG],
]) {
  test(`a cell that ${what} for too long is interrupted, and its output kept`, async (t) => {
    const { code, stderr, folder } = await run(t, [`console.log("begun");\n${source}`, "2"], "--timeout", "1.5");
    assert.equal(code, 2);
    assert.match(
      stderr,
      /cell 1 \(a\) failed: it ran longer than 1\.5 s and was interrupted \(hint: --timeout SECONDS\)/,
    );
    assert.deepEqual(readJson(folder, "out/a.ipynb").cells[0].outputs[0].text, ["begun\n"]);
  });
}

test("Ctrl-C ends the run and the kernel, keeps what was computed, exit 130", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["process.pid", `console.log("begun");\n${SPIN}`]));
  const { child, ended, said } = startCommand(folder, ["a.ipynb"]);
  while (!said().includes("[1/2]")) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300)); // the second cell is spinning
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  assert.equal(code, 130);
  assert.match(stderr, /cell 2 \(b\) failed: stopped by the user/);
  const { cells } = readJson(folder, "out/a.ipynb");
  await assertGone(Number(cells[0].outputs[0].data["text/plain"][0]));
});

test("no process is left behind, not even one that a cell started", async (t) => {
  const source = 'require("node:child_process").spawn("sleep", ["60"]).pid';
  const { code, folder, stderr } = await run(t, [source, "process.pid"]);
  assert.equal(code, 0, stderr);
  for (const { outputs } of readJson(folder, "out/a.ipynb").cells) {
    await assertGone(Number(outputs[0].data["text/plain"][0]));
  }
});

test("--write replaces the notebook after a run that succeeds, keeping its mode, and not after one that fails", async (t) => {
  const good = await run(t, ["1 + 1"], "--write");
  assert.equal(good.code, 0, good.stderr);
  assert.equal(readJson(good.folder, "a.ipynb").cells[0].outputs.length, 1);
  assert.deepEqual(readFileSync(join(good.folder, "a.ipynb")), readFileSync(join(good.folder, "out/a.ipynb")));
  assert.deepEqual(readdirSync(good.folder).sort(), ["a.ipynb", "out"]);
  assert.equal(statSync(join(good.folder, "a.ipynb")).mode & 0o777, 0o644 & ~process.umask());
  const bad = await run(t, ["1 + 1", "throw 1"], "--write");
  assert.equal(bad.code, 2);
  assert.equal(readJson(bad.folder, "a.ipynb").cells[0].outputs.length, 0);
});

test("a notebook saved by --write is compared with the next run: figures by data, text for the reader", async (t) => {
  const figure = (y: string) =>
    `display({ [Symbol.for("Jupyter.display")]: () => ({ "application/vnd.plotly.v1+json": { data: [{ y: ${y} }], layout: {} } }) });`;
  const cells = [`${figure("[1, 2]")}\nprocess.env.EIGHTFOLD_PROFILE`, 'console.log("same")'];
  const { code, folder } = await run(t, cells, "--write");
  assert.equal(code, 0);
  const again = (...words: string[]) => startCommand(folder, ["a.ipynb", ...words]).ended;
  const same = await again();
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /^1 figure: 1 reproduced\nwritten/m);
  const full = await again("--full");
  assert.equal(full.code, 0, full.stderr);
  assert.match(full.stdout, /^1 cell prints something else than was saved$/m);
  const saved = readJson(folder, "a.ipynb");
  assert.equal(saved.metadata.eightfold.profile, "quick");
  saved.cells[0].source = `${figure("[1, 3]")}\nprocess.env.EIGHTFOLD_PROFILE`;
  writeJson(folder, "a.ipynb", saved);
  const edited = await again();
  assert.equal(edited.code, 1);
  assert.match(edited.stdout, /figure 1 differs: data\[0\]\.y\[1\] is 3, saved 2; its cell was edited after/);
});

test("the results never overwrite a source, by its folder or by a link", async (t) => {
  const same = await run(t, ["1"], "--out", ".");
  assert.equal(same.code, 2);
  assert.match(same.stderr, /^--out \. would overwrite a\.ipynb \(hint: choose another folder; --write replaces/m);
  const folder = temporaryFolder(t);
  const path = writeJson(folder, "a.ipynb", notebookJson(["1"]));
  mkdirSync(join(folder, "out"));
  symlinkSync(path, join(folder, "out", "a.ipynb"));
  assert.equal((await startCommand(folder, ["a.ipynb"]).ended).code, 2);
});

const BAD_WORDS: [words: string[], line: RegExp][] = [
  [[], /^eightfold requires the path of a notebook, got none \(hint: npx --no -- eightfold --help\)\n$/],
  [["none.ipynb"], /none\.ipynb: there is no such file \(hint: check the path and the current directory\)\n$/],
  [["broken.ipynb"], /broken\.ipynb, line 2, column 1: value expected, got "\}"/],
  [["a.ipynb", "--claims", "none.json"], /^none\.json: there is no such file/],
  [["a.ipynb", "--timeout", "soon"], /^eightfold requires --timeout to be seconds in \[0\.001, 2147483\], got soon/],
  [["a.ipynb", "--write", "--cells", "1"], /^eightfold requires --write to be of a whole notebook, got --cells/],
  [["a.ipynb", "--fast"], /^Unknown option '--fast'/],
  [["a.ipynb", "a.ipynb"], /a\.ipynb and a\.ipynb would both be written to out\/a\.ipynb/],
  [["a.ipynb", "--out", "a.ipynb"], /^a\.ipynb: no folder for the results: /m],
];

for (const [words, line] of BAD_WORDS) {
  test(`"${words.join(" ")}" is answered by one line, nothing is run, exit 2`, async (t) => {
    const folder = temporaryFolder(t);
    writeJson(folder, "a.ipynb", notebookJson(["1"]));
    writeFileSync(join(folder, "broken.ipynb"), '{"cells":\n}');
    const { code, stdout, stderr } = await startCommand(folder, words).ended;
    assert.equal(code, 2);
    assert.equal(stdout, "");
    const lines = stderr.replace(/^no claims file .*\n/, "");
    assert.match(lines, line);
    assert.equal(lines.trimEnd().split("\n").length, 1);
    assert.ok(!existsSync(join(folder, "out")));
  });
}

test("a bad claim stops the command before anything runs", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["1"]));
  mkdirSync(join(folder, "data"));
  writeJson(join(folder, "data"), "claims.json", { version: 1, claims: [sampleClaim({ cell: "none" })] });
  const { code, stderr } = await startCommand(folder, ["rerun", "04-scaling.ipynb"]).ended;
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^data\/claims\.json: claim "exponent": 04-scaling\.ipynb has no cell "none" \(hint: [^\n]*\)\n$/,
  );
});

test("a claim's expression that gives no number is reported as not run, exit 2", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["const law = {};"]));
  writeJson(folder, "claims.json", { version: 1, claims: [sampleClaim()] });
  const { code, stdout } = await startCommand(folder, ["04-scaling.ipynb", "--claims", "claims.json"]).ended;
  assert.equal(code, 2);
  assert.match(stdout, /cell 1: exponent has no number: it is undefined, neither a number nor a list/);
});

test("--help fits one screen and shows an example", async (t) => {
  const { code, stdout } = await startCommand(temporaryFolder(t), ["--help"]).ended;
  assert.equal(code, 0);
  assert.match(stdout, /^example: /m);
  assert.ok(stdout.split("\n").length <= 24);
});
