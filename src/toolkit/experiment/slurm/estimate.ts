/** @file What a submission will come to, before it is made: its jobs, its hours, its longest chain, from the seconds that such work took before. */
import { formatDuration } from "../../core/duration.ts";
import { readJsonLines } from "../../core/json-lines.ts";
import type { PlannedStage } from "../stage.ts";
import type { StageStore } from "../stage-store.ts";
import type { SlurmOptions } from "./slurm-options.ts";

/**
 * Mean seconds by work: of all records of the store, of whatever code, and of the results of an earlier run.
 *
 * @param results path of the file that the run will replace
 */
export async function secondsByWork(store: StageStore, results: string): Promise<Map<string, number>> {
  const taken = new Map<string, number[]>();
  const add = (work: unknown, seconds: unknown): void => {
    if (typeof work === "string" && typeof seconds === "number") taken.set(work, [...(taken.get(work) ?? []), seconds]);
  };
  for (const key of await store.keys()) {
    const record = await store.record(key);
    add(record?.work, record?.seconds);
  }
  for (const { record } of await readJsonLines(results).catch(() => [])) add(record.stage, record.seconds);
  return new Map([...taken].map(([work, all]) => [work, all.reduce((sum, one) => sum + one, 0) / all.length]));
}

/** Lines on the stages that would be submitted. A work that was never done before is named, and no number guessed for it. */
export function estimateLines(
  left: readonly PlannedStage[],
  seconds: ReadonlyMap<string, number>,
  arrays: number,
  { cpus = 1, gpus = 0, atOnce }: SlurmOptions,
): string[] {
  const count = `${left.length} jobs in ${arrays} arrays`;
  const unknown = [...new Set(left.map(({ stage }) => stage.work))].filter((work) => !seconds.has(work));
  if (unknown.length > 0) return [count, `estimated hours: unknown, since ${unknown.join(", ")} has no earlier record`];
  const of = ({ stage }: PlannedStage): number => seconds.get(stage.work) as number;
  const total = left.reduce((sum, stage) => sum + of(stage), 0);
  const chain = longestChain(left, of);
  const unit =
    gpus > 0 ? `${((total * gpus) / 3600).toFixed(2)} GPU hours` : `${((total * cpus) / 3600).toFixed(2)} core hours`;
  const limited =
    atOnce === undefined ? [] : [`${formatDuration(Math.max(chain, total / atOnce))} at ${atOnce} at once`];
  return [count, [`estimated: ${unit}`, `longest chain ${formatDuration(chain)}`, ...limited].join(", ")];
}

function longestChain(stages: readonly PlannedStage[], of: (stage: PlannedStage) => number): number {
  const ends = new Map<string, number>();
  for (const stage of stages) {
    const before = [...stage.needs.values()].map((need) => ends.get(need) ?? 0);
    ends.set(stage.key, Math.max(0, ...before) + of(stage));
  }
  return Math.max(0, ...ends.values());
}
