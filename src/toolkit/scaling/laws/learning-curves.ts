/** @file Laws of one learning curve, error against dataSize: a power, a power over a floor, and the straight line that a power must beat. */

import { curveStarts } from "./curve-starts.ts";
import { defineLaw } from "./define-law.ts";
import type { Law } from "./law.ts";

export type PowerParameter = "amplitude" | "exponent" | "irreducibleError";

/**
 * error = amplitude * dataSize^-exponent + irreducibleError, with exponent and irreducibleError >= 0.
 *
 * amplitude: error above the floor at dataSize = 1; exponent: without unit; irreducibleError: in the unit of error.
 */
export const powerFloorLaw: Law<PowerParameter, "dataSize"> = {
  name: "power + floor",
  parameters: ["amplitude", "exponent", "irreducibleError"],
  inputs: ["dataSize"],
  gives: "value",
  takes: "logarithms",
  bounds: { exponent: [0, Infinity], irreducibleError: [0, Infinity] },
  positive: ["amplitude"],
  essential: ["exponent"],
  falls: true,
  shape: "power over a floor",
  advice: 'give more data sizes or fit the law "power"',
  starts: (inputs, errors) => {
    const { exponents, logAmplitudes, least } = curveStarts(inputs, errors);
    return {
      amplitude: logAmplitudes.map(Math.exp),
      exponent: exponents,
      irreducibleError: [0.1 * least, 0.9 * least],
    };
  },
  evaluate(coordinates, inputs, gradient) {
    const logSize = inputs[0] as number;
    const power = Math.exp((coordinates[0] as number) - (coordinates[1] as number) * logSize);
    gradient[0] = power;
    gradient[1] = -logSize * power;
    gradient[2] = 1;
    return power + (coordinates[2] as number);
  },
  inverse(coordinates, error) {
    const [logAmplitude, exponent, irreducibleError] = coordinates as Float64Array & [number, number, number];
    if (error <= irreducibleError || exponent <= 0) return Infinity;
    return Math.exp((logAmplitude - Math.log(error - irreducibleError)) / exponent);
  },
};

/** error = amplitude * dataSize^-exponent: the same law with its floor fixed at 0, and free to rise. */
export const powerLaw: Law<PowerParameter, "dataSize"> = {
  ...powerFloorLaw,
  name: "power",
  bounds: {},
  fixed: { irreducibleError: 0 },
  advice: "give more data sizes",
};

/** error = intercept - slope * ln dataSize: each doubling of the data takes off the same. */
export const logLinearLaw = defineLaw({
  name: "log-linear",
  parameters: ["intercept", "slope"],
  inputs: ["dataSize"],
  takes: "logarithms",
  formula: ({ intercept, slope }, { dataSize: logSize }, { minus, times }) => minus(intercept, times(slope, logSize)),
  starts: (inputs, errors) => {
    // through both ends: above 0 at every size where the errors are, as their logarithm needs
    const { logSmallest, logLargest } = curveStarts(inputs, errors);
    const at = (logSize: number) => errors[inputs.findIndex((row) => row[0] === logSize)] ?? 1;
    const slope = (at(logSmallest) - at(logLargest)) / (logLargest - logSmallest || 1);
    return { intercept: [at(logLargest) + slope * logLargest], slope: [slope] };
  },
});
