/** @file What a file was saved with and this run did not give: said by the command, with the cell and the numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson, startCommand } from "./command-runs.ts";
import { notebookJson, temporaryFolder, writeJson } from "./samples.ts";

const printed = (text: string) => ({ output_type: "stream", name: "stdout", text });
const picture = { output_type: "display_data", data: { "image/png": "iVBORw0KGgo=" }, metadata: {} };

test("a number that is another one than was saved is named, with its cell, by a run and by init", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(
    folder,
    "a.ipynb",
    notebookJson([{ source: 'console.log("profit: 2")', outputs: [printed("profit: 14000\n")] }]),
  );
  const said = /1 cell prints something else than was saved \(a\.ipynb, cell 1: 2, saved 14000\)/;
  assert.match((await startCommand(folder, ["a.ipynb"]).ended).stdout, said);
  assert.match((await startCommand(folder, ["rerun", "init", "a.ipynb"]).ended).stdout, said);
  const [claim] = readJson(folder, "claims.json").claims;
  assert.equal(claim.expected, 2);
  assert.match(claim.source, /; the file was saved with 14000;/);
});

test("with --printed such a number is a difference, exit code 1; words alone, and cells that hang on the machine, are none", async (t) => {
  const folder = temporaryFolder(t);
  const cells = [
    { source: 'console.log("profit: 2")', outputs: [printed("profit: 14000\n")] },
    { source: 'console.log("1 and 2")', outputs: [printed("1\n")] },
    { source: 'console.log("loss 3")', outputs: [printed("loss 4\n")], metadata: { tags: ["machine-dependent"] } },
    { source: 'console.log("now 5")', outputs: [printed("then 5\n")] },
  ];
  writeJson(folder, "a.ipynb", notebookJson(cells));
  assert.equal((await startCommand(folder, ["a.ipynb"]).ended).code, 0);
  const { code, stdout } = await startCommand(folder, ["a.ipynb", "--printed", "--github"]).ended;
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^a\.ipynb, cell 1: printed 2, saved 14000\na\.ipynb, cell 2: printed 2 numbers, saved 1 number$/m,
  );
  assert.match(stdout, /^::error file=a\.ipynb,line=\d+,title=printed::a\.ipynb, cell 1: printed 2, saved 14000$/m);
  assert.doesNotMatch(stdout, /cell [34]: printed/);
  assert.deepEqual(
    readJson(folder, "out/report.json").changedTexts.map(({ differs }: { differs: boolean }) => differs),
    [true, true, false, false],
  );
  writeJson(folder, "a.ipynb", notebookJson(cells.slice(2)));
  assert.equal((await startCommand(folder, ["a.ipynb", "--printed"]).ended).code, 0);
});

test("an error that the file was saved with is told apart, and its figure was not run", async (t) => {
  const folder = temporaryFolder(t);
  const error = { output_type: "error", ename: "RangeError", evalue: "as the text says", traceback: [] };
  const cell = { source: 'throw new RangeError("as the text says")', outputs: [picture, error] };
  writeJson(folder, "a.ipynb", notebookJson([cell]));
  const { code, stdout, stderr } = await startCommand(folder, ["a.ipynb"]).ended;
  assert.equal(code, 2);
  assert.match(stdout + stderr, /saved with this error \(hint: if it is meant, tag the cell raises-exception/);
  assert.match(stdout + stderr, /figure 1 was not made: its cell failed/);
  writeJson(
    folder,
    "a.ipynb",
    notebookJson([{ ...cell, source: 'throw new RangeError("another")', outputs: [error] }]),
  );
  const other = await startCommand(folder, ["a.ipynb"]).ended;
  assert.doesNotMatch(other.stdout + other.stderr, /saved with this error/);
});
