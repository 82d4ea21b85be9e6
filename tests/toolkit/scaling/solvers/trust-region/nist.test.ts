/** @file NIST's 27 nonlinear-regression sets, each from both of NIST's starts, at default options. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitLaw } from "../../../../../src/toolkit/scaling/index.ts";
import { sharedData } from "../../shared-data.ts";
import { NIST_SETS, readNistSet } from "./nist-laws.ts";

const PARAMETER_DIGITS = 6;
const STANDARD_ERROR_DIGITS = 4;

/**
 * Lanczos1's residuals are 400 units in the last place of its outcomes: the outcomes' own rounding to float64 changes the
 * least sum of squares from 1.430787e-25 to 1.429552e-25 (both worked out with 60 decimal digits), that is the standard
 * errors in their fourth digit. No solver that is handed float64 outcomes can have more.
 */
const LANCZOS1_STANDARD_ERROR_DIGITS = 2.9;

const { folder, skip } = sharedData("nist_strd");

/** NIST's measure: the digits in which two numbers agree, log relative error. */
function digits(actual: number, certified: number): number {
  return -Math.log10(Math.max(Math.abs(actual - certified) / Math.abs(certified), 1e-11)); // 11 are certified
}

for (const set of NIST_SETS) {
  test(`${set}: certified parameters, standard errors and sum of squares from both starts`, { skip }, () => {
    const { law, rows, starts, certified, residualSumOfSquares } = readNistSet(folder, set);
    const least = set === "Lanczos1" ? LANCZOS1_STANDARD_ERROR_DIGITS : STANDARD_ERROR_DIGITS;
    for (const start of starts) {
      const fit = fitLaw(rows, { law, y: "y", start });
      assert.ok(fit.ok, fit.ok ? "" : fit.reason);
      assert.ok(Object.values(fit.moved).every((moved) => moved));
      for (const { name, value, standardError } of certified) {
        const { value: ours, standardError: ourError } = fit.parameters[name] as {
          value: number;
          standardError: number;
        };
        assert.ok(digits(ours, value) >= PARAMETER_DIGITS, `${name} = ${ours}, certified ${value}`);
        assert.ok(digits(ourError, standardError) >= least, `${name}: ${ourError}, certified ${standardError}`);
      }
      assert.ok(digits(fit.residualSumOfSquares, residualSumOfSquares) >= least - 0.3); // a square has half the digits
    }
  });
}
