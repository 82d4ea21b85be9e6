/** @file Holm's correction: known p-values of Student's t, R's p.adjust, and what holds for any list of differences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { holm } from "../../../../src/toolkit/report/runs/holm.ts";
import { meanOverSeeds } from "../../../../src/toolkit/scaling/index.ts";

test("p is that of Student's t on the differences", () => {
  // R 4: t.test(c(0.30, 0.34, 0.38))$p.value = 0.004582; t = 0.34 / (0.04 / sqrt(3)) = 14.72243
  const [one] = holm([meanOverSeeds([0.3, 0.34, 0.38])]);
  assert.ok(one !== undefined && Math.abs(one.p - 0.0045818) < 1e-6 && one.adjusted === one.p);
});

test("adjusted p-values are those of the step-down rule, in the order given", () => {
  const differences = [
    [1, 2, 4],
    [-3, -3.1, -2.9],
    [-1, 1.5, 0.2],
  ].map((values) => meanOverSeeds(values));
  const [first, second, third] = holm(differences);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.ok(second.p < first.p && first.p < third.p);
  assert.equal(second.adjusted, 3 * second.p);
  assert.equal(first.adjusted, 2 * first.p);
  assert.equal(third.adjusted, Math.max(third.p, 2 * first.p));
});

test("seeds that agree exactly leave no doubt, and no difference none to test", () => {
  const [same, none] = holm([meanOverSeeds([2, 2]), meanOverSeeds([0, 0])]);
  assert.deepEqual([same?.p, none?.p], [0, 1]);
  assert.throws(() => holm([]), { message: "holm requires at least one difference, got 0" });
  const nothing =
    /holm requires differences\[0\] to be a mean over seeds, got null \(hint: differenceOfRuns gives one\)/;
  assert.throws(() => holm([null] as never), nothing);
});

test("an adjusted p-value is at least its own, at most 1, and keeps the order", () => {
  const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 12 }), (lists) => {
      const tests = holm(lists.map((list) => meanOverSeeds(list)));
      for (const { p, adjusted } of tests) assert.ok(adjusted >= p && adjusted <= 1);
      const byP = [...tests].sort((one, other) => one.p - other.p);
      for (const [index, { adjusted }] of byP.entries()) assert.ok(adjusted >= (byP[index - 1]?.adjusted ?? 0));
    }),
    { seed: 7 },
  );
});
