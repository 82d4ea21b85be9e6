/** @file Which of several laws the same rows support: AICc and BIC of their fits, and the test of a law inside a larger one. */
import { wrong } from "../core/argument-checks.ts";
import { chiSquaredTail, fTail } from "../core/tail-probabilities.ts";
import type { LawFit } from "./fit-law.ts";
import type { Failure } from "./types.ts";

export interface FitComparisonRow {
  law: string;
  /** of the law, and one for the noise where it is estimated */
  parameterCount: number;
  aicc: number;
  bic: number;
  /** aicc minus the least aicc, >= 0 */
  difference: number;
  /** Akaike weight, in [0, 1]; the weights sum to 1 */
  weight: number;
}

/**
 * AICc = deviance + 2 k + 2 k (k + 1) / (n - k - 1) and BIC = deviance + k ln n of each fit, by rising AICc; the deviance
 * is -2 log likelihood: chi squared or the binomial deviance where the noise is known, n ln(sum of squares / n) besides the
 * logarithms of the variances where its size is estimated.
 *
 * @param fits two or more, by squares, of the same rows in the same space
 * @returns the rows; or { ok: false, reason } when a law has too many parameters for AICc
 * @throws RangeError or TypeError when the fits cannot be compared
 * @source Hurvich & Tsai 1989, Biometrika 76, 297-307; Schwarz 1978, Ann. Statist. 6, 461-464
 */
export function compareFits(fits: readonly LawFit[]): { ok: true; rows: FitComparisonRow[] } | Failure {
  requireComparable("compareFits", fits);
  const rows: FitComparisonRow[] = [];
  for (const fit of fits) {
    const count = fit.residuals.length;
    const parameterCount = fit.law.parameters.length + (fit.noiseIsKnown ? 0 : 1);
    if (count < parameterCount + 2) {
      return { ok: false, reason: `AICc of "${fit.law.name}" needs ${parameterCount + 2} rows, ${count} were given` };
    }
    const { deviance } = fit;
    const correction = (2 * parameterCount * (parameterCount + 1)) / (count - parameterCount - 1);
    const aicc = deviance + 2 * parameterCount + correction;
    const bic = deviance + parameterCount * Math.log(count);
    rows.push({ law: fit.law.name, parameterCount, aicc, bic, difference: 0, weight: 0 });
  }
  rows.sort((one, other) => one.aicc - other.aicc);
  const least = (rows[0] as FitComparisonRow).aicc;
  for (const row of rows) {
    row.difference = row.aicc - least;
    row.weight = Math.exp(-row.difference / 2);
  }
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  for (const row of rows) row.weight /= total;
  return { ok: true, rows };
}

export interface NestedTest {
  kind: "F" | "likelihood ratio";
  statistic: number;
  /** of the parameters that the larger law has more, and, for F, of its noise */
  degreesOfFreedom: readonly number[];
  /** chance of such a gain if the smaller law is true, in [0, 1] */
  pValue: number;
}

/**
 * Tests the smaller law inside the larger one: F = ((S0 - S1) / q) / (S1 / (n - p)) where the noise is estimated, the fall
 * of the weighted squares as chi squared where it is known. With a parameter of the larger law at a bound under the
 * smaller one (a floor of 0), the p-value is twice too large: the test is then on the safe side.
 *
 * @param smaller a fit of the law with fewer parameters, which the larger one contains
 * @param larger a fit of the same rows
 * @throws RangeError or TypeError when the fits cannot be compared, or the second has no more parameters than the first
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 3.10
 */
export function nestedTest(smaller: LawFit, larger: LawFit): NestedTest {
  requireComparable("nestedTest", [smaller, larger]);
  const extra = larger.law.parameters.length - smaller.law.parameters.length;
  if (extra < 1) throw wrong("nestedTest", "larger to have more parameters than smaller", `${extra} more`);
  const rows = larger.residuals.length;
  const spare = Math.max(2 * smaller.objective - 2 * larger.objective, 0); // squares that the larger law explains besides
  if (larger.noiseIsKnown) {
    return {
      kind: "likelihood ratio",
      statistic: spare,
      degreesOfFreedom: [extra],
      pValue: chiSquaredTail(spare, extra),
    };
  }
  const freedom = rows - larger.law.parameters.length;
  const least = Math.max(2 * larger.objective, Number.MIN_VALUE);
  const statistic = Math.min(spare / extra / (least / freedom), Number.MAX_VALUE);
  return { kind: "F", statistic, degreesOfFreedom: [extra, freedom], pValue: fTail(statistic, extra, freedom) };
}

function requireComparable(caller: string, fits: readonly LawFit[]): void {
  if (!Array.isArray(fits) || fits.length < 2) throw wrong(caller, "two fits or more", fits);
  const [first] = fits as [LawFit];
  for (const [index, fit] of fits.entries()) {
    if (fit?.ok !== true) throw wrong(caller, `fits[${index}] to be a fit that is ok`, fit, fit?.reason);
    if (fit.loss.kind !== "squared") throw wrong(caller, `fits[${index}] to be by squares`, fit.loss.kind);
    const same =
      fit.residuals.length === first.residuals.length &&
      fit.space === first.space &&
      JSON.stringify(fit.columns) === JSON.stringify(first.columns);
    if (!same) throw wrong(caller, "fits of the same rows and columns, in the same space", fit);
  }
}
