/** @file data/results/nist.csv and chinchilla.csv hold what the fits give today, and what they show is so. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readTable, rows } from "../../../../src/toolkit/report/index.ts";
import { chinchillaResults, nistResults, PUBLISHED } from "../../../reference/published-fits.ts";
import { sharedData } from "../shared-data.ts";

const results = join(import.meta.dirname, "../../../../data/results");
const nist = sharedData("nist_strd");
const chinchilla = sharedData("chinchilla");
const schema = {
  estimate: "string",
  parameter: "string",
  value: "number",
  loss_at_1e_3: "number",
  loss_at_1e_7: "number",
} as const;
const stored = rows(await readTable(join(results, "chinchilla.csv"), schema));

test("each estimate has the least loss of its own delta, and none has both", () => {
  const at = (estimate: string) => {
    const row = stored.find((each) => each.estimate.startsWith(estimate));
    assert.ok(row !== undefined, estimate);
    return row;
  };
  const [wide, narrow] = [at("ours, minimum at delta = 0.001"), at("ours, minimum at delta = 1e-7")];
  for (const row of stored) {
    assert.ok(row.loss_at_1e_3 >= wide.loss_at_1e_3 * (1 - 1e-12));
    assert.ok(row.loss_at_1e_7 >= narrow.loss_at_1e_7 * (1 - 1e-9));
  }
  assert.ok(at("published, first").loss_at_1e_3 / wide.loss_at_1e_3 - 1 < 1e-7);
  assert.ok(at("published, second").loss_at_1e_7 / narrow.loss_at_1e_7 - 1 < 2e-4);
});

test("the stored Chinchilla table is what the runs give", { skip: chinchilla.skip }, () => {
  for (const [index, fresh] of chinchillaResults(chinchilla.folder, 40).entries()) {
    const row = stored[index];
    assert.equal(row?.estimate, fresh.estimate);
    assert.equal(row?.parameter, fresh.parameter);
    assert.ok(Math.abs(fresh.value / row.value - 1) < 1e-5, `${fresh.estimate}, ${fresh.parameter}`); // a flat minimum
    assert.ok(Math.abs(fresh.loss_at_1e_3 / row.loss_at_1e_3 - 1) < 1e-9);
  }
  assert.equal(stored.length, 5 * (PUBLISHED.length + 2));
});

test("the stored NIST table is what the fits give: 27 sets, six digits or more from both starts", {
  skip: nist.skip,
}, async () => {
  const columns = { set: "string", digits_from_start_1: "number", digits_from_start_2: "number" } as const;
  const table = rows(await readTable(join(results, "nist.csv"), columns));
  const fresh = nistResults(nist.folder);
  assert.deepEqual(
    table.map(({ set }) => set),
    fresh.map(({ set }) => set),
  );
  assert.equal(table.length, 27);
  for (const row of [...table, ...fresh])
    assert.ok(row.digits_from_start_1 >= 6 && row.digits_from_start_2 >= 6, row.set);
});
