/** @file Asking a notebook for another seed: by an environment variable, and in the cell that it marks for parameters. */
import type { Cell } from "./notebook.ts";

/** A whole number, or undefined for the notebook's own choice. */
export type SeedChoice = number | undefined;

/** Name under which the value of `seed` is asked for after each cell; no claim can be called so. */
export const SEED_EXPRESSION = " seed";

/** The variables of the kernel's environment that carry a seed. */
export function seedVariables(seed: SeedChoice): Record<string, string> {
  return seed === undefined ? {} : { EIGHTFOLD_SEED: String(seed) };
}

/**
 * A cell's source with another seed, when the cell has papermill's tag "parameters" and gives `seed` a whole number.
 *
 * @source https://papermill.readthedocs.io/en/latest/usage-parameterize.html for the tag
 */
export function withSeed({ source, tags }: Pick<Cell, "source" | "tags">, seed: SeedChoice): string {
  if (seed === undefined || !tags.includes("parameters")) return source;
  return source.replace(/^((?:export\s+)?(?:const |let |var )?\s*seed\s*(?::\s*\w+\s*)?=\s*)\d\w*/m, `$1${seed}`);
}
