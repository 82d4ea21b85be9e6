/** @file The isoFLOP profile: at one compute the loss is a parabola of the model size's logarithm, and its lowest point the best size. */
import { defineLaw } from "./define-law.ts";

/**
 * loss = lowest + curvature (ln modelSize - ln optimum)^2. The best size is a parameter, so that every kind of interval is made of it.
 * The profiles of the Chinchilla runs, as read off their figure, and their frontier are fitted again, by isoFlopFrontier, in
 * tests/toolkit/scaling/laws/published-laws.test.ts.
 *
 * @source Hoffmann et al. 2022, arXiv:2203.15556, section 3.2 (IsoFLOP profiles)
 * @example isoFlopLaw.parameters // => ["lowest", "curvature", "optimum"]
 */
export const isoFlopLaw = defineLaw({
  name: "isoFLOP profile",
  parameters: ["lowest", "curvature", "optimum"],
  inputs: ["modelSize"],
  takes: "logarithms",
  positive: ["curvature", "optimum"],
  essential: ["curvature"],
  formula: ({ lowest, curvature, optimum }, { modelSize: logSize }, { plus, minus, times, log }) => {
    const off = minus(logSize, log(optimum));
    return plus(lowest, times(curvature, off, off));
  },
  starts: (inputs, losses) => {
    const least = losses.indexOf(losses.reduce((lowest, loss) => Math.min(lowest, loss), Infinity));
    const sizes = inputs.map((row) => row[0] as number);
    const reach = Math.max(...sizes) - Math.min(...sizes) || 1;
    const rise = Math.max(...losses) - (losses[least] as number) || 1;
    return {
      lowest: [losses[least] as number],
      curvature: [0.5, 2, 8].map((share) => (share * rise) / reach ** 2),
      optimum: [Math.exp(sizes[least] as number)],
    };
  },
});

/** optimum = coefficient compute^exponent: how the best size grows with the compute. */
export const frontierLaw = defineLaw({
  name: "compute-optimal frontier",
  parameters: ["coefficient", "exponent"],
  inputs: ["compute"],
  takes: "logarithms",
  positive: ["coefficient"],
  essential: ["exponent"],
  formula: ({ coefficient, exponent }, { compute: logCompute }, { times, exp }) =>
    times(coefficient, exp(times(exponent, logCompute))),
  starts: (inputs, optima) => {
    const middle = inputs.reduce((sum, row) => sum + (row[0] as number), 0) / inputs.length;
    const mean = optima.reduce((sum, optimum) => sum + Math.log(optimum), 0) / optima.length;
    const exponents = [0.3, 0.5, 0.8];
    return { coefficient: exponents.map((exponent) => Math.exp(mean - exponent * middle)), exponent: exponents };
  },
});
