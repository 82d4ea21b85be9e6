/** @file Notebooks as jobs of Slurm, by a false sbatch that starts them at once: one report, as from this machine, and what becomes of a job that dies. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { readJson, startCommand } from "../command-runs.ts";
import { notebookJson, sampleClaim, temporaryFolder, writeJson } from "../samples.ts";

/**
 * A folder with two notebooks, and an sbatch that starts the tasks of an array in this machine.
 *
 * @param job what stands before the script's own lines: a job that dies early exits there
 */
function sample(t: TestContext, job = ""): { folder: string; env: Record<string, string> } {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["const seed = 7;\nlet total = 40 + 2;", "console.log(total)"]));
  writeJson(folder, "b.ipynb", notebookJson(["[1, 2, 3].map((x) => x * x)"]));
  const claim = sampleClaim({ id: "total", notebook: "a.ipynb", cell: "a", expression: "total", expected: 42 });
  writeJson(folder, "claims.json", { version: 1, claims: [claim] });
  const programs = join(folder, "bin");
  mkdirSync(programs);
  const program = (name: string, text: string): void => {
    writeFileSync(join(programs, name), `#!/bin/bash\n${text}`);
    chmodSync(join(programs, name), 0o755);
  };
  program(
    "sbatch",
    `printf '%s\\n' "$@" >>'${folder}/words'
cat >'${folder}/script'
for word in "$@"; do
  case $word in --array=*) tasks=\${word#--array=} ;; --output=*) log=\${word#--output=} ;; esac
done
for task in \${tasks//,/ }; do
  (export SLURM_ARRAY_TASK_ID=$task; ${job} exec bash '${folder}/script') >"\${log/\\%a/$task}" 2>&1 </dev/null &
done
echo 7
`,
  );
  program("squeue", "exit 0\n");
  program("scancel", "exit 0\n");
  return { folder, env: { PATH: `${programs}${delimiter}${process.env.PATH}` } };
}

test("notebooks run as one array of jobs, and their report is that of this machine", async (t) => {
  const { folder, env } = sample(t);
  const words = ["a.ipynb", "b.ipynb", "--claims", "claims.json"];
  const here = await startCommand(folder, [...words, "--out", "here"]).ended;
  const there = await startCommand(
    folder,
    [...words, "--out", "there", "--on", "slurm", "--sbatch", "--partition=p"],
    env,
  ).ended;
  assert.deepEqual([here.code, there.code], [0, 0], there.stderr);
  assert.match(there.stderr, /2 notebooks submitted to Slurm, job 7/);
  for (const name of ["a.ipynb", "b.ipynb"]) {
    assert.equal(readFileSync(join(folder, "there", name), "utf8"), readFileSync(join(folder, "here", name), "utf8"));
  }
  assert.deepEqual(readJson(folder, "there/report.json").claims, readJson(folder, "here/report.json").claims);
  const submitted = readFileSync(join(folder, "words"), "utf8").split("\n");
  assert.ok(submitted.includes("--array=0,1") && submitted.includes("--partition=p"), submitted.join(" "));
  assert.deepEqual(readdirSync(join(folder, "there")).sort(), ["a.ipynb", "b.ipynb", "report.html", "report.json"]);
});

test("more seeds of a notebook are more jobs, and each takes its seed", async (t) => {
  const { folder, env } = sample(t);
  const words = ["a.ipynb", "--claims", "claims.json", "--seeds", "2", "--on", "slurm"];
  const { code, stderr } = await startCommand(folder, words, env).ended;
  assert.equal(code, 0, stderr);
  assert.equal(stderr.match(/1 notebook submitted to Slurm/g)?.length, 3);
});

test("a job that dies costs its own notebook, and is told with its log", async (t) => {
  const { folder, env } = sample(t, 'if [ "$task" = 1 ]; then echo "no room"; exit 9; fi;');
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "b.ipynb", "--on", "slurm"], env).ended;
  assert.equal(code, 2);
  assert.match(stderr, /its job left the queue without a result \(log .*1\.log\)/);
  assert.match(stderr, /no room/);
  assert.match(stderr, /the logs of the jobs are in .*out\/\.slurm-/);
  assert.equal(readJson(folder, "out/a.ipynb").cells[1].outputs[0].text[0], "42\n");
});

test("what does not go with --on slurm, and a machine without it, are refused in a line", async (t) => {
  const { folder } = sample(t);
  for (const [words, told] of [
    [["--on", "kubernetes"], /eightfold requires --on to be slurm, got kubernetes/],
    [["--on", "slurm", "--sandbox"], /--on slurm to be without --sandbox, which is of this machine alone/],
    [["--sbatch", "--time=1"], /eightfold requires --sbatch to be with --on slurm/],
  ] as const) {
    const { code, stderr } = await startCommand(folder, ["a.ipynb", ...words]).ended;
    assert.equal(code, 2);
    assert.match(stderr, told);
  }
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "--on", "slurm"], { PATH: "/nonexistent" }).ended;
  assert.equal(code, 2);
  assert.match(stderr, /--on slurm requires sbatch, which is not here \(hint: log in to a login node/);
});
