/** @file Which law the points support: the corrected Akaike criterion, and Schwarz's, of the power law with and without a floor. */
import { checkedSettings, type FitOptions, fitChecked } from "./fit-scaling-law.ts";
import { noiseIsKnown, PARAMETER_COUNT } from "./prepared-curve.ts";
import type { Failure, FittedScalingLaw, LawName, LearningCurvePoint } from "./types.ts";

export interface LawComparisonRow {
  law: LawName;
  fit: FittedScalingLaw;
  aicc: number;
  bic: number;
  /** aicc minus the least aicc, >= 0 */
  difference: number;
  /** Akaike weight, in [0, 1]; the weights sum to 1 */
  weight: number;
}

/**
 * Fits both laws to the same points and compares AICc = deviance + 2 k + 2 k (k + 1) / (n - k - 1), with n points and k
 * parameters, an estimated noise among them; BIC = deviance + k ln n stands beside it. An AICc difference under 2 leaves
 * the question open.
 *
 * @param points of the learning curve; held-out ones take no part
 * @param options of the fits
 * @returns the laws by rising AICc, or { ok: false, reason } when one of them cannot be fitted or has too few points
 * @throws RangeError or TypeError when an option or a point is out of range
 * @example compareLaws([0.9, 0.5, 0.3, 0.2, 0.15, 0.125].map((error, k) => ({ dataSize: 4 ** k, error })), { seed: 7 }).best // => "power + floor"
 * @source Hurvich & Tsai 1989, Biometrika 76, 297-307; Burnham & Anderson 2002, sections 2.4 and 2.9; Schwarz 1978
 */
export function compareLaws(
  points: readonly LearningCurvePoint[],
  options: Omit<FitOptions, "law">,
): { ok: true; best: LawName; rows: LawComparisonRow[] } | Failure {
  const rows: LawComparisonRow[] = [];
  for (const law of ["power", "power + floor"] as const) {
    const settings = checkedSettings("compareLaws", points, { ...options, law });
    const fit = fitChecked("compared laws", points, settings);
    if (!fit.ok) return { ok: false, reason: `"${law}": ${fit.reason}` };
    const count = fit.residuals.length;
    const parameters = PARAMETER_COUNT[law] + (noiseIsKnown(fit.errorModel.kind) ? 0 : 1);
    if (count < parameters + 2) {
      return {
        ok: false,
        reason: `AICc of "${law}" needs ${parameters + 2} points, ${count} were given; give more data sizes`,
      };
    }
    const aicc = fit.deviance + 2 * parameters + (2 * parameters * (parameters + 1)) / (count - parameters - 1);
    const bic = fit.deviance + parameters * Math.log(count);
    rows.push({ law, fit, aicc, bic, difference: 0, weight: 1 });
  }
  rows.sort((one, other) => one.aicc - other.aicc);
  const [first, second] = rows as [LawComparisonRow, LawComparisonRow];
  second.difference = second.aicc - first.aicc;
  const likelihood = Math.exp(-second.difference / 2);
  first.weight = 1 / (1 + likelihood);
  second.weight = likelihood / (1 + likelihood);
  return { ok: true, best: first.law, rows };
}
