/** @file A plan: a study's configuration as stages and runs, all that any executor and any display of it must know. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { codeVersion } from "./code-version.ts";
import { type Json, type PlannedStage, plan, type Stage } from "./stage.ts";
import type { PlannedRun, Study } from "./study.ts";
import type { TableRun } from "./sweep-table.ts";

export interface StudyPlan {
  /** the profile, or another short name */
  readonly name: string;
  /** URL of the module whose `works` do the stages */
  readonly works: string;
  readonly codeVersion: string;
  readonly versions: Readonly<Record<string, string>>;
  /** each after what it needs */
  readonly stages: readonly PlannedStage[];
  /** in the order of their records */
  readonly runs: readonly PlanRun[];
  /** where the records go: JSON lines, an absolute path */
  readonly results: string;
}

/** A run: the cell of the table that counts it, the key of its stage, and the labels that its record begins with. */
export interface PlanRun extends TableRun {
  readonly labels: Readonly<Record<string, Json>>;
}

/**
 * The plan of a study for this code.
 *
 * @throws RangeError or TypeError for a configuration that does not fit
 */
export function planOf<Config, Run extends PlannedRun>(
  study: Study<Config, Run, unknown>,
  config: Config,
  { name, results }: { readonly name: string; readonly results: string },
): StudyPlan {
  const version = codeVersion(TOOLKIT);
  const { rows, columns } = study.table;
  const planned = study.plan(config);
  const keys = new Map<Stage, string>();
  const stages = plan(
    planned.map(({ stage }) => stage),
    version,
    keys,
  );
  return {
    name,
    works: study.works,
    codeVersion: version,
    versions: versionsOf(version),
    stages,
    runs: planned.map((run) => {
      const { stage, ...labels } = run;
      return {
        row: String(run[rows]),
        column: String(run[columns]),
        key: keys.get(stage) as string,
        labels: labels as PlanRun["labels"],
      };
    }),
    results,
  };
}

/** The folder whose sources codeVersion takes in. */
export const TOOLKIT = join(import.meta.dirname, "..");

function versionsOf(code: string): Record<string, string> {
  const { version } = createRequire(import.meta.url)("@eightfold/toolkit/package.json") as { version: string };
  return { toolkit: version, code, node: process.versions.node };
}
