/** @file Ties between parameters, losses of one's own and profiles of derived quantities have scipy's optima (tests/reference/fitting.py). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  compareFits,
  defineLaw,
  deriveQuantity,
  type Estimate,
  fitDoubts,
  fitGroups,
  fitLaw,
  type Interval,
  jointRegion,
  type Loss,
  nestedTest,
  powerFloorLaw,
  predict,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";

const file = join(import.meta.dirname, "..", "..", "..", "reference", "fitting.json");
const SCIPY: {
  ties: {
    rows: object[];
    parameters: [number, number];
    standardErrors: [number, number];
    squares: number;
    statistic: number;
  };
  losses: { rows: object[]; scale: number } & Record<"cauchy" | "linex", { parameters: number[]; cost: number }>;
  derived: { rows: object[]; at: number; value: number; standardError: number; profile: [number, number] };
} = JSON.parse(readFileSync(file, "utf8"));

function near(actual: number | undefined, expected: number | undefined, tolerance: number): void {
  assert.ok(Math.abs((actual as number) / (expected as number) - 1) <= tolerance, `${actual}, not ${expected}`);
}

const twoExponentials = defineLaw({
  name: "two exponentials",
  parameters: ["a", "b", "c", "d"],
  inputs: ["x"],
  formula: ({ a, b, c, d }, { x }, { plus, times, exp }) =>
    plus(times(a, exp(times(b, -x))), times(c, exp(times(d, -x)))),
});
const UNTIED = { a: 1.4, b: 0.35 };
const START = { ...UNTIED, c: 1.6, d: 0.9 };
const TIES = { c: "a", d: ({ b }, { times }) => times(2, b) } satisfies NonNullable<
  Parameters<typeof fitLaw<"a" | "b" | "c" | "d", "x">>[1]["ties"]
>;

test("a height that equals another and a rate that is twice another are scipy's fit of the two that are left", () => {
  const { rows, parameters, standardErrors, squares, statistic } = SCIPY.ties;
  const fit = fitLaw(rows, { law: twoExponentials, y: "y", start: UNTIED, ties: TIES });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  assert.equal(fit.degreesOfFreedom, 23);
  near(fit.residualSumOfSquares, squares, 1e-9);
  const [height, rate] = parameters;
  for (const [name, value, error] of [
    ["a", height, standardErrors[0]],
    ["c", height, standardErrors[0]],
    ["b", rate, standardErrors[1]],
    ["d", 2 * rate, 2 * standardErrors[1]],
  ] as const) {
    near(fit.parameters[name].value, value, 1e-7);
    near(fit.parameters[name].standardError, error, 1e-5); // scipy's Jacobian is one of differences
  }
  const free = fitLaw(rows, { law: twoExponentials, y: "y", start: START });
  near(nestedTest(fit, free).statistic, statistic, 1e-6);
  assert.equal(fitDoubts(fit).filter(({ kind }) => kind === "starts").length, 0);
});

test("a start of a tied parameter, which would be ignored, is named, and so are those to write", () => {
  const { rows } = SCIPY.ties;
  const from = (start: object, more: object) => () => fitLaw(rows, { law: twoExponentials, y: "y", start, ...more });
  const told = /fitLaw requires no start\.d, since d is tied, got 0\.9 \(hint: .* write starts of a, b alone\)/;
  assert.throws(from({ ...UNTIED, d: 0.9 }, { ties: TIES }), told);
  assert.throws(from({ ...UNTIED, d: 0.9 }, { law: { ...twoExponentials, ties: TIES } }), told);
  assert.throws(from({ ...UNTIED, c: [1, 2] }, { ties: TIES }), /no start\.c, since c is tied, got an array of 2/);
  assert.throws(from({ a: 1.4 }, { ties: TIES }), /fitLaw requires start\.b to be a number, got undefined/);
});

test("a tied parameter's profile and draws follow those of what it is tied to", () => {
  const { rows } = SCIPY.ties;
  const intervalMethods = ["profile", "bootstrap"] as const;
  const fit = fitLaw(rows, {
    law: twoExponentials,
    y: "y",
    start: UNTIED,
    ties: TIES,
    seed: 1,
    resamples: 100,
    intervalMethods,
  });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  for (const method of intervalMethods) {
    const [one, other] = [fit.intervals.b[method], fit.intervals.d[method]] as [Interval, Interval];
    near(other.low, 2 * one.low, 1e-6);
    near(other.high, 2 * one.high, 1e-6);
  }
  const again = withIntervals(fit, { intervalMethods: ["wald"] });
  assert.ok(again.ok && again.parameters.d.value === fit.parameters.d.value);
  const { a, b } = fit.parameters;
  near(predict(fit, 2).value, a.value * (Math.exp(-2 * b.value) + Math.exp(-4 * b.value)), 1e-12);
});

test("the region of two parameters that all others follow is an ellipse's, and residuals know the tangents of the tied law", () => {
  const { rows } = SCIPY.ties;
  const fit = fitLaw(rows, { law: twoExponentials, y: "y", start: UNTIED, ties: TIES });
  const region = jointRegion(fit, { parameters: ["a", "b"], points: 8 });
  assert.ok(region.ok, region.ok ? "" : region.reason);
  const [height, rate] = SCIPY.ties.parameters;
  const furthest = Math.max(...region.edge.map(([a]) => a)) - height;
  // by hand: sqrt(2 F(0.95; 2, 23)) standard errors, F = 3.4221 (SciPy: f.ppf); eight points of the edge may miss the tip by a little
  const reach = Math.sqrt(2 * 3.4221) * SCIPY.ties.standardErrors[0];
  assert.ok(furthest > 0.85 * reach && furthest < 1.02 * reach, `${furthest}, not ${reach}`);
  assert.ok(region.edge.some(([, b]) => b > rate) && fitDoubts(fit).every(({ kind }) => kind !== "runs"));
});

test("what cannot be tied is named", () => {
  const { rows } = SCIPY.ties;
  const tied =
    (ties: object, more: object = {}) =>
    () =>
      fitLaw(rows, { law: twoExponentials, y: "y", start: START, ties, ...more });
  assert.throws(tied({ c: "e" }), /fitLaw requires ties\.c to be "a" or "b" or "d", got "e"/);
  assert.throws(tied({ c: "c" }), /ties\.c to be "a" or "b" or "d", got "c"/);
  assert.throws(tied({ e: "a" }), /options among a, b, c, d, got "e"/);
  assert.throws(tied({ c: 3 }), /ties\.c to be the name of a parameter, or a formula of parameters, got 3/);
  assert.throws(tied({ c: "a" }, { fixed: { c: 1 } }), /c to be tied, or fixed, or bounded by you: one of them/);
  assert.throws(tied({ c: () => "x" }), /ties to be formulas of a, b, d, got "TypeError: the tie of c is no number"/);
  assert.throws(
    () => fitLaw(rows, { law: twoExponentials, y: "y", start: START, ties: null as never }),
    /requires options to be an object of a, b, c, d, got null/,
  );
  const ofTied = {
    c: "a",
    d: ({ c }: Record<string, never>, { times }: { times: (...terms: unknown[]) => never }) => times(2, c),
  };
  assert.throws(tied(ofTied), /ties to be formulas of a, b, got/);
  const grouped = { by: "g", shared: [], law: twoExponentials, y: "y", ties: TIES };
  assert.throws(() => fitGroups(rows, grouped), /fitGroups requires no ties, .*write them into the law's formula/);
  const beyond = fitLaw(SCIPY.derived.rows, {
    law: powerFloorLaw,
    y: "error",
    ties: { irreducibleError: ({ exponent }, { times }) => times(-0.1, exponent) },
  });
  assert.ok(
    !beyond.ok && /the tie puts irreducibleError at -.*, outside its bounds/.test(beyond.reason),
    beyond.ok ? "" : beyond.reason,
  );
});

const CAUCHY: Loss = { kind: "own", of: (r) => Math.log1p(r ** 2) / 2, slope: (r) => r / (1 + r ** 2) };

for (const [how, loss] of [
  ["with its slope", CAUCHY],
  ["by differences", { kind: "own", of: CAUCHY.of } as Loss],
] as const) {
  test(`Cauchy's loss as one's own, ${how}, is scipy's`, () => {
    const { rows, scale, cauchy } = SCIPY.losses;
    const told = rows.map((row) => ({ ...row, scale }));
    const fit = fitLaw(told, { law: powerFloorLaw, y: "error", standardError: "scale", loss });
    assert.ok(fit.ok, fit.ok ? "" : fit.reason);
    near(fit.objective, cauchy.cost, 1e-9);
    for (const [k, parameter] of powerFloorLaw.parameters.entries()) {
      near(fit.parameters[parameter].value, cauchy.parameters[k], 1e-5);
    }
    assert.match(JSON.stringify(fitDoubts(fit)), /outlier/);
  });
}

test("Linex, which punishes a law below the outcomes more, is scipy's, and lies above the fit by squares", () => {
  const { rows, linex } = SCIPY.losses;
  const unit = rows.map((row) => ({ ...row, unit: 0.05 }));
  const loss = { kind: "own", of: (r: number) => Math.exp(r) - r - 1 } as const;
  const fit = fitLaw(unit, { law: powerFloorLaw, y: "error", standardError: "unit", loss });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  near(fit.objective, linex.cost, 1e-8);
  for (const [k, parameter] of powerFloorLaw.parameters.entries()) {
    near(fit.parameters[parameter].value, linex.parameters[k], 1e-4); // a simplex search stops at the root of rounding
  }
  const squares = fitLaw(unit, { law: powerFloorLaw, y: "error", standardError: "unit" });
  assert.ok(predict(fit, 1000).value > predict(squares, 1000).value);
});

test("squares as a loss of one's own are least squares, standard errors and all", () => {
  const { rows } = SCIPY.derived;
  const own = fitLaw(rows, { law: powerFloorLaw, y: "error", loss: { kind: "own", of: (r) => r ** 2 / 2 } });
  const squares = fitLaw(rows, { law: powerFloorLaw, y: "error" });
  assert.ok(own.ok && squares.ok);
  for (const parameter of powerFloorLaw.parameters) {
    const [one, other] = [own.parameters[parameter], squares.parameters[parameter]] as [Estimate, Estimate];
    near(one.value, other.value, 1e-6);
    near(one.standardError, other.standardError, 1e-5);
  }
});

test("a loss that is none is named", () => {
  const { rows } = SCIPY.losses;
  const by =
    (loss: object, more: object = {}) =>
    () =>
      fitLaw(rows, { law: powerFloorLaw, y: "error", loss: loss as Loss, ...more });
  assert.throws(by({ kind: "own" }), /loss\.of to be a function of one residual, got undefined/);
  assert.throws(
    by({ kind: "own", of: () => 1 }),
    /loss\.of to be larger at a residual of -1 than at 0, where it is 1, got 1/,
  );
  assert.throws(by({ ...CAUCHY, slope: (r: number) => -r }), /loss\.slope at -1 to have the sign of -1, got 1/);
  assert.throws(by({ ...CAUCHY, scale: 1 }), /requires options among kind, of, slope, got "scale"/);
  assert.throws(
    by(CAUCHY, { intervalMethods: ["profile"] }),
    /squares for a profile: a loss of your own is no likelihood/,
  );
  assert.throws(by(CAUCHY, { noise: "relative" }), /squares where the noise follows the law/);
  const fit = fitLaw(rows, { law: powerFloorLaw, y: "error", loss: CAUCHY });
  assert.throws(() => compareFits([fit, fit]), /fits\[0\] to be by squares, got "own"/);
});

test("the profile of what a law is far beyond the data ends where scipy's does, lopsided as it is", () => {
  const { rows, at, value, standardError, profile } = SCIPY.derived;
  const fit = fitLaw(rows, { law: powerFloorLaw, y: "error" });
  const there = (p: Record<"amplitude" | "exponent" | "irreducibleError", number>) =>
    p.amplitude * at ** -p.exponent + p.irreducibleError;
  const found = deriveQuantity(fit, there, { method: "profile" });
  near(found.value, value, 1e-7);
  near(found.standardError, standardError, 1e-4);
  near(found.low, profile[0], 1e-6);
  near(found.high, profile[1], 1e-6);
  assert.equal(found.method, "profile");
});

test("a quantity that a bound stops ends there", () => {
  const rows = [100, 400, 1600, 6400, 25600].map((dataSize, k) => ({
    dataSize,
    error: 2 * dataSize ** -0.3 * (1 + 0.01 * (k % 2)),
  }));
  const fit = fitLaw(rows, { law: powerFloorLaw, y: "error" });
  const floor = deriveQuantity(fit, ({ irreducibleError }) => irreducibleError, { method: "profile" });
  assert.ok(Math.abs(floor.low) < 1e-9 && floor.high > 0, `${floor.low}, ${floor.high}`);
});

test("the profile of a parameter as a quantity is the parameter's own, with binomial noise as well", () => {
  const rows = [613, 430, 349, 253, 226, 200, 179, 163].map((wrong, k) => ({
    dataSize: 250 * 4 ** k,
    error: wrong / 1319,
    items: 1319,
  }));
  const fit = fitLaw(rows, { law: powerFloorLaw, y: "error", items: "items", intervalMethods: ["profile"] });
  assert.ok(fit.ok);
  const found = deriveQuantity(fit, ({ exponent }) => 2 ** exponent, { method: "profile" });
  const { low, high } = fit.parameters.exponent.interval as Interval;
  near(found.low, 2 ** low, 1e-5);
  near(found.high, 2 ** high, 1e-5);
  assert.throws(
    () => deriveQuantity(fit, () => 3, { method: "profile" }),
    /a quantity that moves with the parameters, got 0/,
  );
});
