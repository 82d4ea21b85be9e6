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
