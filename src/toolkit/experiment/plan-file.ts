/** @file A plan's file, for processes of other hosts and other days: JSON lines, a line a run and a line a stage. */
import { readFile } from "node:fs/promises";
import { parseJsonLines } from "../core/json-lines.ts";
import type { PlannedStage, Stage } from "./stage.ts";
import type { PlanRun, StudyPlan } from "./study-plan.ts";

/** The plan as JSON lines: what all stages share, a line a run, and a line a stage, which begins with its key. */
export function formatPlan({ stages, runs, ...shared }: StudyPlan): string {
  const lines = [
    { plan: shared },
    ...runs.map((run) => ({ run })),
    ...stages.map(({ key, stage, needs }) => ({
      key,
      work: stage.work,
      config: stage.config,
      needs: Object.fromEntries(needs),
    })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** @throws Error that names file and line of what is no plan */
export async function readPlan(path: string): Promise<StudyPlan> {
  const stages = new Map<string, PlannedStage>();
  const runs: PlanRun[] = [];
  let shared: Omit<StudyPlan, "stages" | "runs"> | undefined;
  for (const { record } of parseJsonLines(path, await readFile(path, "utf8"))) {
    if (record.plan !== undefined) shared = record.plan as NonNullable<typeof shared>;
    else if (record.run !== undefined) runs.push(record.run as PlanRun);
    else {
      const stage = stageOf(record as unknown as StageLine, stages);
      stages.set(stage.key, stage);
    }
  }
  if (shared === undefined) throw new Error(`${path} is no plan: it names no study (hint: submit it again)`);
  return { ...shared, runs, stages: [...stages.values()] };
}

/** What one stage and all have in common, of a plan of thousands: its line alone is parsed. */
export async function readPlannedStage(
  path: string,
  key: string,
): Promise<{ shared: Omit<StudyPlan, "stages" | "runs">; stage: StageLine }> {
  const text = await readFile(path, "utf8");
  const at = text.indexOf(`\n{"key":"${key}"`);
  if (at < 0) throw new Error(`${path} has no stage ${key}`);
  const line = text.slice(at + 1, text.indexOf("\n", at + 1));
  const first = JSON.parse(text.slice(0, text.indexOf("\n"))) as { plan: Omit<StudyPlan, "stages" | "runs"> };
  return { shared: first.plan, stage: JSON.parse(line) as StageLine };
}

/** A stage as a plan's file has it. */
export interface StageLine {
  readonly key: string;
  readonly work: string;
  readonly config: Stage["config"];
  /** name to key */
  readonly needs: Readonly<Record<string, string>>;
}

function stageOf({ key, work, config, needs }: StageLine, before: ReadonlyMap<string, PlannedStage>): PlannedStage {
  const known = Object.entries(needs).map(([name, need]) => [name, (before.get(need) as PlannedStage).stage]);
  return { key, stage: { work, config, needs: Object.fromEntries(known) }, needs: new Map(Object.entries(needs)) };
}
