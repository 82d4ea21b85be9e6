/** @file The smoothly broken power law with one break: two powers, and a bend between them (Caballero et al. 2022). */
import { curveStarts } from "./curve-starts.ts";
import { defineLaw } from "./define-law.ts";

/**
 * error = irreducibleError + A D^-exponent (1 + (D / breakSize)^(1 / width))^(-exponentChange width), with A = e^logAmplitude
 * and breakSize = e^logBreakSize. Well before the break the exponent is `exponent`, well after it `exponent +
 * exponentChange`; the bend spans about `width` on the logarithm of the size, to both sides.
 *
 * Six parameters: with fewer than about ten sizes the points rarely tell them apart, and the fit says so.
 *
 * @source Caballero, Gupta, Rish & Krueger 2022, arXiv:2210.14891, eq. 1 with n = 1
 */
export const brokenPowerLaw = defineLaw({
  name: "broken power",
  parameters: ["logAmplitude", "exponent", "irreducibleError", "exponentChange", "logBreakSize", "width"],
  inputs: ["dataSize"],
  takes: "logarithms",
  bounds: { irreducibleError: [0, Infinity], width: [0.05, 10] }, // narrower than 0.05 is a corner
  formula: (
    { logAmplitude, exponent, irreducibleError, exponentChange, logBreakSize, width },
    { dataSize: logSize },
    { plus, minus, times, over, exp, softplus },
  ) => {
    const bend = times(exponentChange, width, softplus(over(minus(logSize, logBreakSize), width)));
    return plus(irreducibleError, exp(minus(minus(logAmplitude, times(exponent, logSize)), bend)));
  },
  starts: (inputs, errors) => {
    const { exponents, logAmplitudes, logSmallest, logLargest, least } = curveStarts(inputs, errors);
    const [quarter, middle, threeQuarters] = [0.25, 0.5, 0.75].map((share) => {
      return logSmallest + share * (logLargest - logSmallest);
    }) as [number, number, number];
    return {
      logAmplitude: [logAmplitudes[0] as number, logAmplitudes[2] as number],
      exponent: [exponents[0] as number, exponents[2] as number],
      irreducibleError: [0, 0.9 * least],
      exponentChange: [-0.2, 0.3],
      logBreakSize: [quarter, middle, threeQuarters],
      width: [0.3, 1],
    };
  },
});
