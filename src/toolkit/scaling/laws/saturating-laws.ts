/** @file Laws that rise to a ceiling: a reward against compute, an accuracy or error against a loss, the coverage of problems against samples. */
import { defineLaw } from "./define-law.ts";
import type { DualArithmetic, Term } from "./dual-numbers.ts";

/** 1 / (1 + e^-argument), for any argument. */
function sigmoid(argument: Term, { plus, times, tanh }: DualArithmetic): Term {
  return plus(0.5, times(0.5, tanh(times(0.5, argument))));
}

/**
 * reward = initial + (asymptote - initial) / (1 + (midpoint / compute)^exponent): from the reward before training to the one that no
 * compute passes; at the midpoint half of the gain is made. Where the reward is a share of test items, give `items`.
 *
 * @source Khatri et al. 2025, arXiv:2510.13786 (the sigmoid of compute)
 * @example computeSigmoidLaw.parameters // => ["initial", "asymptote", "exponent", "midpoint"]
 */
export const computeSigmoidLaw = defineLaw({
  name: "sigmoid of compute",
  parameters: ["initial", "asymptote", "exponent", "midpoint"],
  inputs: ["compute"],
  takes: "logarithms",
  positive: ["midpoint"],
  essential: ["exponent"],
  bounds: { exponent: [0, Infinity] },
  formula: ({ initial, asymptote, exponent, midpoint }, { compute: logCompute }, arithmetic) => {
    const { plus, minus, times, log } = arithmetic;
    const made = sigmoid(times(exponent, minus(logCompute, log(midpoint))), arithmetic);
    return plus(initial, times(minus(asymptote, initial), made));
  },
  starts: (inputs, rewards) => {
    const { least, most, places } = spreadOf(inputs, rewards);
    return { initial: [least], asymptote: [most], exponent: [0.3, 0.8, 2], midpoint: places.map(Math.exp) };
  },
});

/**
 * accuracy = chance + (ceiling - chance) / (1 + e^(steepness (loss - midpoint))): a task's accuracy from chance, where the loss is
 * high, to its ceiling; loss and midpoint in the same unit. The second of two stages: see `predictThrough`. Fix what is known, as
 * `fixed: { chance: 0.25 }`.
 *
 * The paper writes a = chance - ceiling, b = ceiling, k = steepness, L0 = midpoint. Its losses could not be had, so no published fit was
 * done again; `errorByLossLaw` is a second stage whose fit was.
 *
 * @source Bhagia et al. 2024, arXiv:2412.04403, section 3.2 (accuracy as a sigmoid of the task's loss)
 * @example chanceCeilingLaw.inputs // => ["loss"]
 */
export const chanceCeilingLaw = defineLaw({
  name: "from chance to ceiling",
  parameters: ["chance", "ceiling", "steepness", "midpoint"],
  inputs: ["loss"],
  essential: ["steepness"],
  bounds: { steepness: [0, Infinity] },
  formula: ({ chance, ceiling, steepness, midpoint }, { loss }, arithmetic) => {
    const { plus, minus, times } = arithmetic;
    const made = sigmoid(times(steepness, minus(midpoint, loss)), arithmetic);
    return plus(chance, times(minus(ceiling, chance), made));
  },
  starts: (inputs, accuracies) => {
    const { least, most, places, reach } = spreadOf(inputs, accuracies);
    const steepness = [2, 6, 20].map((share) => share / reach);
    return { chance: [least], ceiling: [most], steepness, midpoint: places };
  },
});

/**
 * error = ceiling - reach e^(-rate loss): a task's error, or the mean over tasks, from 0 and up as the loss rises, to a ceiling. The other
 * second stage: see `predictThrough`. The authors' fit is done again in tests/toolkit/scaling/laws/published-laws.test.ts.
 *
 * @source Gadre et al. 2024, arXiv:2403.08540, eq. 5
 * @example errorByLossLaw.parameters // => ["ceiling", "reach", "rate"]
 */
export const errorByLossLaw = defineLaw({
  name: "error by loss",
  parameters: ["ceiling", "reach", "rate"],
  inputs: ["loss"],
  positive: ["reach"],
  essential: ["rate"],
  bounds: { rate: [0, Infinity] },
  formula: ({ ceiling, reach, rate }, { loss }, { minus, times, exp }) =>
    minus(ceiling, times(reach, exp(times(-loss, rate)))),
  starts: (inputs, errors) => {
    const { least, most, lowest, reach } = spreadOf(inputs, errors);
    const rates = [1, 3, 9].map((share) => share / reach);
    const fall = most - least || 1;
    return { ceiling: [most], reach: rates.map((rate) => fall * Math.exp(rate * lowest)), rate: rates };
  },
});

/**
 * coverage = e^(-amplitude samples^-exponent): the share of problems that one of k samples solves, whose -ln falls as a power of k.
 * Outcomes are pass@k, not their logarithms; with `items`, the problems, their noise is binomial (values of several k that share
 * problems are not independent: their intervals are too narrow).
 *
 * The paper prints no fitted numbers, so no published fit was done again; where single samples succeed at rates of a beta distribution, the
 * exponent and amplitude are those that theory gives (tests/toolkit/scaling/laws/published-laws.test.ts).
 *
 * @source Brown et al. 2024, arXiv:2407.21787, section 3 (the exponentiated power law of coverage); Schaeffer et al. 2025,
 * arXiv:2502.17578 (why it is a power)
 * @example coverageLaw.parameters // => ["amplitude", "exponent"]
 */
export const coverageLaw = defineLaw({
  name: "coverage",
  parameters: ["amplitude", "exponent"],
  inputs: ["samples"],
  takes: "logarithms",
  positive: ["amplitude"],
  essential: ["exponent"],
  within: [0, 1],
  formula: ({ amplitude, exponent }, { samples: logSamples }, { times, exp }) =>
    exp(times(-1, amplitude, exp(times(exponent, -logSamples)))),
  starts: (inputs, coverages) => {
    const first = coverages.reduce((least, share) => Math.min(least, share), 1);
    const { lowest } = spreadOf(inputs, coverages); // ln of the fewest samples
    const missing = -Math.log(Math.min(Math.max(first, 1e-6), 0.99));
    const exponents = [0.1, 0.3, 0.6, 1];
    return { amplitude: exponents.map((exponent) => missing * Math.exp(exponent * lowest)), exponent: exponents };
  },
});

/** The range of outcomes and inputs, and places at a quarter, a half and three quarters of the inputs' range. */
function spreadOf(inputs: readonly Float64Array[], outcomes: Float64Array) {
  let [low, high] = [Infinity, -Infinity];
  for (const [at] of inputs as readonly (Float64Array & [number])[])
    [low, high] = [Math.min(low, at), Math.max(high, at)];
  const reach = high - low || 1;
  return {
    least: outcomes.reduce((least, outcome) => Math.min(least, outcome), Infinity),
    most: outcomes.reduce((most, outcome) => Math.max(most, outcome), -Infinity),
    lowest: low,
    places: [0.25, 0.5, 0.75].map((share) => low + share * reach),
    reach,
  };
}
