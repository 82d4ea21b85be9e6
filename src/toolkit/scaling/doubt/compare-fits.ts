/** @file Which of several laws the same measurements support: AICc and BIC of their fits, and the test of a law inside a larger one. */
import { wrong } from "../../core/argument-checks.ts";
import { chiSquaredTail, fTail } from "../../core/tail-probabilities.ts";
import { type Failure, type FittedLaw, fittedMeasurements, type LawFit, noiseIsKnown } from "../fit/fitted-law.ts";
import { requireFitted } from "../fit/read-law.ts";
import { freePlaces } from "../laws/coordinates.ts";
import { adviceOf } from "../laws/law.ts";

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

export interface FitComparison {
  ok: true;
  /** the law of least AICc */
  best: string;
  /** by rising AICc */
  rows: FitComparisonRow[];
}

/**
 * AICc = deviance + 2 k + 2 k (k + 1) / (n - k - 1) and BIC = deviance + k ln n of each fit, by rising AICc; the deviance
 * is -2 log likelihood: chi squared or the binomial deviance where the noise is known, n ln(sum of squares / n) besides the
 * logarithms of the variances where its size is estimated. An AICc difference under 2 leaves the question open.
 *
 * @param fits two or more, by squares, of the same measurements in the same space
 * @returns the laws by rising AICc; or { ok: false, reason } when one was not fitted, or has too many parameters for AICc
 * @throws RangeError or TypeError when the fits cannot be compared
 * @source Hurvich & Tsai 1989, Biometrika 76, 297-307; Burnham & Anderson 2002, sections 2.4 and 2.9; Schwarz 1978
 * @example compareFits((["power", "power + floor"] as const).map((law) => fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15, 0.125].map((error, k) => ({ dataSize: 4 ** k, error })), law, seed: 7 }))).best // => "power + floor"
 */
export function compareFits(fits: readonly LawFit[]): FitComparison | Failure {
  if (!Array.isArray(fits) || fits.length < 2) throw wrong("compareFits", "two fits or more", fits);
  const failed = fits.find((fit) => fit?.ok === false);
  if (failed?.ok === false) return { ok: false, reason: `"${failed.law.name}": ${failed.reason}` };
  requireComparable("compareFits", fits);
  const rows: FitComparisonRow[] = [];
  for (const fit of fits) {
    const count = fit.residuals.length;
    const parameterCount = freePlaces(fit.law).length + (noiseIsKnown(fit.noise) ? 0 : 1);
    if (count < parameterCount + 2) {
      const needed = `AICc of "${fit.law.name}" needs ${parameterCount + 2} rows`;
      return { ok: false, reason: `${needed}, ${count} were given; ${adviceOf(fit.law)}` };
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
  return { ok: true, best: (rows[0] as FitComparisonRow).law, rows };
}

const ROUNDING = 1e-9; // of the objective: more than two ways into one minimum leave

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
  requireFitted("nestedTest", "smaller", smaller);
  requireFitted("nestedTest", "larger", larger);
  requireComparable("nestedTest", [smaller, larger]);
  const extra = freePlaces(larger.law).length - freePlaces(smaller.law).length;
  if (extra < 1) throw wrong("nestedTest", "larger to have more parameters than smaller", `${extra} more`);
  if (smaller.objective < larger.objective * (1 - ROUNDING)) {
    throw wrong(
      "nestedTest",
      "larger to contain smaller",
      `"${smaller.law.name}", which fits better than "${larger.law.name}"`,
    );
  }
  const spare = Math.max(2 * smaller.objective - 2 * larger.objective, 0); // squares that the larger law explains besides
  if (noiseIsKnown(larger.noise)) {
    return {
      kind: "likelihood ratio",
      statistic: spare,
      degreesOfFreedom: [extra],
      pValue: chiSquaredTail(spare, extra),
    };
  }
  const freedom = larger.degreesOfFreedom;
  const least = Math.max(2 * larger.objective + larger.noiseFreedom, Number.MIN_VALUE);
  const statistic = Math.min(spare / extra / (least / freedom), Number.MAX_VALUE);
  return { kind: "F", statistic, degreesOfFreedom: [extra, freedom], pValue: fTail(statistic, extra, freedom) };
}

function requireComparable(caller: string, fits: readonly LawFit[]): asserts fits is FittedLaw[] {
  const [first] = fits as [FittedLaw];
  for (const [index, fit] of fits.entries()) {
    requireFitted(caller, `fits[${index}]`, fit);
    if (fit.loss.kind !== "squared") throw wrong(caller, `fits[${index}] to be by squares`, fit.loss.kind);
    if (fit.seedEffect !== null) {
      const hint =
        "the seeds' variance differs from law to law, and with it the likelihood: compare fits without trainingSeed";
      throw wrong(caller, `fits[${index}] without an effect of seeds`, fit, hint);
    }
    const columns = sharedColumns(fit, first);
    const same =
      fit.space === first.space && fit.noise === first.noise && rowsOf(fit, columns) === rowsOf(first, columns);
    if (!same) throw wrong(caller, "fits of the same rows and noise, in the same space", fit);
  }
}

/** The input columns that two fits have both. */
function sharedColumns(one: FittedLaw, other: FittedLaw): string[] {
  const others = new Set(Object.values(other.columns.inputs));
  return Object.values(one.columns.inputs).filter((column) => others.has(column));
}

/** The fitted measurements as text, in no order: outcomes, what is known of their noise, and those inputs. */
function rowsOf(fit: FittedLaw, columns: readonly string[]): string {
  const inputs = fit.law.inputs.filter((input) => columns.includes(fit.columns.inputs[input] as string));
  const placeOf = (input: string) => columns.indexOf(fit.columns.inputs[input] as string);
  const named = inputs.toSorted((one, other) => placeOf(one) - placeOf(other));
  const rows = fittedMeasurements(fit).map(({ outcome, items, standardError, weight, inputs: at }) => {
    return JSON.stringify([outcome, items, standardError, weight, ...named.map((input) => at[input])]);
  });
  return rows.sort().join();
}
