/** @file The data: each file is the one that the README vouches for, and each published row says where it comes from. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { codeVersion } from "../../../src/toolkit/experiment/code-version.ts";
import { readTable, rows } from "../../../src/toolkit/report/tables/read-table.ts";

const data = join(import.meta.dirname, "../../../data");
const files = ["published", "results"].flatMap((folder) =>
  readdirSync(join(data, folder)).map((name) => `${folder}/${name}`),
);
const vouched = [...readFileSync(join(data, "README.md"), "utf8").matchAll(/^\| (\S+) \|.*\| `([0-9a-f]{64})` \|$/gm)];

test("data/README.md has a line for every file of data and no other", () => {
  assert.deepEqual(vouched.map(([, name]) => name).sort(), files.sort());
});

for (const [, name = "", sha256] of vouched) {
  test(`data/${name} has the checksum that data/README.md gives`, () => {
    assert.equal(
      createHash("sha256")
        .update(readFileSync(join(data, name)))
        .digest("hex"),
      sha256,
    );
  });

  if (name.startsWith("results/")) continue; // made by a command that the README names
  test(`every row of data/${name} has a source that can be looked up, and its place there`, async () => {
    const table = rows(await readTable(join(data, name), { source: "string", locator: "string" }));
    for (const { source } of table) assert.match(source, /arXiv:\d{4}\.\d{5}/);
  });
}

test("a curve has rising sizes, at least eight fitted points, and a hold-out that is its largest size", async () => {
  const schema = { curve: "string", data_size: "number", hold_out: "string" } as const;
  for (const name of ["translation.csv", "birds.csv"]) {
    const all = rows(await readTable(join(data, "published", name), schema));
    for (const curve of new Set(all.map((row) => row.curve))) {
      const own = all.filter((row) => row.curve === curve);
      assert.ok(own.every((row, index) => index === 0 || row.data_size > (own[index - 1]?.data_size ?? 0)));
      assert.deepEqual(
        own.map((row) => row.hold_out),
        [...own.slice(1).map(() => "no"), "yes"],
      );
      assert.ok(own.length >= 9);
    }
  }
});

test("the held-out errors of the birds are whole numbers of 5,792 test images", async () => {
  const schema = { error: "proportion", items: "number", hold_out: "string" } as const;
  const heldOut = rows(await readTable(join(data, "published/birds.csv"), schema)).filter(
    (row) => row.hold_out === "yes",
  );
  for (const { error, items } of heldOut) {
    assert.equal(items, 5792);
    assert.ok(Math.abs(error * items - Math.round(error * items)) < 1e-3); // published as float32
  }
});

const versions = rows(
  await readTable(join(data, "results/versions.csv"), {
    code: "string",
    commit: { optional: "string" },
    what: "string",
  }),
);

test("the code of every stored record is that of a commit, or is said to be none", () => {
  const records = files.filter((name) => name.endsWith(".jsonl"));
  const used = records.flatMap((name) =>
    readFileSync(join(data, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { versions: { code: string } }).versions.code),
  );
  assert.deepEqual([...new Set(used)].sort(), versions.map(({ code }) => code).sort());
  for (const { commit, what } of versions) {
    if (commit === null) assert.match(what, /no commit of this repository/);
    else assert.match(commit, /^[0-9a-f]{40}$/);
  }
});

for (const { code, commit } of versions) {
  if (commit === null) continue;
  test(`the sources of commit ${commit.slice(0, 7)} have the code version ${code}`, (t) => {
    const root = join(data, "..");
    const known = spawnSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: root });
    if (known.status !== 0) return t.skip("this checkout has no history that reaches so far");
    const folder = mkdtempSync(join(tmpdir(), "eightfold-sources-"));
    try {
      const archive = execFileSync("git", ["archive", commit, "src/toolkit"], { cwd: root, maxBuffer: 2 ** 28 });
      execFileSync("tar", ["x", "-C", folder], { input: archive });
      assert.equal(codeVersion(join(folder, "src/toolkit")), code);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
