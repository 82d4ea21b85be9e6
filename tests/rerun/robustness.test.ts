/** @file Whatever a notebook holds or puts out: a report, one line, the right exit code, and no order to the terminal. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { safeLine, safeText } from "../../src/rerun/terminal-text.ts";
import { readJson, startCommand } from "./command-runs.ts";
import { notebookJson, type SampleCell, temporaryFolder, writeJson } from "./samples.ts";

const run = (folder: string, ...words: string[]) => startCommand(folder, words).ended;
/** A cell that shows a bundle. */
const show = (bundle: string) => `display({ [Symbol.for("Jupyter.display")]: () => (${bundle}) });`;
const deep = (open: string, close: string) => `${open.repeat(8000)}x${close.repeat(8000)}`;

const SHOWN: [what: string, cell: SampleCell][] = [
  ["an address in Latin-1", { cell_type: "markdown", source: "![Köln](https://example.org/K%F6ln.png)" }],
  [
    "an attachment in Latin-1",
    { cell_type: "markdown", source: "![a](attachment:K%F6ln.png)", attachments: { a: {} } },
  ],
  ["braces beyond a parser", { cell_type: "markdown", source: `$${deep("{", "}")}$` }],
  ["quotes in quotes", { cell_type: "markdown", source: `${">".repeat(8000)} x` }],
  ["a figure that is null", show('{ "application/vnd.plotly.v1+json": null, "text/plain": "x" }')],
  ["a figure that is a list", show('{ "application/vnd.plotly.v1+json": [null], "text/plain": "x" }')],
  ["LaTeX beyond a parser", show(`{ "text/latex": "$" + "{".repeat(8000) + "}".repeat(8000) + "$" }`)],
  ["a picture that is none", show('{ "image/png": 7, "text/plain": "x" }')],
  [
    "JSON nested 20,000 deep",
    `let v: unknown = 1; for (let i = 0; i < 2000; i++) v = [v]; ${show('{ "application/json": v }')}`,
  ],
  ["the name of a huge file", '"big.csv"'],
  ["the name of a locked file", '"locked.csv"'],
  ["a text longer than any path", `"${"a".repeat(5000)}.csv"`],
];

test("cells and outputs that cannot be shown cost nobody else the report", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "big.csv"), "");
  truncateSync(join(folder, "big.csv"), 2 ** 31 + 2 ** 20);
  writeFileSync(join(folder, "locked.csv"), "");
  chmodSync(join(folder, "locked.csv"), 0);
  writeJson(folder, "a.ipynb", notebookJson([...SHOWN.map(([, cell]) => cell), '"the end"']));
  const { code, stderr } = await run(folder, "a.ipynb");
  assert.equal(code, 0, stderr);
  assert.ok(existsSync(join(folder, "out/report.html")));
  assert.deepEqual(readJson(folder, "out/a.ipynb").cells.at(-1).outputs[0].data["text/plain"], ["'the end'"]);
});

test("a notebook that cannot be read, or has no kernel, costs the others nothing but the exit code", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "n/below"), { recursive: true });
  writeJson(join(folder, "n/below"), "good.ipynb", notebookJson(["1"]));
  writeFileSync(join(folder, "n/broken.ipynb"), "{");
  writeFileSync(join(folder, "n/deep.ipynb"), `{"nbformat":4,"metadata":${'{"a":'.repeat(3000)}1${"}".repeat(3000)}}`);
  writeJson(join(folder, "n"), "none.ipynb", notebookJson(["1"], { metadata: { kernelspec: { name: "none" } } }));
  const { code, stderr } = await run(folder, "n", "--junit");
  assert.equal(code, 2);
  assert.match(stderr, /^n\/broken\.ipynb, line 1, column 2: /m);
  assert.match(stderr, /^n\/deep\.ipynb: values are nested more than 500 deep/m);
  assert.match(stderr, /^n\/none\.ipynb: no kernel "none" is installed/m);
  assert.doesNotMatch(stderr, /^\s+at /m);
  const { notebooks, refused } = readJson(folder, "out/report.json");
  assert.deepEqual([notebooks.length, refused.length], [1, 3]);
});

test("a folder without a notebook is named, and the notebooks beside it are run", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "empty"));
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  const { code, stderr } = await run(folder, "empty", "a.ipynb");
  assert.equal(code, 2);
  assert.match(stderr, /^empty: there is no notebook in this folder$/m);
  const { notebooks, refused } = readJson(folder, "out/report.json");
  assert.deepEqual([notebooks.length, refused.map(({ path }: { path: string }) => path)], [1, ["empty"]]);
});

