/** @file Laws of one learning curve, error against dataSize: a power, a power over a floor, and the straight line that a power must beat. */

import { curveStarts } from "./curve-starts.ts";
import { defineLaw } from "./define-law.ts";
import type { Law } from "./law.ts";

/** error = e^logAmplitude * dataSize^-exponent. */
export const powerLaw = defineLaw({
  name: "power",
  parameters: ["logAmplitude", "exponent"],
  inputs: ["dataSize"],
  takes: "logarithms",
  formula: ({ logAmplitude, exponent }, { dataSize: logSize }, { exp, minus, times }) =>
    exp(minus(logAmplitude, times(exponent, logSize))),
  starts: (inputs, errors) => {
    const { exponents, logAmplitudes } = curveStarts(inputs, errors);
    return { logAmplitude: logAmplitudes, exponent: exponents };
  },
});

/** error = e^logAmplitude * dataSize^-exponent + irreducibleError, with irreducibleError >= 0. Its derivatives are written out for speed. */
export const powerFloorLaw: Law<"logAmplitude" | "exponent" | "irreducibleError", "dataSize"> = {
  name: "power + floor",
  parameters: ["logAmplitude", "exponent", "irreducibleError"],
  inputs: ["dataSize"],
  gives: "value",
  takes: "logarithms",
  bounds: { irreducibleError: [0, Infinity] },
  starts: (inputs, errors) => {
    const { exponents, logAmplitudes, least } = curveStarts(inputs, errors);
    return { logAmplitude: logAmplitudes, exponent: exponents, irreducibleError: [0.1 * least, 0.9 * least] };
  },
  evaluate(parameters, inputs, gradient) {
    const logSize = inputs[0] as number;
    const power = Math.exp((parameters[0] as number) - (parameters[1] as number) * logSize);
    gradient[0] = power;
    gradient[1] = -logSize * power;
    gradient[2] = 1;
    return power + (parameters[2] as number);
  },
};

/** error = intercept - slope * ln dataSize: each doubling of the data takes off the same. */
export const logLinearLaw = defineLaw({
  name: "log-linear",
  parameters: ["intercept", "slope"],
  inputs: ["dataSize"],
  takes: "logarithms",
  formula: ({ intercept, slope }, { dataSize: logSize }, { minus, times }) => minus(intercept, times(slope, logSize)),
  starts: () => ({ intercept: [1], slope: [0.1] }), // it is linear: one step from anywhere
});
