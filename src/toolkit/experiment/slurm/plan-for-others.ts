/** @file A plan for other schedulers: JSON of each stage, what it needs, what it leaves, and the command that does it, for Snakemake, Nextflow and their kin. */
import { join, resolve } from "node:path";
import { quoted, stageCommand } from "./script.ts";
import type { SubmittedPlan } from "./submitted-plan.ts";

/** A stage as another scheduler reads it. */
export interface StageForOthers {
  readonly key: string;
  readonly work: string;
  /** keys */
  readonly needs: readonly string[];
  /** path of the file that stands when the stage is done */
  readonly output: string;
  /** for a shell; safe to run twice, on any host that sees the folders */
  readonly command: string;
}

/** The text of the file, with the stages each after what it needs. */
export function planForOthers(submitted: SubmittedPlan): string {
  const store = resolve(submitted.store.folder);
  const stages: StageForOthers[] = submitted.plan.stages.map(({ key, stage, needs }) => ({
    key,
    work: stage.work,
    needs: [...new Set(needs.values())],
    output: join(store, key, "record.json"),
    command: `cd ${quoted(process.cwd())} && ${stageCommand(submitted, key)}`,
  }));
  return `${JSON.stringify({ name: submitted.plan.name, stages }, null, 1)}\n`;
}
