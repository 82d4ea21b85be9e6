/** @file The over-training law: loss against compute at any ratio of tokens to parameters (Gadre et al. 2024). */
import { curveStarts } from "./curve-starts.ts";
import { defineLaw } from "./define-law.ts";

/**
 * loss = irreducibleLoss + (a M^exponent + b M^-exponent) C^-exponent, M tokens a parameter and C the compute: every ratio M has a
 * power law of the same exponent, and of an amplitude that is least at M = (b / a)^(1 / (2 exponent)). It is the Chinchilla law with
 * both exponents twice this one, in other variables. Compute in FLOPs, 6 N D, M = D / N, loss in nats.
 *
 * The authors' fit is done again in tests/toolkit/scaling/laws/published-laws.test.ts, from runs that they published.
 *
 * @source Gadre et al. 2024, arXiv:2403.08540, eq. 4
 * @example overTrainingLaw.inputs // => ["compute", "tokensPerParameter"]
 */
export const overTrainingLaw = defineLaw({
  name: "over-training",
  parameters: ["irreducibleLoss", "a", "b", "exponent"],
  inputs: ["compute", "tokensPerParameter"],
  takes: "logarithms",
  positive: ["a", "b"],
  essential: ["exponent"],
  bounds: { irreducibleLoss: [0, Infinity], exponent: [0, Infinity] },
  formula: (
    { irreducibleLoss, a, b, exponent },
    { compute: logCompute, tokensPerParameter: logRatio },
    { plus, times, exp },
  ) =>
    plus(
      irreducibleLoss,
      times(a, exp(times(exponent, logRatio - logCompute))),
      times(b, exp(times(exponent, -logRatio - logCompute))),
    ),
  starts: (inputs, losses) => {
    const { exponents, logAmplitudes, least } = curveStarts(inputs, losses);
    const amplitudes = logAmplitudes.map((logAmplitude) => Math.exp(logAmplitude) / 2);
    return { irreducibleLoss: [0.5 * least, 0.9 * least], a: amplitudes, b: amplitudes, exponent: exponents };
  },
});
