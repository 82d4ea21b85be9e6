/** @file Runs of several sizes: multipliers as seededMultiplier gives them, and the exponent of each seed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exponentsOfRuns, multiplierOfRuns } from "../../../../src/toolkit/report/runs/runs-by-size.ts";

const run = (seed: number, problems: number, wrong: number) => ({ seed, problems, wrong });
const columns = { size: "problems", error: "wrong" } as const;
const baseline = [7, 8].flatMap((seed) => [run(seed, 10, 0.4), run(seed, 40, 0.1)]);

test("half the baseline's error at its smaller size is worth twice the data on a power law of exponent 1", () => {
  const found = multiplierOfRuns([run(7, 10, 0.2), run(8, 10, 0.2)], baseline, columns);
  assert.ok(found.ok);
  assert.ok(Math.abs(found.value - 2) < 1e-12);
  assert.equal(found.dataSize, 10);
});

test("where the baseline's sizes end there is a bound and a reason", () => {
  const found = multiplierOfRuns([run(7, 10, 0.05), run(8, 10, 0.05)], baseline, columns);
  assert.ok(!found.ok);
  assert.deepEqual(found.bound?.kind, "at least");
  assert.match(found.reason, /still worse at its largest size in 2 of 2 seeds/);
});

test("an exponent is read off two sizes, seed by seed", () => {
  const found = exponentsOfRuns([run(7, 10, 0.4), run(8, 10, 0.3)], [run(8, 40, 0.3), run(7, 40, 0.1)], columns);
  assert.deepEqual(
    found.map(({ seed }) => seed),
    [7, 8],
  );
  const [seven, eight] = found.map(({ exponent }) => exponent) as [number, number];
  assert.ok(Math.abs(seven - 1) < 1e-12); // a quarter of the error at four times the size
  assert.equal(Math.abs(eight), 0); // no change
});

test("an error of nought has no logarithm", () => {
  assert.throws(
    () => exponentsOfRuns([run(7, 10, 0.4)], [run(7, 40, 0)], columns),
    /exponentsOfRuns requires size and error in the run of seed 7 to be a number above 0, got 0/,
  );
});
