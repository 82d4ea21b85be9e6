/** @file Parameters that are not fitted: both solvers give one fit, one profile and one bootstrap with whatever is held. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  backTest,
  compareFits,
  type Estimate,
  type Failure,
  fitLaw,
  fitScalingLaw,
  type Interval,
  type LawFitOptions,
  logLinearLaw,
  nestedTest,
  type PowerParameter,
  powerFloorLaw,
  powerLaw,
  predictionBand,
  profileLaw,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../curves.ts";

const ROWS = [0.9, 0.52, 0.31, 0.21, 0.15, 0.13].map((error, k) => ({ dataSize: 4 ** k, error }));
/** Named starts go to the trust region. */
const START = { amplitude: 0.8, exponent: 0.5, irreducibleError: 0.1 };
const close = (one: number, other: number, relative = 1e-6) =>
  Math.abs(one - other) <= relative * Math.max(Math.abs(other), 1e-3);

const FIXED: Partial<Record<PowerParameter, number>>[] = [
  { irreducibleError: 0.05 },
  { amplitude: 0.85 },
  { exponent: 0.5 },
  { exponent: 0.5, irreducibleError: 0.05 },
  { amplitude: 0.85, exponent: 0.5 },
  { amplitude: 0.85, irreducibleError: 0.05 },
];

for (const fixed of FIXED) {
  test(`with ${JSON.stringify(fixed)} both solvers agree on values, standard errors, profiles and draws`, () => {
    const options: LawFitOptions<PowerParameter, "dataSize"> = {
      law: powerFloorLaw,
      y: "error",
      fixed,
      intervalMethods: ["wald", "profile", "bootstrap"],
      seed: 3,
      resamples: 40,
    };
    const [fast, general] = [fitLaw(ROWS, options), fitLaw(ROWS, { ...options, start: START })];
    assert.ok(fast.ok && general.ok);
    assert.deepEqual([fast.solver, general.solver], ["variable projection", "trust region"]);
    for (const parameter of fast.law.parameters) {
      const one: Estimate = fast.parameters[parameter];
      const other: Estimate = general.parameters[parameter];
      assert.ok(close(one.value, other.value) && close(one.standardError, other.standardError), parameter);
      for (const method of fast.intervalMethods) {
        const a: Interval | Failure | undefined = fast.intervals[parameter][method];
        const b: Interval | Failure | undefined = general.intervals[parameter][method];
        assert.ok(a !== undefined && b !== undefined && !("reason" in a) && !("reason" in b), `${method} ${parameter}`);
        const tolerance = method === "bootstrap" ? 1e-2 : 1e-5; // the general solver refits draws roughly
        assert.ok(close(a.low, b.low, tolerance) && close(a.high, b.high, tolerance), `${method} of the ${parameter}`);
        if (fixed[parameter] === undefined) assert.ok(a.low < one.value && one.value < a.high);
        else assert.deepEqual([a.low, a.high, one.standardError], [fixed[parameter], fixed[parameter], 0]);
      }
    }
    for (const parameter of ["amplitude", "exponent", "irreducibleError"] as const) {
      if (fixed[parameter] !== undefined) continue;
      const profile = profileLaw(fast, { parameter, points: 5 });
      assert.ok(profile.ok && !("reason" in profile.interval) && profile.rows.some(({ rise }) => rise > 1));
    }
  });
}

test("a profile does not end where its solver stalls", () => {
  const sizes = [869, 1967, 3200, 4796, 18645, 9929];
  const errors = [0.281, 0.247, 0.175, 0.15, 0.0332, 0.0743];
  const rows = sizes.map((dataSize, k) => ({ dataSize, error: errors[k] as number }));
  const options = { law: powerFloorLaw, y: "error", noise: "relative", intervalMethods: ["profile"] } as const;
  const fit = fitLaw(rows, options);
  assert.ok(fit.ok);
  const profile = profileLaw(fit, { parameter: "exponent", points: 81 });
  assert.ok(profile.ok && !("reason" in profile.interval));
  const { high } = profile.interval;
  for (const row of profile.rows)
    assert.equal(row.value <= high, row.rise <= profile.threshold || row.value < fit.parameters.exponent.value);
  assert.ok(high > 1.5 && high < 1.62, `${high}`); // 1.559 by profiling with every other start
});

