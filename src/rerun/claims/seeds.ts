/** @file Which claims hang on the seed: the same notebook, run with other seeds. */
import type { NotebookRun } from "../notebook/run-notebook.ts";
import type { Value } from "./claims.ts";
import { holds, type Judgement, judge, measurementOf } from "./verdict.ts";

/** One run of a notebook with a seed that it was asked to take. */
export interface SeedRun {
  readonly seed: number;
  readonly run: NotebookRun;
}

export const SEED_FINDINGS = [
  "the same for every seed",
  "moves within its tolerance",
  "hangs on the seed",
  "not known",
] as const;

export interface SeedFinding {
  readonly claim: Judgement["claim"];
  readonly notebook: Judgement["notebook"];
  readonly values: readonly { readonly seed: number; readonly value: Value | null }[];
  /** In words: whether the number moves, and whether it stays within its tolerance. */
  readonly finding: (typeof SEED_FINDINGS)[number];
  /** Why it is not known. */
  readonly reason: string | undefined;
}

/**
 * Says of each claim what other seeds do to it.
 *
 * @param judgements of the run with the notebook's own seed
 * @param seedRuns of the same notebooks
 */
export function studySeeds(judgements: readonly Judgement[], seedRuns: readonly SeedRun[]): SeedFinding[] {
  return judgements.map(({ claim, notebook, measured }) => {
    const own = seedRuns.filter(({ run }) => run.notebook === notebook);
    const judged = own.map(({ seed, run }) => ({
      seed,
      judgement: judge(claim, notebook, measurementOf(claim, run), undefined),
    }));
    const values = judged.map(({ seed, judgement }) => ({ seed, value: judgement.measured }));
    const reason = whyUnknown(own);
    const texts = new Set([measured, ...values.map(({ value }) => value)].map((value) => JSON.stringify(value)));
    const held = judged.every(({ judgement }) => holds(judgement.verdict));
    const moves = held ? "moves within its tolerance" : "hangs on the seed";
    const found = texts.size === 1 ? "the same for every seed" : moves;
    return { claim, notebook, values, finding: reason === undefined ? found : "not known", reason };
  });
}

/** The seed in force after the last cell that a run came to. */
export function seedOf({ cells }: NotebookRun): number | undefined {
  return [...cells.values()].findLast(({ seed }) => seed !== undefined)?.seed;
}

function whyUnknown(runs: readonly SeedRun[]): string | undefined {
  for (const { seed, run } of runs) {
    if (run.failure !== undefined) return `with seed ${seed}: ${run.failure.reason}`;
    const taken = seedOf(run);
    if (taken === seed) continue;
    const kept = taken === undefined ? "the notebook has no variable seed" : `the notebook kept its seed ${taken}`;
    return `${kept} (hint: read EIGHTFOLD_SEED, or give the cell that sets seed the tag "parameters")`;
  }
  return undefined;
}
