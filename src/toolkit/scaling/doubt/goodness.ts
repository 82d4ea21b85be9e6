/** @file How well a law fits, by the names that people look for: R squared and reduced chi squared. */
import { type LawFit, noiseIsKnown } from "../fit/fitted-law.ts";
import { requireFitted } from "../fit/read-law.ts";

export interface GoodnessOfFit {
  /** share of the outcomes' variance that the law explains, in the space of the residuals, <= 1; it rewards every parameter */
  rSquared: number;
  /** the same over degrees of freedom, which does not; null where none are left */
  adjustedRSquared: number | null;
  /**
   * weighted squares over degrees of freedom: near 1 where the noise was told rightly, its unknown factor where it was not told; null
   * where none are left
   */
  reducedChiSquared: number | null;
  degreesOfFreedom: number;
}

/**
 * @param fit a fit that is ok
 * @returns the measures; R squared says little of a curve that falls by factors, since any falling law explains most of it
 * @throws TypeError for a failed fit
 * @source Bevington & Robinson 2003, Data Reduction and Error Analysis, section 11.1 (reduced chi squared)
 */
export function goodnessOfFit<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
): GoodnessOfFit {
  requireFitted("goodnessOfFit", "fit", fit);
  const { residuals, residualSumOfSquares, standardisedResiduals, degreesOfFreedom, measurements, space } = fit;
  const outcomes = measurements
    .filter(({ holdOut }) => holdOut !== true)
    .map(({ outcome }) => (space === "log" ? Math.log(outcome) : outcome));
  const mean = outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length;
  const whole = outcomes.reduce((sum, outcome) => sum + (outcome - mean) ** 2, 0);
  const chiSquared = standardisedResiduals.reduce((sum, residual) => sum + residual ** 2, 0);
  const none = degreesOfFreedom < 1;
  const rSquared = 1 - residualSumOfSquares / whole;
  return {
    rSquared,
    adjustedRSquared: none ? null : 1 - ((1 - rSquared) * (residuals.length - 1)) / degreesOfFreedom,
    reducedChiSquared: none ? null : noiseIsKnown(fit.noise) ? chiSquared / degreesOfFreedom : fit.dispersion,
    degreesOfFreedom,
  };
}
