/** @file Any law, any table: scipy's optima under weights, bounds, Huber's loss and logarithms; failures are reasons. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defineLaw, type FittedLaw, fitLaw, type LawFitOptions } from "../../../../src/toolkit/scaling/index.ts";
import { closed } from "../curves.ts";

const decay = defineLaw({
  name: "decay",
  parameters: ["height", "rate"],
  inputs: ["x"],
  formula: ({ height, rate }, { x }, { times, exp }) => times(height, exp(times(rate, -x))),
});

/** 3 exp(-0.4 x) with noise, its sixth value an outlier. */
const OUTCOMES = [3.1, 2.05, 1.3, 1.0, 0.55, 2.5, 0.3, 0.15, 0.14, 0.05];
const ROWS = OUTCOMES.map((y, x) => ({ x, y, error: 0.05 + 0.02 * x, weight: (0.05 + 0.02 * x) ** -2 }));

function fitted(options: Partial<LawFitOptions<"height" | "rate">> = {}, rows: readonly object[] = ROWS) {
  const fit = fitLaw(rows, { law: decay, y: "y", start: { height: 1, rate: 1 }, ...options });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fit;
}

function agree(fit: FittedLaw<"height" | "rate">, height: number, rate: number, tolerance = 1e-8): void {
  const { height: ours, rate: ourRate } = fit.parameters;
  assert.ok(Math.abs(ours.value / height - 1) < tolerance, `height ${ours.value}, not ${height}`);
  assert.ok(Math.abs(ourRate.value / rate - 1) < tolerance, `rate ${ourRate.value}, not ${rate}`);
}

// scipy 1.17.1 on ROWS, analytic Jacobian, tolerances 1e-15
test("standard errors and weights give scipy's optimum; known noise gives its absolute standard errors", () => {
  const known = fitted({ standardError: "error" }); // curve_fit(sigma=error, absolute_sigma=True)
  agree(known, 3.037747349154503, 0.33686070292040926);
  assert.ok(Math.abs(known.parameters.height.standardError / 0.04759074101059604 - 1) < 1e-6);
  assert.ok(Math.abs(known.parameters.rate.standardError / 0.01687128248099383 - 1) < 1e-6);
  const relative = fitted({ weight: "weight" }); // absolute_sigma=False
  agree(relative, 3.037747349154503, 0.33686070292040926);
  assert.ok(Math.abs(relative.parameters.height.standardError / 0.2283490260240685 - 1) < 1e-6);
});

test("Huber's loss has scipy's optimum, and lets the outlier pull less", () => {
  const fit = fitted({ loss: { kind: "huber", delta: 0.1 } }); // least_squares(loss="huber", f_scale=0.1)
  agree(fit, 3.080243390976347, 0.40184860310534165);
  assert.ok(Math.abs(fit.objective / 0.21388472474964076 - 1) < 1e-12);
  assert.ok(fit.parameters.rate.standardError > 0 && fit.parameters.rate.standardError < 0.1);
});

test("a bound that binds is kept, has scipy's optimum, and is told", () => {
  const free = fitted();
  const fit = fitted({ bounds: { rate: [0, 0.25] } });
  assert.ok(free.parameters.rate.value > 0.25);
  assert.equal(fit.parameters.rate.value, 0.25);
  const basis = ROWS.map(({ x }) => Math.exp(-0.25 * x)); // the rest is linear: by hand
  const height =
    basis.reduce((sum, b, i) => sum + b * (OUTCOMES[i] as number), 0) / basis.reduce((sum, b) => sum + b * b, 0);
  agree(fit, height, 0.25);
  assert.equal(fit.status, "converged at rate = 0.25");
  assert.deepEqual(fit.atBound, ["rate"]);
  assert.match(fit.reason, /with rate at a bound/);
  agree(
    fitted({ bounds: { rate: [0, 0.3] }, start: { height: 1, rate: 0.2 } }),
    2.874830932856037,
    0.27588668780290054,
  );
});

test("residuals of logarithms make the decay a straight line", () => {
  const fit = fitted({ space: "log" }); // numpy.linalg.lstsq of ln y
  agree(fit, 3.720338471080809, 0.41713387841928956);
  assert.ok(Math.abs(fit.parameters.rate.standardError / 0.07200417608973801 - 1) < 1e-8);
});

test("a grid of starts finds the one minimum, and says how many starts agree", () => {
  const fit = fitted({ start: { height: [0.1, 1, 10], rate: [0.01, 0.1, 1] } });
  agree(fit, fitted().parameters.height.value, fitted().parameters.rate.value);
  assert.deepEqual(fit.startsAgreeing, { agree: 9, total: 9 });
  assert.ok(Object.values(fit.moved).every((moved) => moved));
  const again = fitted({ start: { height: fit.parameters.height.value, rate: fit.parameters.rate.value } });
  agree(again, fit.parameters.height.value, fit.parameters.rate.value);
});

