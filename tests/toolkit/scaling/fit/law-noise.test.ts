/** @file Noise that follows the law: both solvers give one likelihood's maximum and its profile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  compareFits,
  defineLaw,
  type ErrorModel,
  fitLaw,
  fitScalingLaw,
  type LawFitOptions,
  type Loss,
  nestedTest,
  type PowerParameter,
  powerFloorLaw,
  powerLaw,
  profileLaw,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, closed, TRANSLATION } from "../curves.ts";

const FITTED = TRANSLATION.filter((point) => point.holdOut !== true);
const close = (one: number, other: number, relative: number) => Math.abs(one / other - 1) < relative;

/** A law whose starts the caller names goes to the trust region; without them it goes to variable projection. */
const GUIDED = { start: { amplitude: [0.5, 2], exponent: [0.2, 0.5], irreducibleError: [0.05, 0.2] } };

for (const [kind, points, columns] of [
  ["binomial", ANSWERS, { items: "items" }],
  ["relative", FITTED, { noise: "relative" }],
  ["equal", FITTED, {}],
] as const) {
  test(`${kind} noise: both solvers agree on parameters, standard errors and likelihood`, () => {
    const fit = fitLaw(points, { law: powerFloorLaw, y: "error", ...columns, ...GUIDED });
    const errorModel: ErrorModel = { kind };
    const other = fitScalingLaw({ points, errorModel, seed: 7, intervalMethods: ["wald"] });
    assert.ok(fit.ok && other.ok);
    assert.deepEqual([fit.solver, other.solver], ["trust region", "variable projection"]);
    for (const parameter of fit.law.parameters) {
      assert.ok(close(fit.parameters[parameter].value, other.parameters[parameter].value, 1e-8), parameter);
      assert.ok(close(fit.parameters[parameter].standardError, other.parameters[parameter].standardError, 1e-7));
    }
    assert.ok(Math.abs(fit.deviance - other.deviance) < 1e-7, `${fit.deviance} and ${other.deviance}`);
    for (const [row, residual] of fit.standardisedResiduals.entries()) {
      assert.ok(Math.abs(residual - (other.standardisedResiduals[row] as number)) < 1e-6);
    }
  });
}

test("profiles end where scipy's constrained optima say", () => {
  // as in profile.test.ts: brentq over constrained optima of the binomial likelihood, and of squares
  const [byItems, bySquares] = [{ items: "items" }, {}];
  for (const [points, columns, parameter, low, high] of [
    [ANSWERS, byItems, "exponent", 0.26090427264627236, 0.4012480985595031],
    [ANSWERS, byItems, "irreducibleError", 0.08762391256830365, 0.13082728076695652],
    [FITTED, bySquares, "exponent", 0.38047343997581895, 0.5269271984984653],
    [ANSWERS, { ...byItems, ...GUIDED }, "exponent", 0.26090427264627236, 0.4012480985595031],
    [ANSWERS, { ...byItems, ...GUIDED }, "irreducibleError", 0.08762391256830365, 0.13082728076695652],
    [FITTED, { ...bySquares, ...GUIDED }, "exponent", 0.38047343997581895, 0.5269271984984653],
  ] as const) {
    const profile = profileLaw(fitLaw(points, { law: powerFloorLaw, y: "error", ...columns }), { parameter });
    assert.ok(profile.ok, profile.ok ? "" : profile.reason);
    assert.ok("low" in profile.interval);
    assert.ok(close(profile.interval.low, low, 1e-6) && close(profile.interval.high, high, 1e-6));
    const { rows, threshold, value, interval } = profile;
    assert.ok(rows.some((row) => row.value === value && row.rise === 0));
    for (const row of rows) {
      const inside = interval.low <= row.value && row.value <= interval.high;
      assert.equal(row.rise <= threshold, inside, `rise ${row.rise} at ${row.value}`);
    }
  }
});

test("the profile of a linear law is the parabola of its Wald interval", () => {
  const line = defineLaw({
    name: "line",
    parameters: ["slope"],
    inputs: ["x"],
    formula: ({ slope }, { x }, { times }) => times(slope, x),
  });
  const rows = [1, 2, 3, 4].map((x, k) => ({ x, y: 2 * x + 0.1 * (-1) ** k }));
  const fit = fitLaw(rows, { law: line, y: "y", start: { slope: 1 } });
  const profile = profileLaw(fit, { parameter: "slope" });
  assert.ok(fit.ok && profile.ok && "low" in profile.interval);
  const { value, standardError } = fit.parameters.slope;
  const interval = closed(fit.parameters.slope.interval);
  assert.ok(close(profile.interval.low, interval.low, 1e-8) && close(profile.interval.high, interval.high, 1e-8));
  for (const row of profile.rows) assert.ok(Math.abs(row.rise - ((row.value - value) / standardError) ** 2) < 1e-6);
});

