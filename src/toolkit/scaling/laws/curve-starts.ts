/** @file Where the search for a learning curve's law starts: published exponents, and amplitudes that meet the data. */

export interface CurveStarts {
  exponents: number[];
  /** of one exponent each */
  logAmplitudes: number[];
  /** ln of the smallest and largest dataSize */
  logSmallest: number;
  logLargest: number;
  /** the least error */
  least: number;
}

/**
 * Exponents 0.1, 0.3, 0.6 and 1.2 cover the published ones. For each of them an amplitude takes the curve through the
 * largest error at the smallest size; every exponent starts from every such amplitude.
 *
 * @param inputs (points, 1): ln dataSize
 * @param errors (points)
 */
export function curveStarts(inputs: readonly Float64Array[], errors: Float64Array): CurveStarts {
  let logSmallest = Infinity;
  let logLargest = -Infinity;
  for (const [logSize] of inputs as readonly (Float64Array & [number])[]) {
    logSmallest = Math.min(logSmallest, logSize);
    logLargest = Math.max(logLargest, logSize);
  }
  const sizes = Array.from(errors, Math.abs);
  const top = Math.log(sizes.reduce((most, error) => Math.max(most, error), 0) || 1);
  return {
    exponents: [...EXPONENTS],
    logAmplitudes: EXPONENTS.map((exponent) => top + exponent * logSmallest),
    logSmallest,
    logLargest,
    least: sizes.reduce((least, error) => Math.min(least, error), Infinity),
  };
}

const EXPONENTS = [0.1, 0.3, 0.6, 1.2] as const;
