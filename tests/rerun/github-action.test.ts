/** @file The GitHub action and the pre-commit hook: their files are read as GitHub and pre-commit read them, their commands run. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { notebookJson, sampleClaim, temporaryFolder, writeJson } from "./samples.ts";

const root = resolve(import.meta.dirname, "../..");

interface Step {
  readonly id: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

const action: {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
} = parse(readFileSync(join(root, "action.yml"), "utf8"));

/** Runs the steps of the action in a workspace, as a runner does. */
function runAction(workspace: string, inputs: Record<string, string>) {
  const files = { GITHUB_STEP_SUMMARY: join(workspace, "summary.md"), GITHUB_OUTPUT: join(workspace, "outputs") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  let log = "";
  let code: number | null = 0;
  for (const step of action.runs.steps) {
    assert.equal(step.shell, "bash");
    const given = Object.entries(step.env).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1] ?? assert.fail(value);
      return [name, inputs[input] ?? action.inputs[input]?.default ?? assert.fail(input)] as const;
    });
    const env = { ...process.env, ...files, GITHUB_ACTION_PATH: root, GITHUB_WORKSPACE: workspace };
    const script = join(workspace, "step.sh");
    writeFileSync(script, step.run);
    const options = { cwd: workspace, env: { ...env, ...Object.fromEntries(given) }, encoding: "utf8" } as const;
    const ended = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], options);
    log += ended.stdout + ended.stderr;
    code = ended.status;
    if (code !== 0) break;
  }
  const lines = readFileSync(files.GITHUB_OUTPUT, "utf8").trim().split("\n");
  return {
    code,
    orders: log.split("\n").filter((line) => /^\s*::/.test(line)),
    outputs: Object.fromEntries(lines.map((line) => line.split("=", 2))),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
    log,
  };
}

test("no input is part of a script, and each output is one that the step sets", (t) => {
  for (const { run, id } of action.runs.steps) {
    assert.doesNotMatch(run, /\$\{\{/);
    assert.equal(id, "rerun");
  }
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  const { outputs } = runAction(folder, { notebooks: "a.ipynb" });
  for (const [name, { value }] of Object.entries(action.outputs)) {
    assert.equal(value, `\${{ steps.rerun.outputs.${name} }}`);
    assert.ok(name in outputs, name);
  }
});

test("the action holds a job up, annotates the cell's line and says in the summary what differs", (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "notebooks/deep"), { recursive: true });
  writeFileSync(join(folder, "notebooks/deep/a.ipynb"), JSON.stringify(notebookJson(["const x = 1"]), undefined, 1));
  const claim = (id: string, expected: number) => {
    const changes = { id, expression: "x", expected, statement: "x | <b>one</b>\n# @team [a](https://example.org)" };
    return { ...sampleClaim(changes), notebook: "notebooks/deep/a.ipynb", cell: "a" };
  };
  writeJson(folder, "claims.json", { version: 1, claims: [claim("one", 1), claim("two", 2)] });
  const { code, orders, outputs, summary, log } = runAction(folder, { claims: "claims.json", options: "--junit" });
  assert.equal(code, 1, log);
  const { report, ...rest } = outputs;
  assert.deepEqual(rest, { verdict: "differs", claims: "2", held: "1" });
  assert.ok(existsSync(join(folder, String(report))) && existsSync(join(folder, "out/junit.xml")));
  const line = readFileSync(join(folder, "notebooks/deep/a.ipynb"), "utf8")
    .split("\n")
    .findIndex((text) => text.includes('"id": "a"'));
  assert.equal(orders.length, 1);
  assert.match(
    orders[0] ?? "",
    new RegExp(
      `^::error file=notebooks/deep/a\\.ipynb,line=${line + 1},title=claim%3A differs::a\\.ipynb, cell 1: two 1 `,
    ),
  );
  assert.match(summary, /^### Eightfold: Something differs$/m);
  const row = summary.split("\n").find((text) => text.startsWith("| differs")) ?? "";
  assert.equal(row.split(/(?<!\\)\|/).length, 9); // seven columns, whatever the statement holds
  assert.doesNotMatch(row, /<b>|@team|https:|(?<!\\)\[a/);
  assert.match(summary, /^2 claims: 1 reproduced, 1 differs {2}$/m);
});

test("no name and no text of a notebook becomes an order, an output or a command", (t) => {
  const folder = temporaryFolder(t);
  const name = "x,line=1::y%0A$(touch run)`touch run`;touch run.ipynb";
  const throws = 'throw new Error("a%0A::warning::b\\r\\n::stop-commands::c\\n::set-output name=verdict::holds")';
  writeJson(folder, name, notebookJson([throws]));
  const { code, orders, outputs, summary } = runAction(folder, { notebooks: name });
  assert.equal(code, 2);
  assert.ok(!existsSync(join(folder, "run")));
  assert.equal(orders.length, 1);
  assert.match(orders[0] ?? "", /^::error file=x%2Cline=1%3A%3Ay%250A[^:]*,line=1,title=could not run::[^\r\n]*$/);
  assert.equal(outputs.verdict, "could not run");
  assert.match(summary, /^### Eightfold: Could not be checked in full$/m);
  assert.doesNotMatch(summary, /^::/m);
});

test("an input that is bad is an annotation and exit 2; a notebook that is none is annotated at its file", (t) => {
  const folder = temporaryFolder(t);
  const bad = runAction(folder, { notebooks: "none.ipynb" });
  assert.equal(bad.code, 2);
  assert.match(bad.orders.join(), /^::error title=could not run::none\.ipynb: there is no such file/);
  writeFileSync(join(folder, "b.ipynb"), "{");
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  const half = runAction(folder, { notebooks: "a.ipynb\n\nb.ipynb\n" });
  assert.equal(half.code, 2);
  assert.match(half.orders.join(), /^::error file=b\.ipynb,line=1,title=could not run::b\.ipynb, line 1, column 2/);
  const option = runAction(folder, { notebooks: "a.ipynb", options: "--no-such" });
  assert.match(option.orders.join(), /^::error title=could not run::Unknown option '--no-such'/);
});

test("the summary stays small", (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  const claims = Array.from({ length: 250 }, (_, index) => {
    return { ...sampleClaim({ id: `c${index}`, statement: "s".repeat(2000) }), notebook: "a.ipynb", cell: "a" };
  });
  writeJson(folder, "claims.json", { version: 1, claims });
  const { summary } = runAction(folder, { notebooks: "a.ipynb", claims: "claims.json" });
  assert.match(summary, /^\| and 50 more, in report\.html$/m);
  assert.ok(Buffer.byteLength(summary) < 2 ** 20);
});

test("the hook's entry is there, may be run, and takes the files that pre-commit gives it", (t) => {
  const [hook, ...others] = parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8"));
  assert.deepEqual([others, hook.language, hook.types], [[], "script", ["jupyter"]]);
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  writeJson(folder, "b.ipynb", notebookJson(["throw new Error('b')"]));
  const run = (...files: string[]) => spawnSync(join(root, hook.entry), files, { cwd: folder, encoding: "utf8" });
  assert.equal(run("a.ipynb").status, 0);
  const failed = run("a.ipynb", "b.ipynb");
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /^b\.ipynb, cell 1 \(a\) failed: Error: b$/m);
});
