/** @file The notebooks as published: cells are good TypeScript, and the saved outputs are those of the cells as they stand. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { readNotebook } from "../src/rerun/notebook/notebook.ts";
import { editedCells, savedProfile } from "../src/rerun/notebook/saved-run.ts";

const root = join(import.meta.dirname, "..");
const notebooks = join(root, "notebooks");
const cache = join(root, "node_modules", ".cache"); // package names resolve from here as they do from notebooks/
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "notebooks-"));
after(() => rmSync(folder, { recursive: true }));

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

/** Errors of the type checker over one module, a line each. */
function typeErrors(name: string, source: string): string[] {
  const project = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(project, `${name}.ts`), `${source}\nexport {};\n`);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }'); // top-level await
  const config = { extends: join(notebooks, "tsconfig.json"), include: [join(project, "*.ts")] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", "@typescript", "native", "bin", "tsc");
  const { stdout } = spawnSync(tsc, ["-p", project, "--pretty", "false"], { encoding: "utf8", cwd: project });
  return stdout.split("\n").filter((line) => line.includes("error TS"));
}

const names = readdirSync(notebooks).filter((name) => name.endsWith(".ipynb"));

for (const file of names) {
  test(`the cells of ${file} type-check`, () => {
    const { cells } = JSON.parse(readFileSync(join(notebooks, file), "utf8")) as { cells: readonly Cell[] };
    const code = cells.filter((cell) => cell.cell_type === "code").map(({ source }) => [source].flat().join(""));
    assert.deepEqual(typeErrors(file.replace(".ipynb", ""), code.join("\n")), []);
  });
}

/** Notebooks and their outputs stay small enough for a repository that is cloned in seconds. */
const MOST_BYTES = 3_200_000;

test("the saved notebooks have fewer than 3.2 MB together", () => {
  const bytes = names.reduce((sum, name) => sum + statSync(join(notebooks, name)).size, 0);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
});

for (const file of names) {
  test(`outputs in ${file} are those of its cells as they stand, in the quick profile (else: npm start -- --write)`, () => {
    const notebook = readNotebook(join(notebooks, file));
    assert.ok(notebook.ok);
    assert.equal(savedProfile(notebook.value), "quick");
    assert.deepEqual(
      editedCells(notebook.value).map(({ id }) => id),
      [],
    );
  });
}

test("a wrong use of a door or of a global is a type error", () => {
  const errors = typeErrors(
    "wrong",
    'import { fitScalingLaw } from "@eightfold/toolkit/scaling";\nfitScalingLaw(5);\ndisplay();\nconst a: number = cellSignal.aborted;',
  );
  assert.deepEqual(
    errors.map((line) => /\((\d+),/.exec(line)?.[1]),
    ["2", "3", "4"],
  );
});
