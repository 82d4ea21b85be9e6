/** @file Means and differences of runs are taken seed by seed, and a run that is missing is an error and never NaN. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceOfRuns, meanOfRuns } from "../../../../src/toolkit/report/index.ts";

const own = [
  { seed: 7, error: 0.2, kept: null },
  { seed: 8, error: 0.4, kept: 4 },
];
const theirs = [
  { seed: 8, error: 0.8, kept: 4 },
  { seed: 7, error: 0.3, kept: 4 },
];

/** Student's t of one degree of freedom at 0.95: tan(0.475 pi). */
const T1 = 12.706204736174694;

const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-9, `${value}, ${expected}`);

test("a mean of a named number and of a function of the run, with Student's interval", () => {
  const named = meanOfRuns(own, "error");
  assert.deepEqual(
    named,
    meanOfRuns(own, ({ error }) => error),
  );
  near(named.value, 0.3);
  near(named.high, 0.3 + T1 * 0.1); // standard error of 0.2 and 0.4: 0.1414 / sqrt(2)
  near(meanOfRuns(own, "error", { scale: "log" }).value, Math.sqrt(0.08));
});

test("a difference pairs the runs by seed, in whatever order they come", () => {
  const { value, low, seeds } = differenceOfRuns(own, theirs, "error"); // 0.2 - 0.3 and 0.4 - 0.8
  near(value, -0.25);
  near(low, -0.25 - T1 * 0.15);
  assert.equal(seeds, 2);
});

test("a run without the number, two of a seed and a seed on one side alone are named", () => {
  assert.throws(
    () => meanOfRuns(own, "kept"),
    /meanOfRuns requires kept to be a finite number in the run of seed 7, got null/,
  );
  assert.throws(
    () => differenceOfRuns(own, theirs, ({ error }) => (error > 0.5 ? undefined : error)),
    /differenceOfRuns requires the quantity to be a finite number in the run of seed 8, got undefined/,
  );
  assert.throws(
    () => meanOfRuns([...own, ...own], "error"),
    /meanOfRuns requires one run a seed, and not a second one of seed, got 7/,
  );
  const [first] = theirs;
  assert.ok(first !== undefined);
  assert.throws(
    () => differenceOfRuns(own, [first], "error"),
    /differenceOfRuns requires the same seeds on both sides, and on one alone it, got 7/,
  );
  assert.throws(() => meanOfRuns([first], "error"), /requires the number of seeds to be an integer in \[2/);
});
