/** @file Notebooks as jobs of a real Slurm: what they leave is what a run on this machine leaves, to the byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shell } from "./scenario.ts";

const NOTEBOOKS = ["many-lines", "redeclare", "top-level-await"];

/** @param folder for the results */
export function sameNotebooks(folder: string): void {
  const paths = NOTEBOOKS.map((name) => `tests/notebooks/${name}.ipynb`);
  const run = (out: string, ...words: string[]): void => {
    shell(process.execPath, "src/rerun/eightfold.mjs", ...paths, "--out", join(folder, out), ...words);
  };
  run("here");
  run("cluster", "--on", "slurm", "--sbatch", "--time=5");
  for (const name of NOTEBOOKS) {
    const [here, there] = ["here", "cluster"].map((out) => readFileSync(join(folder, out, `${name}.ipynb`), "utf8"));
    assert.equal(there, here, name);
  }
  assert.equal(
    JSON.parse(readFileSync(join(folder, "cluster/report.json"), "utf8")).notebooks.length,
    NOTEBOOKS.length,
  );
}
