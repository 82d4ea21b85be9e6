/** @file Small published tables that the laws' own authors fitted, as facts with their source: what published-laws.test.ts fits again. */

/**
 * Eight models trained on RedPajama: their loss on C4 and mean error over 17 tasks.
 *
 * @source Gadre et al. 2024, arXiv:2403.08540, exp_data/models and exp_data/evals of github.com/mlfoundations/scaling
 */
export const OVER_TRAINED: { parameters: number; tokensPerParameter: number; loss: number; error: number }[] = [
  [10569312, 20, 5.38702091510821, 0.8134857367566677],
  [10569312, 320, 4.572292613487238, 0.7671019083970938],
  [78914048, 20, 3.899942990231468, 0.7250451834543663],
  [153677376, 20, 3.531147408490181, 0.6710080283365267],
  [411616256, 20, 3.149769456671634, 0.6365529066499542],
  [1439795200, 20, 2.768756661738063, 0.5473253052024281],
  [1439795200, 640, 2.502053562117363, 0.47521523167105284],
  [6889410560, 20, 2.424993099368689, 0.4716371806228862],
].map(
  ([parameters, tokensPerParameter, loss, error]) => ({ parameters, tokensPerParameter, loss, error }) as OverTrained,
);

type OverTrained = (typeof OVER_TRAINED)[number];

/** What the authors' notebook prints of its fits to the first five (loss) and six (error): relative errors of their predictions, in percent. */
export const OVER_TRAINED_MISSES = {
  "640 tokens": { loss: 0.7103, error: 3.6365 },
  "7 billion": { loss: 0.732, error: 0.0464 },
};

/**
 * A model of 70 million parameters trained on two domains in five shares: its loss on each, by steps of training; and the rate and ln of
 * the amplitude that the authors' notebook prints.
 *
 * @source Ye et al. 2024, arXiv:2403.16952, data/2Mix and mix_2_domains.ipynb of github.com/yegcjs/mixinglaws
 */
export const MIXED: { domain: string; steps: number; losses: number[]; rate: number; logAmplitude: number }[] = [
  // shares of GitHub's code, 0.25 to 0.75
  {
    domain: "GitHub",
    steps: 10000,
    losses: [1.620832806174089, 1.5498363170546559, 1.4789030870445343, 1.4469295609817814, 1.411091298709514],
    rate: -2.4381,
    logAmplitude: -0.5978,
  },
  {
    domain: "GitHub",
    steps: 20000,
    losses: [1.481441358805668, 1.4282898690536436, 1.3660488360323886, 1.328846549215587, 1.2927710652834008],
    rate: -1.5473,
    logAmplitude: -0.6506,
  },
  {
    domain: "GitHub",
    steps: 30000,
    losses: [1.4443359375, 1.3859675480769231, 1.3278245192307692, 1.2935973873987854, 1.2567707015435223],
    rate: -1.6405,
    logAmplitude: -0.6819,
  },
  {
    domain: "Pile-CC",
    steps: 10000,
    losses: [3.6703489711302213, 3.702006871928747, 3.7396681127149876, 3.801385902948403, 3.888470324017199],
    rate: -2.9041,
    logAmplitude: -0.5333,
  },
  {
    domain: "Pile-CC",
    steps: 20000,
    losses: [3.535751305282555, 3.5726495316339064, 3.6117168304668303, 3.668803746928747, 3.751871544840295],
    rate: -2.2959,
    logAmplitude: -0.5862,
  },
  {
    domain: "Pile-CC",
    steps: 30000,
    losses: [3.498733108108108, 3.531590717137592, 3.5669533169533167, 3.6268907401719903, 3.7032881603194103],
    rate: -2.5189,
    logAmplitude: -0.6257,
  },
];

export const MIXED_SHARES = [0.25, 0.375, 0.5, 0.625, 0.75];

/**
 * Test cross-entropy of addition of four digits against the number of training examples; the last three are held out.
 *
 * @source Caballero et al. 2022, arXiv:2210.14891, figure 4, numbers of github.com/ethancaballero/broken_neural_scaling_laws
 */
export const ADDITION: [dataSize: number, error: number][] = [
  [160, 2.13809046],
  [192, 2.11813418],
  [256, 2.08955508],
  [320, 2.06988398],
  [384, 2.05404987],
  [448, 2.03837089],
  [480, 2.02814281],
  [512, 2.00496872],
  [544, 1.95576149],
  [576, 1.86313841],
  [608, 1.70891537],
  [640, 1.50637664],
  [672, 1.29754721],
  [736, 0.96559684],
  [800, 0.75856477],
  [864, 0.64768338],
  [928, 0.55695445],
];

/** Their fit of the first 14 by squares of ln(1 + error), as the repository's second script states it. */
export const ADDITION_FIT = {
  irreducibleError: 0.41388453071629455,
  amplitude: 2.2772722897737556,
  exponent: 0.055077348404973955,
  exponentChange: 5.662903816010331,
  breakSize: 612.5836172918001,
  width: 0.059193036393742314,
};
