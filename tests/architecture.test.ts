/** @file The house rules hold in the sources as they stand, and each rule can fail: it is shown a sample that breaks it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cUnits } from "./architecture/c-units.ts";
import { notebookViolations } from "./architecture/notebook.ts";
import * as rules from "./architecture/rules.ts";
import { CLAIMS } from "./architecture/samples.ts";
import { parseSource, readDoors, readSources } from "./architecture/source.ts";

const root = join(import.meta.dirname, "..");
const doors = readDoors(root);
const sources = readSources(root, ["src", "tests", "bench"]);

function lines(violations: readonly rules.Violation[]): string[] {
  return violations.map(({ file, line, rule }) => `${file}:${line}: ${rule}`);
}

for (const { claim, rule, broken, says, kept } of CLAIMS) {
  const parse = (files: Record<string, string>) =>
    Object.entries(files).map(([path, text]) => parseSource(path, text, doors));

  test(claim, () => assert.deepEqual(lines(rule(sources)), []));

  test(`a sample is caught where it breaks the rule: ${claim}`, () => {
    const found = lines(rule(parse(broken)));
    assert.equal(found.length, says.length, found.join("\n"));
    for (const [index, start] of says.entries()) assert.ok(found[index]?.startsWith(start), found.join("\n"));
    assert.deepEqual(lines(rule(parse(kept))), []);
  });
}

const NATIVE = "src/toolkit/engine/native/c";

test("no C file needs itself by any way round, by includes or by calls", () => {
  const names = readdirSync(join(root, NATIVE));
  const files = Object.fromEntries(
    names.map((name) => [`${NATIVE}/${name}`, readFileSync(join(root, NATIVE, name), "utf8")]),
  );
  assert.deepEqual(lines(rules.noCycles(cUnits(files))), []);
});

test("a sample of C is caught where includes or calls go round", () => {
  const included = {
    "a.h": '/* A. */\n#include "b.h"\n',
    "b.h": '#include "c.h"\n',
    "c.c": '#include "a.h"\n',
    "c.h": "",
  };
  assert.deepEqual(lines(rules.noCycles(cUnits(included))), ["c.c:1: cycle: a.h -> b.h -> c.c -> a.h"]);
  const makers = "void *keep(int plan);\nvoid make(int word);\n";
  const make = '#include "makers.h"\nvoid make(int word) {\n  keep(word);\n}\n';
  const keep = "void *keep(\n    int plan) {\n  return 0;\n}\n"; // what both call stands in the file that calls one of them
  const called = {
    "makers.h": makers,
    "make.c": make,
    "run.c": `#include "makers.h"\n${keep}void run(void) {\n  make(1);\n}\n`,
  };
  assert.deepEqual(lines(rules.noCycles(cUnits(called))), ["run.c:7: cycle: make.c -> run.c -> make.c"]);
  const apart = {
    ...called,
    "run.c": '#include "makers.h"\nvoid run(void) {\n  make(1); /* keep() */\n}\n',
    "makers.c": keep,
  };
  assert.deepEqual(lines(rules.noCycles(cUnits(apart))), []);
});

function notebooks(): string[] {
  const folder = join(root, "notebooks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
}

test("notebooks import package doors, in their first code cell, and keep cells within 15 lines", () => {
  const found = notebooks().flatMap((name) =>
    notebookViolations(`notebooks/${name}`, readFileSync(join(root, "notebooks", name), "utf8"), doors),
  );
  assert.deepEqual(lines(found), []);
});

test("a sample notebook is caught where it breaks the rules", () => {
  const code = (source: string | string[]) => ({ cell_type: "code", source });
  const text = JSON.stringify({
    cells: [
      { cell_type: "markdown", source: "import nothing" },
      code(['import { fit } from "@eightfold/toolkit/scaling";\n', 'import { cell } from "@eightfold/kernel/cell";']),
      code('import { helper } from "./helper.ts"; await import("../other.ts")'),
      code("1;\n".repeat(15)),
      code("1;\n".repeat(16)),
    ],
  });
  assert.deepEqual(lines(notebookViolations("a.ipynb", text, doors)), [
    "a.ipynb:2: cell 2: @eightfold/kernel/cell is no door of its package",
    "a.ipynb:3: cell 3: a notebook imports package doors, not the path ./helper.ts",
    "a.ipynb:3: cell 3: a notebook imports package doors, not the path ../other.ts",
    "a.ipynb:3: cell 3: imports stand in the first code cell",
    "a.ipynb:5: cell 5: 16 lines, at most 15",
  ]);
});