const BAD: [words: string[], env: Record<string, string>, line: RegExp][] = [
  [["a.ipynb"], { TMPDIR: "/nonexistent" }, /^a\.ipynb: no kernel can be started with the folder \/nonexistent: /m],
  [["a.ipynb", "--out", ""], {}, /^eightfold requires --out to name something/m],
  [["a.ipynb", "--kernel", ""], {}, /^eightfold requires --kernel to name something/m],
  [["a.ipynb", "--output-limit", "0"], {}, /^eightfold requires --output-limit to be MiB in \[0\.001, 256\], got 0/m],
  [
    ["a.ipynb", "--kernel", "odd"],
    { JUPYTER_PATH: "jupyter" },
    /"odd" is installed, but its kernel\.json cannot be read/,
  ],
];
if (process.platform === "linux")
  BAD.push([["a.ipynb", "--out", "/proc/x"], {}, /^\/proc\/x: no folder for the results: /m]);

for (const [words, env, line] of BAD) {
  test(`${words.join(" ")} ${JSON.stringify(env)}: one line, exit 2`, async (t) => {
    const folder = temporaryFolder(t);
    writeJson(folder, "a.ipynb", notebookJson(["1"]));
    mkdirSync(join(folder, "jupyter/kernels/odd"), { recursive: true });
    writeFileSync(join(folder, "jupyter/kernels/odd/kernel.json"), "null");
    const ended = await startCommand(folder, words, env).ended;
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, line);
    assert.doesNotMatch(ended.stderr, /^\s+at /m);
  });
}

test("what is kept is limited, of every kind of output", async (t) => {
  const big = '"x".repeat(40_000)';
  const kinds: Record<string, string> = {
    json: show(`{ "application/json": Array.from({ length: 20_000 }, (_, i) => i) }`).repeat(3),
    html: show(`{ "text/html": ${big} }`).repeat(3),
    stream: `for (let i = 0; i < 3; i++) process.stdout.write(${big});`,
    error: `throw new Error(${big}.repeat(40));`,
  };
  for (const [kind, cell] of Object.entries(kinds)) {
    const folder = temporaryFolder(t);
    writeJson(folder, "a.ipynb", notebookJson([cell, "1"]));
    const { code, stderr } = await run(folder, "a.ipynb", "--output-limit", "0.1");
    assert.equal(code, 2, kind);
    assert.match(stderr, /its output was more than 0\.1 MiB \(hint: --output-limit MIB\)/, kind);
  }
});

test("control characters and orders to a log's reader are shown, not obeyed", () => {
  assert.equal(safeText("a\u001b]52;c;eA==\u0007\u001b[2Jb\rc\u009b1m"), "a\\x1b]52;c;eA==\\x07\\x1b[2Jb\\x0dc\\x9b1m");
  assert.equal(safeText("\u001b[31mred\u001b[0m", true), "\u001b[31mred\u001b[0m\u001b[0m");
  assert.equal(safeText("\u001b[31mred\u001b[0m"), "red");
  assert.equal(safeText("x\n::error::y\n  ::stop-commands::z"), "x\n| ::error::y\n|   ::stop-commands::z");
  assert.equal(safeText("a ##[error]b ##vso[task]c"), "a # #[error]b # #vso[task]c");
  assert.equal(safeLine("a\n::error::b"), "a ::error::b");
  assert.equal(safeText("user\u202egnp.exe"), "user\\u202egnp.exe");
});

test("no text of a notebook starts a line of the log with an order", async (t) => {
  const folder = temporaryFolder(t);
  const name = "::error::n\u001b[2J.ipynb";
  const cell = 'console.log("::error::forged\\u001b[2J"); throw new Error("a\\n::stop-commands::x\\u001b]0;t\\u0007")';
  writeJson(folder, name, notebookJson([cell]));
  const { code, stdout, stderr } = await run(folder, name, "--github");
  assert.equal(code, 2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
  assert.doesNotMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f]/);
  const orders = `${stdout}${stderr}`.split("\n").filter((line) => /^\s*::/.test(line));
  assert.equal(orders.length, 1); // our own annotation
  assert.match(orders[0] ?? "", /^::error file=/);
});

test("a reader that goes away, or a full disk, is no stack", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  const { child, ended } = startCommand(folder, ["a.ipynb"]);
  child.stdout?.destroy();
  const { code, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /^\s+at |EPIPE/m);
});
