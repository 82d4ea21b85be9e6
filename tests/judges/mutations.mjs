/** @file Things that go wrong with a published analysis, one at a time in a scratch copy: each must be caught by the right verdict. node mutations.mjs [WORD] */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "eightfold-mutations-"));
const notebook = "notebooks/04-scaling.ipynb";
const claims = "data/claims.json";

/** What is changed, the exit code that must come, and what the report must say. */
const MUTATIONS = {
  "nothing at all": {
    change() {},
    code: 0,
    says: ({ claims, figures, checks }) =>
      claims.every(holds) &&
      figures.length > 0 &&
      figures.every(holds) &&
      checks.every((check) => check.difference === null),
  },
  "a constant of the toolkit": {
    change: () =>
      edit(
        "src/toolkit/scaling/multiplier/implied-exponent.ts",
        /Math\.log\(multiplier\)/g,
        "(1.1 * Math.log(multiplier))",
      ),
    code: 1,
    says: (report) => verdictOf(report, "implied-exponents") === "differs",
  },
  "a row of the data": {
    change: () => edit("data/published/translation.csv", /(\d\.\d{3})(\d)/, (_, head, digit) => `${head}${9 - digit}`),
    code: 1,
    says: (report) => checkOf(report, "data") !== null && !said(report).includes("differs"),
  },
  "a large change of the data": {
    change: () => edit("data/published/birds.csv", /,0\.6(\d+),/, ",0.5$1,"),
    code: 1,
    says: (report) => verdictOf(report, "birds-exponent") === "environment differs",
  },
  "the seed": {
    change: () => editCell("imports", "const seed = 7;", "const seed = 8;"),
    code: 1,
    says: (report) => checkOf(report, "seed") !== null,
  },
  "the order of two cells": {
    change: () =>
      editNotebook(({ cells }) =>
        cells.splice(indexOf(cells, "read-translation"), 0, ...cells.splice(indexOf(cells, "fit-translation"), 1)),
      ),
    code: 2,
    says: (report) => verdictOf(report, "translation-exponent") === "not run" && report.notebooks[0].reason !== null,
  },
  "the version of an installed package": {
    change() {
      const folder = join(scratch, "node_modules/arquero");
      rmSync(folder);
      cpSync(join(root, "node_modules/arquero"), folder, { recursive: true });
      edit("node_modules/arquero/package.json", '"version": "8.0.1"', '"version": "8.0.9"');
    },
    code: 1,
    says: (report) => checkOf(report, "packages")?.includes("node_modules/arquero is 8.0.9, locked 8.0.1"),
  },
  "the version of Node that is asked for": {
    change: () => edit("package.json", '"node": ">=20.19"', '"node": ">=99.0"'),
    code: 1,
    says: (report) => checkOf(report, "Node") !== null,
  },
  "a claimed number": {
    change: () => edit(claims, '"expected": 0.4508866084', '"expected": 0.4608866084'),
    code: 1,
    says: (report) => verdictOf(report, "birds-exponent") === "differs",
  },
  "a number in a cell": {
    change: () => editCell("effect-size", "1 - 8 **", "1 - 4 **"),
    code: 1,
    says: (report) => verdictOf(report, "eightfold-in-error") === "differs",
  },
  "what a figure shows": {
    change: () => editCell("figure-translation", "28 encoder, 6 decoder layers", "6 encoder, 28 decoder layers"),
    code: 1,
    says: ({ claims, figures }) => claims.every(holds) && figures.map(({ verdict }) => verdict).includes("differs"),
  },
  "a cell that fails": {
    change: () => editCell("fit-birds", "seed,", "seed: undefined.seed,"),
    code: 2,
    says: (report) => verdictOf(report, "birds-exponent") === "not run" && /undefined/.test(report.notebooks[0].reason),
  },
  "a cell that never ends": {
    change: () => editCell("fit-birds", "table(birdLaws", "for (;;);\ntable(birdLaws"),
    words: ["--timeout", "5"],
    code: 2,
    says: (report) => /ran longer than 5 s/.test(report.notebooks[0].reason),
  },
  "a missing data file": {
    change: () => rmSync(join(scratch, "data/published/birds.csv")),
    code: 2,
    says: (report) =>
      checkOf(report, "data")?.includes("birds.csv is missing") && verdictOf(report, "birds-exponent") === "not run",
  },
  "the id of a claim's cell": {
    change: () => editNotebook(({ cells }) => Object.assign(cells[indexOf(cells, "fit-birds")], { id: "renamed" })),
    code: 2,
    says: (_, printed) => printed.includes('has no cell "fit-birds"'),
  },
};

function holds({ verdict }) {
  return verdict === "reproduced" || verdict === "within tolerance";
}

