/** @file A claims file is checked before anything runs: one line names the file, the claim, and what to do. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { claimsOf, readClaims } from "../../../src/rerun/claims/claims.ts";
import { readNotebook } from "../../../src/rerun/notebook/notebook.ts";
import { notebookJson, sampleClaim, temporaryFolder, writeJson } from "../samples.ts";

const BAD: [what: string, file: unknown, reason: RegExp][] = [
  ["a list", [], /: a claims file is a JSON object \{version: 1, claims: \[\.\.\.\]\}$/],
  ["another version", { version: 2, claims: [] }, /: "version" is 1, got 2$/],
  ["no claims", { version: 1 }, /: "claims" is a list$/],
  [
    "an unknown key of the file",
    { version: 1, claims: [], seed: 1 },
    /: unknown key "seed" \(hint: version, claims and/,
  ],
  [
    "a bad environment",
    { version: 1, claims: [], environment: { node: 20 } },
    /"environment.node" is a version .* got 20$/,
  ],
  [
    "a bad hash",
    { version: 1, claims: [], environment: { files: { a: "1" } } },
    /"environment.files" gives each path a sha256/,
  ],
  ["a claim that is text", { version: 1, claims: ["x"] }, /: claims\[0\]: a claim is an object$/],
  ["an unknown key", one({ expcted: 3 }), /: claim "exponent": unknown key "expcted" \(hint: id, statement, /],
  ["a missing id", one({ id: undefined }), /: claims\[0\]: "id" is text, got none$/],
  [
    "an empty expression",
    one({ expression: " " }),
    /: claim "exponent": "expression" is text, got " " \(hint: or "printed", .*\)$/,
  ],
  [
    "places upside down",
    one({ expression: undefined, printed: [3, 2] }),
    /"printed" is the place of a number .*, or \[first, last\], got \[3,2\]$/,
  ],
  [
    "more places than numbers",
    one({ expression: undefined, printed: [2, 4], expected: [1, 2] }),
    /"printed" names 3 numbers, and "expected" has 2$/,
  ],
  ["a number as text", one({ expected: "0.38" }), /"expected" is a number or a list of numbers, got "0.38"$/],
  ["an empty list", one({ expected: [] }), /"expected" is a number or a list of numbers, got \[\]$/],
  ["no tolerance", one({ tolerance: undefined }), /"tolerance" is \{"absolute": number >= 0\}, .*, got none$/],
  [
    "two tolerances",
    one({ tolerance: { absolute: 1, relative: 1 } }),
    /"tolerance" is .*, got \{"absolute":1,"relative":1\}$/,
  ],
  ["a negative tolerance", one({ tolerance: { relative: -0.1 } }), /"tolerance" is .*, got \{"relative":-0.1\}$/],
  ["an interval upside down", one({ interval: [2, 1] }), /"interval" is \[low, high\], got \[2,1\]$/],
  ["records that are no path", one({ records: 3 }), /"records" is the path of a file of stored records, got 3$/],
  [
    "records that are not there",
    one({ records: "gone.jsonl" }),
    /claim "exponent": there is no file gone.jsonl \(hint: correct "records"\)$/,
  ],
  [
    "one id twice",
    { version: 1, claims: [sampleClaim(), sampleClaim()] },
    /claim "exponent": an earlier claim has this id$/,
  ],
  [
    "a missing notebook",
    one({ notebook: "05.ipynb" }),
    /claim "exponent": there is no notebook 05.ipynb \(hint: correct "notebook"\)$/,
  ],
];

function one(changes: Record<string, unknown>): unknown {
  return { version: 1, claims: [sampleClaim(changes)] };
}

for (const [what, file, reason] of BAD) {
  test(`a claims file with ${what} is refused`, (t) => {
    const folder = temporaryFolder(t);
    writeJson(folder, "04-scaling.ipynb", notebookJson(["1"]));
    const path = writeJson(folder, "claims.json", file);
    const claims = readClaims(path);
    assert.ok(!claims.ok);
    assert.match(claims.reason, reason);
    assert.ok(claims.reason.startsWith(path) && !claims.reason.includes("\n"), claims.reason);
  });
}

test("a number beyond all numbers, of which every other would be as far, is refused", (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "04-scaling.ipynb", notebookJson(["1"]));
  const path = join(folder, "claims.json");
  for (const changes of [{ expected: 77 }, { tolerance: { absolute: 77 } }, { tolerance: { relative: 77 } }]) {
    writeFileSync(path, JSON.stringify(one(changes)).replace("77", "1e999"));
    assert.equal(readClaims(path).ok, false);
  }
});

test("a damaged claims file is refused with line and column", (t) => {
  const path = join(temporaryFolder(t), "claims.json");
  writeFileSync(path, '{"version": 1,\n "claims": [}');
  assert.deepEqual(readClaims(path), {
    ok: false,
    reason: `${path}, line 2, column 13: value expected, got "}"`,
  });
});

test("a notebook is found beside the claims file or in a folder above it, and claims of others are left out", (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, "data"));
  mkdirSync(join(root, "notebooks"));
  const path = writeJson(join(root, "notebooks"), "a.ipynb", notebookJson(["1"]));
  writeJson(join(root, "data"), "b.ipynb", notebookJson(["1"]));
  const claims = readClaims(
    writeJson(join(root, "data"), "claims.json", {
      version: 1,
      claims: [
        sampleClaim({ id: "one", notebook: "notebooks/a.ipynb" }),
        sampleClaim({ id: "two", notebook: "b.ipynb", cell: "not looked at" }),
      ],
    }),
  );
  const notebook = readNotebook(path);
  assert.ok(claims.ok && notebook.ok);
  const own = claimsOf(claims.value, notebook.value, "quick");
  assert.ok(own.ok);
  assert.deepEqual(
    own.value.map(({ id }) => id),
    ["one"],
  );
});

for (const [cell, what] of [
  ["z", 'has no cell "z"'],
  ["b", 'does not run cell "b"'],
]) {
  test(`a claim of cell ${cell} is refused with the cells that run`, (t) => {
    const folder = temporaryFolder(t);
    const cells = ["1", { cell_type: "markdown", source: "text" }, "2"];
    const notebook = readNotebook(writeJson(folder, "04-scaling.ipynb", notebookJson(cells)));
    const path = writeJson(folder, "claims.json", one({ cell }));
    const claims = readClaims(path);
    assert.ok(claims.ok && notebook.ok);
    assert.deepEqual(claimsOf(claims.value, notebook.value, "quick"), {
      ok: false,
      reason: `${path}: claim "exponent": ${notebook.value.path} ${what} (hint: correct "cell"; the cells that run are a, c)`,
    });
  });
}
