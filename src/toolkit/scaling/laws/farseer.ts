/** @file The Farseer law: a power of the data whose floor, amplitude and exponent all depend on the model's size (Li et al. 2025). */
import type { Law } from "./law.ts";

type FarseerParameter = "a1" | "alpha" | "b1" | "a2" | "beta" | "b2" | "a3" | "gamma" | "b3";

/**
 * loss = e^(a3 N^gamma + b3) + e^(a2 N^beta + b2) D^(-e^(a1 N^alpha + b1)), N the model size and D the data size, both counts: at every
 * N a power of D over a floor, and the logarithms of floor, amplitude and exponent are stretched powers of N. The loss is in the unit of the
 * measured one (the paper's: bits per character).
 *
 * Nine parameters need a grid: some ten model sizes, and as many data sizes at each. Every a and its b are nearly one direction, so their
 * intervals are wide where losses are known well: what to read off is `predict`.
 *
 * The paper's 404 runs could not be had, so its fit was not done again. Its stored parameters give the tokens a parameter that it states,
 * and are found again from losses that they give (tests/toolkit/scaling/laws/published-laws.test.ts).
 *
 * @source Li et al. 2025, arXiv:2506.10972, eq. 3
 * @example farseerLaw.parameters.length // => 9
 */
export const farseerLaw: Law<FarseerParameter, "modelSize" | "dataSize"> = {
  name: "Farseer",
  parameters: ["a1", "alpha", "b1", "a2", "beta", "b2", "a3", "gamma", "b3"],
  inputs: ["modelSize", "dataSize"],
  gives: "value",
  takes: "logarithms",
  bounds: { alpha: [-1, 1], beta: [-1, 1], gamma: [-1, 1] }, // beyond, N^gamma of a billion is no number to fit
  advice: "give more model sizes and more data sizes at each, or fit chinchillaLaw",
  evaluate(coordinates, inputs, gradient) {
    const [a1, alpha, b1, a2, beta, b2, a3, gamma, b3] = coordinates as Float64Array & Nine;
    const [logModel, logData] = inputs as Float64Array & [number, number];
    const [byAlpha, byBeta, byGamma] = [alpha, beta, gamma].map((power) => Math.exp(power * logModel)) as Three;
    const exponent = Math.exp(a1 * byAlpha + b1);
    const power = Math.exp(a2 * byBeta + b2 - exponent * logData);
    const floor = Math.exp(a3 * byGamma + b3);
    const byExponent = -power * logData * exponent; // the derivative by ln of the exponent
    gradient[0] = byExponent * byAlpha;
    gradient[1] = byExponent * a1 * byAlpha * logModel;
    gradient[2] = byExponent;
    gradient[3] = power * byBeta;
    gradient[4] = power * a2 * byBeta * logModel;
    gradient[5] = power;
    gradient[6] = floor * byGamma;
    gradient[7] = floor * a3 * byGamma * logModel;
    gradient[8] = floor;
    return floor + power;
  },
  starts(inputs, losses) {
    const middle = (column: number) => inputs.reduce((sum, row) => sum + (row[column] as number), 0) / inputs.length;
    const [logModel, logData] = [middle(0), middle(1)];
    const [least, most] = [Math.min(...losses), Math.max(...losses)];
    const rest = Math.log((most + least) / 2 - FLOORS[0] * least) + EXPONENTS[0] * logData;
    const through = (power: number, slope: number, values: readonly number[]) => {
      const a = slope / (power * Math.exp(power * logModel)); // so that the slope by ln N, and a value, are met at the middle
      return { a: [a], b: values.map((value) => value - slope / power) };
    };
    const [one, two, three] = [
      through(ALPHA, SLOPE, EXPONENTS.map(Math.log)),
      through(BETA, SLOPE * EXPONENTS[0] * logData, [rest]),
      through(
        GAMMA,
        FLOOR_SLOPE,
        FLOORS.map((share) => Math.log(share * least)),
      ),
    ];
    const powers = { alpha: [ALPHA], beta: [BETA], gamma: [GAMMA] };
    return { ...powers, a1: one.a, b1: one.b, a2: two.a, b2: two.b, a3: three.a, b3: three.b };
  },
};

// near the published surface: powers, the data's exponent and the floor (of the least loss) at the middle, and how they fall with ln N
const [ALPHA, BETA, GAMMA] = [0.05, -0.15, 0.1];
const EXPONENTS = [0.3, 0.4] as const;
const FLOORS = [0.8, 0.5] as const;
const SLOPE = -0.15;
const FLOOR_SLOPE = -0.05;

type Three = [number, number, number];
type Nine = [...Three, ...Three, ...Three];
