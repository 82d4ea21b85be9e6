/** @file What is run and how it is told: ranges, lists, changes, jobs, seeds, proposals, JUnit and GitHub's annotations. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findKernelSpec } from "@eightfold/kernel";
import type { Claim } from "../../src/rerun/claims/claims.ts";
import { readJson, startCommand } from "./command-runs.ts";
import { notebookJson, type SampleCell, sampleClaim, temporaryFolder, writeJson } from "./samples.ts";

const NO_PYTHON = findKernelSpec("python3") === undefined && "no Python kernel is installed";

function claims(folder: string, list: readonly Claim[], more: Record<string, unknown> = {}): void {
  writeJson(folder, "claims.json", { version: 1, claims: list, ...more });
}

const run = (folder: string, ...words: string[]) => startCommand(folder, words).ended;

test("a range of cells runs the cells before it too, and judges its own claims alone", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["let x = 0.1", "x += 0.28", "x += 1"]));
  claims(
    folder,
    ["a", "b", "c"].map((cell) => sampleClaim({ id: cell, cell, expression: "x" })),
  );
  const { code, stdout, stderr } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json", "--cells", "2");
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^1 claim: 1 reproduced$/m);
  assert.doesNotMatch(stderr, /\[3\//);
});

test("--list shows cells and claims, and runs nothing", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "notebooks"));
  writeJson(join(folder, "notebooks"), "04-scaling.ipynb", notebookJson(["1", "2"]));
  claims(folder, [sampleClaim({ notebook: "notebooks/04-scaling.ipynb", cell: "b" })]);
  const { code, stdout } = await run(folder, "--list", "--claims", "claims.json");
  assert.equal(code, 0);
  assert.equal(stdout, "notebooks/04-scaling.ipynb  kernel eightfold, 1 claims\n    1  a\n    2  b  exponent\n");
  assert.ok(!existsSync(join(folder, "out")));
});

test("--since runs the notebooks that a change can have touched: their own, a file they name, a file they import", async (t) => {
  const folder = temporaryFolder(t);
  const cells: Record<string, SampleCell[]> = {
    "same.ipynb": ["1"],
    "edited.ipynb": ["2"],
    "reads.ipynb": ['require("node:fs").readFileSync("data.csv", "utf8")'],
    "imports.ipynb": ['import { x } from "./x.ts"; x'],
  };
  for (const [name, sources] of Object.entries(cells)) writeJson(folder, name, notebookJson(sources));
  writeFileSync(join(folder, "data.csv"), "1");
  writeFileSync(join(folder, "x.ts"), "export const x = 1;");
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...words], {
      cwd: folder,
      stdio: "pipe",
    });
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  writeJson(folder, "edited.ipynb", notebookJson(["3"]));
  writeFileSync(join(folder, "data.csv"), "2");
  writeFileSync(join(folder, "x.ts"), "export const x = 2;");
  const { code, stdout, stderr } = await run(folder, ".", "--since", "HEAD", "--list");
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.match(/^\S+\.ipynb/gm), ["edited.ipynb", "imports.ipynb", "reads.ipynb"]);
  const unknown = await run(folder, ".", "--since", "nowhere");
  assert.match(unknown.stderr, /^--since nowhere: git cannot tell what changed: /m);
});

test("several notebooks at a time give what they give one after the other", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ["a", "b", "c"]) writeJson(folder, `${name}.ipynb`, notebookJson([`"${name}"`]));
  assert.equal((await run(folder, ".", "--jobs", "3")).code, 0);
  for (const name of ["a", "b", "c"]) {
    assert.deepEqual(readJson(folder, `out/${name}.ipynb`).cells[0].outputs[0].data["text/plain"], [`'${name}'`]);
  }
  assert.deepEqual(
    readJson(folder, "out/report.json").notebooks.map(({ path }: { path: string }) => path),
    ["a.ipynb", "b.ipynb", "c.ipynb"],
  );
});

test("other seeds show which claims hang on the seed, by the environment and by a cell for parameters", async (t) => {
  const folder = temporaryFolder(t);
  const tagged = { source: "const seed: number = 7;", metadata: { tags: ["parameters"] } };
  const asked = "const seed = Number(process.env.EIGHTFOLD_SEED ?? 7);";
  const ids = ["steady", "moves", "hangs"];
  const expressions = ["0.38", "0.38 + seed / 1e4 - 7e-4", "seed / 4"];
  for (const [name, first] of [
    ["tagged", tagged],
    ["asked", asked],
  ] as const) {
    writeJson(folder, `${name}.ipynb`, notebookJson([first, "1"]));
    claims(
      folder,
      ids.map((id, index) => sampleClaim({ id, notebook: `${name}.ipynb`, cell: "b", expression: expressions[index] })),
    );
    const { code, stdout } = await run(folder, `${name}.ipynb`, "--claims", "claims.json", "--seeds", "2");
    assert.equal(code, 1, stdout); // with its own seed too, that claim is off
    assert.match(stdout, /^hangs: hangs on the seed \(seed 8: 2, seed 9: 2\.25\)$/m);
    assert.match(
      stdout,
      /^other seeds: 1 the same for every seed, 1 moves within its tolerance, 1 hangs on the seed$/m,
    );
    const { notebooks, seeds } = readJson(folder, "out/report.json");
    assert.deepEqual(notebooks[0].seeds, { a: 7, b: 7 });
    assert.deepEqual(seeds[2].values, [
      { seed: 8, value: 2 },
      { seed: 9, value: 2.25 },
    ]);
  }
});

test("a notebook that takes no seed is said to take none", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["const seed = 7; const law = { exponent: 0.38 };"]));
  claims(folder, [sampleClaim()]);
  const { stdout } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json", "--seeds", "1");
  assert.match(stdout, /^04-scaling\.ipynb: the notebook kept its seed 7 \(hint: read EIGHTFOLD_SEED, or /m);
});

test("claims of the other profile are left out, and the notebook is told which one it is", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(
    folder,
    "04-scaling.ipynb",
    notebookJson(['const size = process.env.EIGHTFOLD_PROFILE === "full" ? 100 : 10;']),
  );
  const claim = (profile: string, expected: number) =>
    sampleClaim({ id: profile, expression: "size", expected, tolerance: { absolute: 0 }, ...{ profile } });
  claims(folder, [claim("quick", 10), claim("full", 100)]);
  for (const [words, id] of [
    [[], "quick"],
    [["--full"], "full"],
  ] as const) {
    const { code } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json", ...words);
    assert.equal(code, 0);
    const report = readJson(folder, "out/report.json");
    assert.deepEqual([report.profile, report.claims.map((one: { id: string }) => one.id)], [id, [id]]);
  }
});

test("a recorded seed, checksum and installed package that changed are differences, exit 1", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["const seed = 8; const law = { exponent: 0.5 };"]));
  writeFileSync(join(folder, "data.csv"), "1");
  mkdirSync(join(folder, "node_modules/part"), { recursive: true });
  writeJson(join(folder, "node_modules/part"), "package.json", { version: "2.0.0" });
  writeJson(folder, "package-lock.json", { packages: { "node_modules/part": { version: "1.0.0" } } });
  writeJson(folder, "package.json", { engines: { node: "^18.1 || >=99" } });
  writeFileSync(join(folder, "README.md"), `| data.csv | ones | \`${"0".repeat(64)}\` |\n`);
  claims(folder, [sampleClaim()], { environment: { seeds: { "04-scaling.ipynb": 7 } } });
  const { code, stdout } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json");
  assert.equal(code, 1);
  assert.match(stdout, /^environment differs: Node [\d.]+ is not \^18\.1 \|\| >=99, which package\.json asks for$/m);
  assert.match(stdout, /^environment differs: node_modules\/part is 2\.0\.0, locked 1\.0\.0$/m);
  assert.match(stdout, /^environment differs: data\.csv has not the checksum in README\.md$/m);
  assert.match(stdout, /^environment differs: 04-scaling\.ipynb has seed 8, recorded with 7$/m);
  assert.match(stdout, /^1 claim: 1 environment differs$/m);
});

test("JUnit's XML and GitHub's annotations name the cell, the claim and the line", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(
    join(folder, "04-scaling.ipynb"),
    JSON.stringify(notebookJson(["const law = { exponent: 0.5 };", 'throw new Error("<a> & \\"b\\"")']), null, 1),
  );
  claims(folder, [sampleClaim()]);
  const { code, stdout } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json", "--junit", "--github");
  assert.equal(code, 2);
  assert.match(
    stdout,
    /^::error file=04-scaling\.ipynb,line=\d+,title=claim%3A differs::04-scaling\.ipynb, cell 1: exponent 0\.5 differs/m,
  );
  assert.match(
    stdout,
    /^::error file=04-scaling\.ipynb,line=\d+,title=could not run::04-scaling\.ipynb, cell 2: Error: <a>/m,
  );
  const xml = readFileSync(join(folder, "out/junit.xml"), "utf8");
  assert.match(xml, /<testsuite name="04-scaling\.ipynb" tests="3" failures="1" errors="1" skipped="0"/);
  assert.match(xml, /<error message="Error: &lt;a&gt; &amp; &quot;b&quot;"\/>/);
});

test("init proposes what two runs print alike, a claim for a line or a table, and a run then reproduces it", async (t) => {
  const folder = temporaryFolder(t);
  const cells = [
    'console.log("exponent 0.45 from 1,319 items, model v1.2.3")',
    "console.log(process.hrtime.bigint().toString())",
    "[1.5, 2]",
    'console.log("speed  1.25\\nsize      3\\nseed  " + process.hrtime.bigint() + "\\nsteps    12\\nerrors  nan")',
  ];
  writeJson(folder, "a.ipynb", notebookJson(cells));
  const { code, stdout, stderr } = await run(folder, "rerun", "init", "a.ipynb");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^written: claims\.json: 4 claims proposed; 2 numbers that changed from run to run left out/m);
  const proposed = readJson(folder, "claims.json").claims.map((claim: Record<string, unknown>) => {
    return [claim.id, claim.printed, claim.expected, claim.tolerance];
  });
  assert.deepEqual(proposed, [
    ["a-1..2", [1, 2], [0.45, 1319], { absolute: 0.005 }],
    ["c-1..2", [1, 2], [1.5, 2], { absolute: 0.05 }],
    ["d-1..2", [1, 2], [1.25, 3], { absolute: 0.005 }],
    ["d-4", 4, 12, { absolute: 0 }],
  ]);
  assert.match(readJson(folder, "claims.json").claims[2].statement, /^speed 1\.25 … \(2 numbers in 2 lines\)$/);
  assert.deepEqual(readJson(folder, "claims.json").environment, { node: process.versions.node });
  const [, next = ""] = /check them by: npx --no -- eightfold ([^)]*)\)/.exec(stdout) ?? [];
  assert.match((await run(folder, ...next.split(" "))).stdout, /^4 claims: 4 reproduced$/m);
  assert.match(
    (await run(folder, "init", "a.ipynb")).stderr,
    /^claims\.json is there already \(hint: --write replaces it/,
  );
});

test("a Python notebook runs by its own kernel, and its claims are measured there", { skip: NO_PYTHON }, async (t) => {
  const folder = temporaryFolder(t);
  const more = { metadata: { kernelspec: { name: "python3" } } };
  writeJson(
    folder,
    "04-scaling.ipynb",
    notebookJson(["law = {'exponent': 0.384, 'ends': (0.3, 0.4)}", "print('n =', 12)"], more),
  );
  const interval = { expected: [0.35, 0.5], tolerance: { overlap: 0.4 }, expression: "law['ends']" };
  claims(folder, [
    sampleClaim({ expression: "law['exponent']" }),
    sampleClaim({ id: "ends", ...interval }),
    sampleClaim({ id: "n", cell: "b", expression: undefined, printed: 1, expected: 12 }),
  ]);
  const { code, stdout, stderr } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json");
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^3 claims: 1 reproduced, 2 within tolerance$/m);
  writeJson(folder, "b.ipynb", notebookJson(["while True: pass"], more));
  assert.match((await run(folder, "b.ipynb", "--timeout", "1")).stderr, /ran longer than 1 s and was interrupted/);
});

test("a kernel that is not installed is named, with those that are", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"], { metadata: { kernelspec: { name: "no-such-kernel" } } }));
  const { code, stderr } = await run(folder, "a.ipynb");
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^a\.ipynb: no kernel "no-such-kernel" is installed \(hint: --kernel NAME runs another; installed are .*eightfold/m,
  );
  assert.equal((await run(folder, "a.ipynb", "--kernel", "eightfold")).code, 0);
});

test("where Python's kernel is not installed, what brings it is said", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"], { metadata: { kernelspec: { name: "python9" } } }));
  const { code, stderr } = await run(folder, "a.ipynb");
  assert.equal(code, 2);
  assert.match(stderr, /no kernel "python9" is installed \(hint: pip install ipykernel brings it; --kernel NAME/);
});
