/** @file A problem with one row more, which pulls a function of the parameters towards a value: its minima are that function's profile. */
import type { LeastSquaresProblem } from "./trust-region.ts";

/** A function of a law's coordinates, and where it is to come. */
export interface Pull {
  /**
   * @param coordinates of the free parameters
   * @param gradient receives the derivatives by them
   */
  quantity(coordinates: Float64Array, gradient: Float64Array): number;
  towards: number;
  /** of the squared distance, as an inverse standard deviation */
  weight: number;
}

/**
 * The minimum of objective + (weight (quantity - towards))^2 / 2 is the least objective among all parameters with the quantity that it
 * has there: a point of the quantity's profile, without a constraint to keep.
 */
export function pulledProblem(problem: LeastSquaresProblem, { quantity, towards, weight }: Pull): LeastSquaresProblem {
  const rows = problem.residualCount;
  const size = problem.lower.length;
  const [inside, slopes, gradient] = [rows, rows * size, size].map((length) => new Float64Array(length)) as Three;
  return {
    ...problem,
    residualCount: rows + 1,
    evaluate(parameters, residuals, jacobian) {
      const cost = problem.evaluate(parameters, inside, slopes);
      residuals.set(inside);
      for (let k = 0; k < size; k++) jacobian.set(slopes.subarray(k * rows, (k + 1) * rows), k * (rows + 1));
      const off = weight * (quantity(parameters, gradient) - towards);
      residuals[rows] = off;
      for (let k = 0; k < size; k++) jacobian[k * (rows + 1) + rows] = weight * (gradient[k] as number);
      return cost + off ** 2 / 2;
    },
  };
}

type Three = [Float64Array, Float64Array, Float64Array];
