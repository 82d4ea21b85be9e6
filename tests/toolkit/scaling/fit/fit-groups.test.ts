/** @file Groups that share parameters have scipy's joint optimum and F test (tests/reference/laws.py), and what is wrong is named. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  fitGroups,
  type GroupedFit,
  type GroupedFitOptions,
  nestedTest,
  type PowerParameter,
  powerLaw,
  predict,
} from "../../../../src/toolkit/scaling/index.ts";

const file = join(import.meta.dirname, "..", "..", "..", "reference", "laws.json");
const SCIPY = JSON.parse(readFileSync(file, "utf8")).groups as {
  rows: { curve: string; tokens: number; loss: number }[];
  parameters: number[];
  standardErrors: number[];
  statistic: number;
  pValue: number;
};

function fitted(
  shared: PowerParameter[],
  more: Partial<GroupedFitOptions<PowerParameter, "dataSize">> = {},
): GroupedFit {
  const found = fitGroups(SCIPY.rows, { by: "curve", shared, law: powerLaw, x: "tokens", y: "loss", ...more });
  assert.ok("fit" in found, "reason" in found ? found.reason : "");
  return found;
}

function near(actual: number | undefined, expected: number | undefined, tolerance: number): void {
  assert.ok(Math.abs((actual as number) / (expected as number) - 1) < tolerance, `${actual}, not ${expected}`);
}

test("a shared exponent and amplitudes of each group's own are scipy's joint optimum, with its errors", () => {
  const { fit, groups } = fitted(["exponent"]);
  assert.ok(fit.ok);
  assert.deepEqual(groups, ["a", "b", "c"]);
  for (const [k, name] of ["amplitude of a", "amplitude of b", "amplitude of c", "exponent"].entries()) {
    near(fit.parameters[name]?.value, SCIPY.parameters[k], 1e-7);
    near(fit.parameters[name]?.standardError, SCIPY.standardErrors[k], 1e-5); // scipy's Jacobian is one of differences
  }
  const second = SCIPY.parameters[1] as number;
  near(predict(fit, { tokens: 400, curve: 2 }).value, second * 400 ** -(SCIPY.parameters[3] as number), 1e-7);
});

test("a group that there is not, or half of one, is named with the numbers of those that there are", () => {
  const { fit } = fitted(["exponent"]);
  for (const curve of [4, 0.5, 1.5]) {
    assert.throws(
      () => predict(fit, { tokens: 400, curve }),
      /by group requires its group to be 1 for "a", 2 for "b", 3 for "c", got /,
    );
  }
});

test("whether the exponent may be shared is scipy's F test", () => {
  const found = nestedTest(fitted(["exponent"]).fit, fitted([]).fit);
  near(found.statistic, SCIPY.statistic, 1e-6);
  near(found.pValue, SCIPY.pValue, 1e-6);
});

test("a bootstrap, bounds and fixed values hold for every group", () => {
  const { fit } = fitted(["exponent"], { seed: 3, resamples: 200, intervalMethods: ["bootstrap", "profile"] });
  assert.ok(fit.ok);
  const { interval } = fit.parameters.exponent as { interval: { low: number; high: number } };
  assert.ok(interval.low < (SCIPY.parameters[3] as number) && interval.high > (SCIPY.parameters[3] as number));
  const held = fitted([], { fixed: { exponent: 0.3 } });
  assert.ok(held.fit.ok && held.fit.parameters["exponent of b"]?.fixed);
});

test("one group, a parameter that there is not, a start, and a group too small are named", () => {
  const asked = { by: "curve", shared: ["exponent"], law: powerLaw, x: "tokens", y: "loss" } as const;
  assert.throws(() => fitGroups(SCIPY.rows.slice(0, 7), asked), /two groups or more in the column curve, got 1/);
  assert.throws(
    () => fitGroups(SCIPY.rows, { ...asked, shared: ["exponents"] as never }),
    /shared to be "amplitude" or/,
  );
  assert.throws(() => fitGroups(SCIPY.rows, { ...asked, start: {} } as never), /no start: the groups' own fits/);
  assert.throws(() => fitGroups(SCIPY.rows, { ...asked, by: "curv" }), /did you mean "curve"/);
  assert.throws(() => fitGroups(SCIPY.rows, { ...asked, wieght: "w" } as never), /did you mean "weight"/);
  const small = fitGroups(SCIPY.rows.slice(0, 8), asked);
  assert.ok("reason" in small && /^the group "b" alone cannot be fitted/.test(small.reason));
});
