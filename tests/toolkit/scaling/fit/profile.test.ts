/** @file Profile intervals end where scipy's constrained optima say that the data begin to contradict. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitScalingLaw, type PowerParameter } from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, closed, TRANSLATION } from "../curves.ts";

// scipy 1.17.1: brentq over the parameter of 2 * (constrained minimum by Nelder-Mead - minimum of the negative binomial
// log likelihood) - chi2.ppf(.95, 1)
for (const [parameter, low, high, tolerance] of [
  ["exponent", 0.26090427264627236, 0.4012480985595031, 1e-8],
  ["irreducibleError", 0.08762391256830365, 0.13082728076695652, 1e-8],
  ["amplitude", 1.497850795802917, 3.201605338104149, 1e-6],
] as [PowerParameter, number, number, number][]) {
  test(`the profile interval of the ${parameter} is scipy's`, () => {
    const fit = fitScalingLaw({ points: ANSWERS, seed: 7, intervalMethods: ["profile"] });
    assert.ok(fit.ok);
    const interval = closed(fit.parameters[parameter].interval);
    assert.equal(interval.method, "profile");
    assert.ok(
      Math.abs(interval.low - low) < tolerance && Math.abs(interval.high - high) < tolerance,
      `${interval.low} ${interval.high}`,
    );
  });
}

test("with estimated noise the profile rises by t^2 times the residual variance", () => {
  // scipy 1.17.1: brentq over b of rss(b) - rss - t.ppf(.975, 7)**2 * rss / 7, rss(b) by numpy.linalg.lstsq of a, c
  const fit = fitScalingLaw({ points: TRANSLATION, seed: 7, intervalMethods: ["profile"] });
  assert.ok(fit.ok);
  const { low, high } = closed(fit.parameters.exponent.interval);
  assert.ok(Math.abs(low - 0.38047343997581895) < 1e-8 && Math.abs(high - 0.5269271984984653) < 1e-8);
});

test("a floor that may be 0 has a profile interval that begins at 0", () => {
  const points = ANSWERS.slice(0, 5);
  const fit = fitScalingLaw({ points, seed: 7, intervalMethods: ["profile"], level: 0.99 });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  assert.equal(closed(fit.parameters.irreducibleError.interval).low, 0);
});
