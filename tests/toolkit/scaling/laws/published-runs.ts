/** @file Small tables that the laws' own authors fitted, of data/published, and what they print of their fits. */
import { join } from "node:path";
import { readTable, rows } from "../../../../src/toolkit/report/index.ts";

const published = join(import.meta.dirname, "../../../../data/published");

/** Eight models: the first five are those of the loss's fit, the first six those of the error's. */
export async function overTrained() {
  const columns = { parameters: "number", tokens_per_parameter: "number", loss: "number", error: "number" } as const;
  const runs = rows(await readTable(join(published, "over-training.csv"), columns));
  return runs.map((run) => ({ ...run, compute: 6 * run.parameters ** 2 * run.tokens_per_parameter }));
}

/**
 * Relative errors in percent of their predictions of the two large models.
 *
 * @source Gadre et al. 2024, arXiv:2403.08540, printed by scaling_explorer.ipynb of github.com/mlfoundations/scaling
 */
export const OVER_TRAINED_MISSES = [
  { at: 6, loss: 0.7103, error: 3.6365 },
  { at: 7, loss: 0.732, error: 0.0464 },
];

export async function mixed(domain: string, steps: number): Promise<{ share: number; loss: number }[]> {
  const columns = { domain: "string", steps: "number", share: "number", loss: "number" } as const;
  const all = rows(await readTable(join(published, "data-mixing.csv"), columns));
  return all.filter((row) => row.domain === domain && row.steps === steps);
}

/**
 * The rate and ln of the amplitude for each domain and number of steps.
 *
 * @source Ye et al. 2024, arXiv:2403.16952, printed by mix_2_domains.ipynb of github.com/yegcjs/mixinglaws
 */
export const MIXED: { domain: string; steps: number; rate: number; logAmplitude: number }[] = [
  { domain: "GitHub", steps: 10000, rate: -2.4381, logAmplitude: -0.5978 },
  { domain: "GitHub", steps: 20000, rate: -1.5473, logAmplitude: -0.6506 },
  { domain: "GitHub", steps: 30000, rate: -1.6405, logAmplitude: -0.6819 },
  { domain: "Pile-CC", steps: 10000, rate: -2.9041, logAmplitude: -0.5333 },
  { domain: "Pile-CC", steps: 20000, rate: -2.2959, logAmplitude: -0.5862 },
  { domain: "Pile-CC", steps: 30000, rate: -2.5189, logAmplitude: -0.6257 },
];

/** Test cross-entropy of addition of four digits against the number of training examples; the last three are held out. */
export async function addition() {
  const columns = { examples: "number", cross_entropy: "number", hold_out: "boolean" } as const;
  return rows(await readTable(join(published, "addition.csv"), columns));
}

/**
 * The fit of the first 14 by squares of ln(1 + error).
 *
 * @source Caballero et al. 2022, arXiv:2210.14891, figure 4, stated by the noiseless script of github.com/ethancaballero/broken_neural_scaling_laws
 */
export const ADDITION_FIT = {
  irreducibleError: 0.41388453071629455,
  amplitude: 2.2772722897737556,
  exponent: 0.055077348404973955,
  exponentChange: 5.662903816010331,
  breakSize: 612.5836172918001,
  width: 0.059193036393742314,
};
