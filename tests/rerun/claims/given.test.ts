/** @file Claims that are given are judged, or the run says that they were not. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Claim } from "../../../src/rerun/claims/claims.ts";
import { startCommand } from "../command-runs.ts";
import { notebookJson, sampleClaim, temporaryFolder, writeJson } from "../samples.ts";

function claims(folder: string, list: readonly Claim[], more: Record<string, unknown> = {}): void {
  writeJson(folder, "claims.json", { version: 1, claims: list, ...more });
}

const run = (folder: string, ...words: string[]) => startCommand(folder, words).ended;

test("claims hold for a notebook however its path and theirs are spelt", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "real/data"), { recursive: true });
  symlinkSync("real", join(folder, "link"));
  writeJson(join(folder, "real"), "04-scaling.ipynb", notebookJson(["const law = { exponent: 1 };"]));
  symlinkSync("real/04-scaling.ipynb", join(folder, "other.ipynb"));
  const path = writeJson(join(folder, "real/data"), "claims.json", { version: 1, claims: [sampleClaim()] });
  symlinkSync(path, join(folder, "claims-link.json"));
  const spellings = [
    "real/04-scaling.ipynb",
    "link/04-scaling.ipynb",
    "./link/../real/04-scaling.ipynb",
    "other.ipynb",
  ];
  for (const notebook of [...spellings, join(folder, "link/04-scaling.ipynb")]) {
    for (const claims of ["real/data/claims.json", "link/data/claims.json", "claims-link.json"]) {
      const { stdout } = await run(folder, notebook, "--claims", claims, "--list");
      assert.match(stdout, /kernel eightfold, 1 claims\n/, `${notebook} ${claims}`);
    }
  }
  assert.equal((await run(folder, "other.ipynb", "--claims", "link/data/claims.json")).code, 1);
});

test("claims that are given and of which none is judged are an error; a default file's are a line", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["const law = { exponent: 0.38 };", "1"]));
  writeJson(folder, "b.ipynb", notebookJson(["1"]));
  const full = sampleClaim({ profile: "full" });
  for (const [list, words, line] of [
    [
      [sampleClaim()],
      ["b.ipynb"],
      /^claims\.json holds no claim about b\.ipynb \(hint: it is about 04-scaling\.ipynb\)$/m,
    ],
    [
      [sampleClaim()],
      ["04-scaling.ipynb", "--cells", "2"],
      /^claims\.json holds no claim about the cells of --cells$/m,
    ],
    [[], ["b.ipynb"], /^claims\.json holds no claim$/m],
    [
      [full],
      ["04-scaling.ipynb"],
      /^claims\.json: every claim about these notebooks is of the other profile, this one is quick/m,
    ],
    [
      [sampleClaim()],
      ["04-scaling.ipynb", "--cells", "99"],
      /^--cells begins at 99, the notebook has 2 cells that run$/m,
    ],
  ] as const) {
    claims(folder, list);
    const { code, stderr } = await run(folder, ...words, "--claims", "claims.json");
    assert.equal(code, 2);
    assert.match(stderr, line);
    assert.ok(!existsSync(join(folder, "out")));
  }
  mkdirSync(join(folder, "data"));
  writeJson(join(folder, "data"), "claims.json", { version: 1, claims: [sampleClaim()] });
  const byDefault = await run(folder, "b.ipynb");
  assert.equal(byDefault.code, 0);
  assert.match(byDefault.stderr, /^data\/claims\.json holds no claim about b\.ipynb .*: no number is checked$/m);
});

test("a recorded seed that a notebook does not have is a difference", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["const law = { exponent: 0.38 };"]));
  claims(folder, [sampleClaim()], { environment: { seeds: { "./04-scaling.ipynb": 7 } } });
  const { code, stdout } = await run(folder, "04-scaling.ipynb", "--claims", "claims.json");
  assert.equal(code, 1);
  assert.match(stdout, /^environment differs: \.\/04-scaling\.ipynb has no variable seed, recorded with 7$/m);
});
