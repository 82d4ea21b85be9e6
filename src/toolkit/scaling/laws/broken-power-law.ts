/** @file The smoothly broken power law: powers with bends between them, one or several (Caballero et al. 2022). */
import { requireCount } from "../../core/argument-checks.ts";
import { curveStarts } from "./curve-starts.ts";
import { defineLaw } from "./define-law.ts";
import type { Law } from "./law.ts";

/**
 * error = irreducibleError + A D^-exponent (1 + (D / breakSize)^(1 / width))^(-exponentChange width), with A = e^logAmplitude
 * and breakSize = e^logBreakSize. Well before the break the exponent is `exponent`, well after it `exponent +
 * exponentChange`; the bend spans about `width` on the logarithm of the size, to both sides.
 *
 * Six parameters: with fewer than about ten sizes the points rarely tell them apart, and the fit says so. The published fit of figure 4
 * is done again in tests/toolkit/scaling/laws/published-laws.test.ts.
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

type BrokenParameter =
  | ("logAmplitude" | "exponent" | "irreducibleError")
  | (`exponentChange${number}` | `logBreakSize${number}` | `width${number}`);

/**
 * The same with n breaks: error = irreducibleError + A D^-exponent times, for each break i = 1 to n, (1 + (D /
 * breakSize_i)^(1 / width_i))^(-exponentChange_i width_i). Three parameters a break: it needs dozens of sizes, or some of them `fixed`.
 *
 * @param breaks a count in [1, 8]
 * @returns a law whose parameters end in the number of their break
 * @throws RangeError for no such count
 * @source Caballero, Gupta, Rish & Krueger 2022, arXiv:2210.14891, eq. 1
 * @example brokenPowerLawWith(2).parameters.length // => 9
 */
export function brokenPowerLawWith(breaks: number): Law<BrokenParameter, "dataSize"> {
  requireCount("brokenPowerLawWith", "breaks", breaks, 1, 8);
  const numbers = Array.from({ length: breaks }, (_, index) => index + 1);
  const bounds: Record<string, [number, number]> = { irreducibleError: [0, Infinity] };
  for (const each of numbers) bounds[`width${each}`] = [0.05, 10];
  const parameters = ["logAmplitude", "exponent", "irreducibleError"];
  for (const each of numbers) parameters.push(`exponentChange${each}`, `logBreakSize${each}`, `width${each}`);
  return {
    name: `broken power, ${breaks} ${breaks === 1 ? "break" : "breaks"}`,
    parameters: parameters as BrokenParameter[],
    inputs: ["dataSize"],
    gives: "value",
    takes: "logarithms",
    bounds,
    evaluate(coordinates, inputs, gradient) {
      const logSize = inputs[0] as number;
      let straight = (coordinates[0] as number) - (coordinates[1] as number) * logSize;
      for (let at = 3; at < gradient.length; at += 3) {
        const [change, place, width] = [coordinates[at], coordinates[at + 1], coordinates[at + 2]] as number[] & Three;
        const beyond = (logSize - place) / width;
        const bent = Math.max(beyond, 0) + Math.log1p(Math.exp(-Math.abs(beyond))); // softplus, and its slope
        const slope = 1 / (1 + Math.exp(-beyond));
        straight -= change * width * bent;
        gradient[at] = -width * bent; // of the logarithm: times the power below
        gradient[at + 1] = change * slope;
        gradient[at + 2] = change * (beyond * slope - bent);
      }
      const power = Math.exp(straight);
      gradient[0] = power;
      gradient[1] = -logSize * power;
      gradient[2] = 1;
      for (let at = 3; at < gradient.length; at++) gradient[at] = (gradient[at] as number) * power;
      return power + (coordinates[2] as number);
    },
    starts: (inputs, errors) => {
      const { exponents, logAmplitudes, logSmallest, logLargest, least } = curveStarts(inputs, errors);
      const starts: Record<string, number[]> = {
        logAmplitude: [logAmplitudes[0] as number, logAmplitudes[2] as number],
        exponent: [exponents[0] as number, exponents[2] as number],
        irreducibleError: [0, 0.9 * least],
      };
      for (const each of numbers) {
        starts[`exponentChange${each}`] = [-0.2, 0.3];
        starts[`logBreakSize${each}`] = [logSmallest + (each / (breaks + 1)) * (logLargest - logSmallest)];
        starts[`width${each}`] = [0.3];
      }
      return starts as Record<BrokenParameter, number[]>;
    },
  };
}

type Three = [number, number, number];