test("noiseless data recover the law, in whatever unit", () => {
  const height = fc.double({ min: 0.1, max: 10, noNaN: true });
  const rate = fc.double({ min: 0.05, max: 2, noNaN: true });
  fc.assert(
    fc.property(height, rate, fc.constantFrom(1e-30, 1e-6, 1, 1e6, 1e30), (top, speed, unit) => {
      const rows = [0, 0.5, 1, 1.5, 2, 3].map((x) => ({ x, y: unit * top * Math.exp(-speed * x) }));
      agree(fitted({ start: { height: unit, rate: 1 } }, rows), unit * top, speed, 1e-7);
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("the order of the rows changes the fit by rounding alone", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(ROWS, { minLength: ROWS.length }), (rows) => {
      const { height, rate } = fitted().parameters;
      agree(fitted({}, rows), height.value, rate.value, 1e-9);
    }),
    { seed: 2, numRuns: 30 },
  );
});

function reason(options: Partial<LawFitOptions<"height" | "rate">>, rows: readonly object[] = ROWS): string {
  const fit = fitLaw(rows, { law: decay, y: "y", start: { height: 1, rate: 1 }, ...options });
  assert.ok(!fit.ok);
  return fit.reason;
}

test("what cannot be fitted is a reason that advises, never a NaN", () => {
  assert.match(
    reason({}, ROWS.slice(0, 2)),
    /"decay" needs 3 rows or more, one of them to tell the noise by, 2 were given/,
  );
  const same = [1, 1, 1, 1].map((x, i) => ({ x, y: 1 + 0.1 * i }));
  assert.match(reason({}, same), /the rows cannot tell .* apart; try other starts .* measure a wider range of inputs/);
  assert.match(reason({ start: { height: 1, rate: -1e5 } }), /is not finite at the start; start where it is/);
  const tiny = ROWS.map(({ x, y }) => ({ x, y: 1e-200 * y }));
  assert.match(
    reason({}, tiny),
    /outcomes of 3\.10e-200 standard deviations have no squares in float64; give them in another unit/,
  );
  const certain = ROWS.map(({ x, y }) => ({ x, y, error: 1e-200 }));
  assert.match(reason({ standardError: "error" }, certain), /have no squares in float64/);
  const zero = ROWS.map(({ x }) => ({ x, y: 0 }));
  assert.match(reason({}, zero), /all outcomes are 0, so no law can be told/);
});

test("arguments out of range name the option, or the row and column", () => {
  const call =
    (options: object, rows: readonly object[] = ROWS) =>
    () =>
      fitLaw(rows, { law: decay, y: "y", start: { height: 1, rate: 1 }, ...options });
  assert.throws(
    call({}, [{ x: 1, y: Number.NaN }]),
    /fitLaw requires rows\[0\]\.y to be a number under 1e140, got NaN/,
  );
  assert.throws(call({ y: "z" }), /fitLaw requires a column of rows\[0\]: x, y, error, weight, got "z"/);
  assert.throws(call({ space: "log" }, [{ x: 1, y: -1 }]), /rows\[0\]\.y to be a number above 0, got -1/);
  assert.throws(call({ start: { height: 1 } }), /start\.rate to be a number/);
  assert.throws(call({ start: undefined }), /start for "decay", which has no starts of its own/);
  assert.throws(call({ loss: { kind: "huber", delta: 0 } }), /loss\.delta to be a number above 0, got 0/);
  assert.throws(call({ bounds: { rate: [1, 1] } }), /bounds\.rate to be \[low, high\] with low < high/);
  assert.throws(
    call({ standardError: "error", weight: "weight" }),
    /standardError or weight or items or noise, one of them, got "error and weight"/,
  );
  assert.throws(call({ law: {} }), /law to be a law, got .* \(hint: defineLaw makes one\)/);
  const definition = { name: "a", parameters: ["a", "a"], inputs: ["x"], formula: () => 1 as never } as const;
  assert.throws(() => defineLaw(definition), /parameters to have each name once, got "a, a"/);
});

test("whatever the numbers, the answer is a fit of finite numbers or a reason", () => {
  const scale = fc.constantFrom(1e-300, 1e-120, 1e-9, 1, 1e9, 1e120);
  const outcome = fc.oneof(fc.constantFrom(0, 1, -1), fc.double({ min: -5, max: 5, noNaN: true }));
  const table = fc.array(fc.tuple(fc.integer({ min: -3, max: 30 }), outcome), { minLength: 0, maxLength: 8 });
  fc.assert(
    fc.property(table, scale, scale, fc.constantFrom(0.01, 1), (points, byX, byY, delta) => {
      const rows = points.map(([x, y]) => ({ x: x * byX, y: y * byY }));
      for (const loss of [{ kind: "squared" }, { kind: "huber", delta }] as const) {
        const fit = fitLaw(rows, { law: decay, y: "y", start: { height: 1, rate: 1 }, loss });
        if (!fit.ok) {
          assert.ok(fit.reason.length > 20);
          continue;
        }
        const { height, rate } = fit.parameters;
        for (const { value, standardError, interval } of [height, rate]) {
          for (const number of [value, standardError, closed(interval).low, closed(interval).high])
            assert.ok(Number.isFinite(number));
        }
        assert.ok(Number.isFinite(fit.objective) && fit.standardisedResiduals.every(Number.isFinite));
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});