test("a draw whose amplitude leaves float64 is a failed one", () => {
  const sizes = [377.1394518590139, 593.5457549327459, 2700.1823795091027];
  const errors = [0.4422570218355091, 0.49348292468343213, 0.2925705796673164];
  const points = sizes.map((dataSize, k) => ({ dataSize, error: errors[k] as number }));
  const options = { law: "power", errorModel: { kind: "relative" }, seed: 53, resamples: 100 } as const;
  const fit = fitScalingLaw({ ...options, points, name: "back-test", intervalMethods: ["wald", "bootstrap"] });
  assert.ok(fit.ok && fit.bootstrap !== null && fit.bootstrap.failed > 0);
  assert.ok(fit.bootstrap.draws.amplitude.every((amplitude) => amplitude > 0));
});

test("a positive parameter at its bound is told, and is the bound", () => {
  const rows = [1.9, 1.2, 0.9, 0.7, 0.6, 0.55].map((error, k) => ({ dataSize: 1e6 * 4 ** k, error }));
  for (const most of [3, 5, 6, 7]) {
    const fit = fitLaw(rows, { law: powerLaw, y: "error", bounds: { amplitude: [0.01, most] } });
    assert.ok(fit.ok);
    assert.deepEqual([fit.atBound, fit.parameters.amplitude.value], [["amplitude"], most]);
    assert.equal(fit.status, `converged at amplitude = ${most}`);
    const again = withIntervals(fit, { level: 0.9 });
    assert.equal(again.reason, fit.reason); // nothing was searched for again
  }
});

test("a straight line of logarithms has a start of its own", () => {
  const rows = [1, 10, 100, 1e3, 1e4].map((dataSize) => ({ dataSize, error: 5 - 0.4 * Math.log(dataSize) }));
  const fit = fitLaw(rows, { law: logLinearLaw, y: "error", space: "log" });
  assert.ok(fit.ok && close(fit.parameters.slope.value, 0.4) && close(fit.parameters.intercept.value, 5));
});

test("what does not belong together is refused", () => {
  const fit = fitLaw(ROWS, { law: powerFloorLaw, y: "error" });
  const known = (standardError: number) =>
    fitLaw(
      ROWS.map((row) => ({ ...row, standardError })),
      { law: powerLaw, y: "error", standardError: "standardError" },
    );
  assert.throws(() => compareFits([known(0.01), known(0.02)]), /fits of the same rows and noise/);
  const squared = ROWS.map((row) => ({ ...row, dataSize: row.dataSize ** 2 }));
  assert.throws(
    () => nestedTest(fitLaw(squared, { law: powerLaw, y: "error" }), fit),
    /fits of the same rows and noise/,
  );
  const shuffled = compareFits([fitLaw(ROWS.toReversed(), { law: powerLaw, y: "error" }), fit]);
  assert.ok(shuffled.ok); // the order of rows is nobody's
  assert.throws(() => backTest(JSON.parse(JSON.stringify(fit)), { seed: 1 }), /a stored fit has no law/);
  assert.throws(
    () => predictionBand(fit, [16], { measurement: { items: 100 } }),
    /no measurement\.items: the fit's noise/,
  );
  const options = { law: powerLaw, x: "dataSize", inputs: { dataSize: "dataSize" }, y: "error" } as const;
  assert.throws(() => fitLaw(ANSWERS, options), /x or inputs, one of them/);
  assert.throws(() => fitLaw(ROWS, { law: powerLaw, y: "error", fixed: { amplitude: -1 } }), /fixed\.amplitude/);
  const all = { amplitude: 1, exponent: 0.5, irreducibleError: 0.1 };
  assert.throws(() => fitLaw(ROWS, { law: powerFloorLaw, y: "error", fixed: all }), /a parameter that is not fixed/);
});