function verdictOf({ claims }, id) {
  return claims.find((claim) => claim.id === id)?.verdict;
}

function checkOf({ checks }, what) {
  return checks.find((check) => check.what === what)?.difference;
}

function said({ claims }) {
  return claims.map(({ verdict }) => verdict);
}

function edit(path, from, to) {
  const before = readFileSync(join(scratch, path), "utf8");
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} no longer holds ${from}: the mutation must be written anew`);
  writeFileSync(join(scratch, path), after);
}

function editNotebook(change) {
  const json = JSON.parse(readFileSync(join(scratch, notebook), "utf8"));
  change(json);
  writeFileSync(join(scratch, notebook), JSON.stringify(json, null, 1));
}

function editCell(id, from, to) {
  editNotebook(({ cells }) => {
    const cell = cells[indexOf(cells, id)];
    const source = [cell.source].flat().join("");
    cell.source = source.replace(from, to);
    if (cell.source === source)
      throw new Error(`cell ${id} no longer holds ${from}: the mutation must be written anew`);
  });
}

function indexOf(cells, id) {
  const index = cells.findIndex((cell) => cell.id === id);
  if (index < 0) throw new Error(`${notebook} has no cell ${id}`);
  return index;
}

/** The repository's files as they are, with one notebook; packages are links, so that one can be exchanged. */
function copyRepository() {
  const names = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  const wanted = (name) =>
    /^(package|src|data|tsconfig)/.test(name) || name === notebook || name === "notebooks/tsconfig.json";
  for (const name of names.split("\0").filter((name) => name !== "" && wanted(name))) {
    mkdirSync(join(scratch, dirname(name)), { recursive: true });
    cpSync(join(root, name), join(scratch, name));
  }
  for (const part of ["kernel", "rerun"])
    cpSync(join(root, "src", part, "dist"), join(scratch, "src", part, "dist"), { recursive: true });
  mkdirSync(join(scratch, "node_modules/@eightfold"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")).filter((name) => name !== "@eightfold")) {
    symlinkSync(join(root, "node_modules", name), join(scratch, "node_modules", name));
  }
  for (const part of ["kernel", "toolkit", "rerun"])
    symlinkSync(`../../src/${part}`, join(scratch, "node_modules/@eightfold", part));
  const all = JSON.parse(readFileSync(join(scratch, claims), "utf8"));
  all.claims = all.claims.filter((claim) => claim.notebook === notebook);
  all.environment = { ...all.environment, seeds: { [notebook]: 7 } };
  writeFileSync(join(scratch, claims), JSON.stringify(all, null, 2));
}

function rerun(...words) {
  const cli = join(scratch, "src/rerun/eightfold.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, notebook, ...words], {
    cwd: scratch,
    encoding: "utf8",
    timeout: 120_000,
  });
  return { code: status, printed: stdout + stderr };
}

let failed = 0;
try {
  copyRepository();
  const first = rerun("--write"); // the figures of this run are the saved ones
  if (first.code !== 0) throw new Error(`the unchanged notebook does not hold:\n${first.printed}`);
  const chosen = Object.entries(MUTATIONS).filter(([name]) => name.includes(process.argv[2] ?? ""));
  for (const [name, { change, words = [], code, says }] of chosen) {
    rmSync(join(scratch, "out"), { recursive: true, force: true });
    const kept = mkdtempSync(join(tmpdir(), "eightfold-kept-"));
    const touched = ["src/toolkit", "data", "notebooks", "package.json"];
    for (const path of touched) cpSync(join(scratch, path), join(kept, path), { recursive: true });
    change();
    const result = rerun(...words);
    let report = { claims: [], figures: [], checks: [], notebooks: [{ reason: null }] };
    try {
      report = JSON.parse(readFileSync(join(scratch, "out/report.json"), "utf8"));
    } catch {} // bad input: nothing was run, and what was printed says why
    const caught = result.code === code && Boolean(says(report, result.printed));
    process.stdout.write(`${caught ? "caught" : "NOT CAUGHT"}: ${name} (exit code ${result.code}, expected ${code})\n`);
    if (!caught)
      process.stdout.write(
        `${result.printed}\n${JSON.stringify(report.claims.map(({ id, verdict }) => [id, verdict]))}\n`,
      );
    if (!caught) failed++;
    for (const path of touched) {
      rmSync(join(scratch, path), { recursive: true, force: true });
      cpSync(join(kept, path), join(scratch, path), { recursive: true });
    }
    rmSync(join(scratch, "node_modules/arquero"), { recursive: true, force: true });
    symlinkSync(join(root, "node_modules/arquero"), join(scratch, "node_modules/arquero"));
    rmSync(kept, { recursive: true });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