test("a floor that may be 0 has a profile from its bound on, and an open side is a reason", () => {
  const options = { law: powerFloorLaw, y: "error", items: "items", level: 0.99 } as const;
  const atZero = profileLaw(fitLaw(ANSWERS.slice(0, 5), options), { parameter: "irreducibleError" });
  assert.ok(atZero.ok && "low" in atZero.interval);
  assert.equal(atZero.interval.low, 0);
  const flat = [0.5, 0.32, 0.31, 0.3].map((error, k) => ({ dataSize: 2 ** k, error, items: 200 }));
  const open = profileLaw(fitLaw(flat, options), { parameter: "exponent" });
  assert.ok(open.ok && "reason" in open.interval);
  assert.match(
    open.interval.reason,
    /no interval for the exponent: the data set no upper limit to it; give more data sizes/,
  );
});

test("binomial fits are compared by likelihood: the floor earns its place", () => {
  const options = { y: "error", items: "items" } as const;
  const smaller = fitLaw(ANSWERS, { law: powerLaw, ...options });
  const larger = fitLaw(ANSWERS, { law: powerFloorLaw, ...options });
  assert.ok(smaller.ok && larger.ok);
  const { kind, statistic } = nestedTest(smaller, larger);
  assert.equal(kind, "likelihood ratio");
  assert.ok(close(statistic, smaller.deviance - larger.deviance, 1e-9) && statistic > 20);
  const comparison = compareFits([smaller, larger]);
  assert.ok(comparison.ok && comparison.rows[0]?.law === "power + floor");
  const counted = fitLaw(
    ANSWERS.map((point) => ({ ...point, standardError: 0.01 })),
    {
      law: powerLaw,
      y: "error",
      standardError: "standardError",
    },
  );
  assert.ok(counted.ok);
  assert.throws(() => compareFits([counted, larger]), /fits of the same rows and noise, in the same space/);
});

test("the order of rows is irrelevant, and counts alone matter: items and runs may be joined", () => {
  const options = { law: powerFloorLaw, y: "error", items: "items" } as const;
  const halves = ANSWERS.flatMap(({ dataSize, error, items = 1 }) => {
    const wrong = Math.round(error * items);
    const first = Math.floor(wrong / 2);
    return [
      { dataSize, error: first / 600, items: 600 },
      { dataSize, error: (wrong - first) / (items - 600), items: items - 600 },
    ];
  });
  const whole = fitLaw(ANSWERS, options);
  assert.ok(whole.ok);
  fc.assert(
    fc.property(fc.shuffledSubarray(halves, { minLength: halves.length }), (rows) => {
      const fit = fitLaw(rows, options);
      assert.ok(fit.ok && close(fit.parameters.exponent.value, whole.parameters.exponent.value, 1e-8));
    }),
    { seed: 6, numRuns: 10 },
  );
});

test("shares of 0 and 1, few items and steep laws give finite numbers or a reason", () => {
  const share = fc.constantFrom(0, 0, 0.25, 0.5, 1);
  fc.assert(
    fc.property(fc.array(share, { minLength: 0, maxLength: 8 }), fc.constantFrom(1, 4, 1e6), (shares, items) => {
      const rows = shares.map((error, k) => ({ dataSize: 10 ** k, error, items }));
      const fit = fitLaw(rows, { law: powerFloorLaw, y: "error", items: "items" });
      if (!fit.ok) return assert.ok(fit.reason.length > 20);
      for (const { value, standardError } of Object.values(fit.parameters)) {
        assert.ok(Number.isFinite(value) && Number.isFinite(standardError));
      }
      assert.ok(Number.isFinite(fit.deviance));
    }),
    { seed: 8, numRuns: 60 },
  );
});

test("columns and options that do not go together are refused", () => {
  const fit = (options: Partial<LawFitOptions<PowerParameter>>, rows: readonly object[] = ANSWERS) => {
    return () => fitLaw(rows, { law: powerLaw, y: "error", ...options });
  };
  assert.throws(fit({ items: "items", noise: "relative" }), /one of them, got "items and relative"/);
  assert.throws(fit({ items: "items", space: "log" }), /space "linear" where the noise follows the law, got "log"/);
  assert.throws(fit({ items: "items", loss: { kind: "huber", delta: 1 } }), /squares where the noise follows the law/);
  assert.throws(
    fit({ noise: "poisson" as "equal" }),
    /noise to be "equal" or "relative" or "overdispersed", got "poisson"/,
  );
  const [first] = ANSWERS;
  assert.throws(fit({ items: "items" }, [{ ...first, items: 1.5 }]), /rows\[0\]\.items to be an integer in \[1, /);
  assert.throws(fit({ items: "items" }, [{ ...first, error: 2 }]), /rows\[0\]\.error \(a share of test items\)/);
  assert.throws(fit({ noise: "relative" }, [{ ...first, error: 0 }]), /rows\[0\]\.error to be a number above 0/);
  const profile =
    (options: object, loss: Loss = { kind: "squared" }) =>
    () =>
      profileLaw(fitLaw(ANSWERS, { law: powerLaw, y: "error", loss }), { parameter: "exponent", ...options });
  assert.throws(profile({ parameter: "floor" }), /parameter to be "amplitude" or "exponent", got "floor"/);
  assert.throws(profile({ parameter: "irreducibleError" }), /"exponent", got "irreducibleError"/); // it is fixed
  assert.throws(profile({ points: 1 }), /points to be an integer in \[3, 1000\]/);
  assert.throws(profile({}, { kind: "huber", delta: 1 }), /loss\.kind to be "squared", got "huber"/);
});
