/** @file The plan that the tests of Slurm submit: sums, whose works are those of the tests of executors. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { codeVersion } from "../../../../src/toolkit/experiment/code-version.ts";
import { plan, type Stage } from "../../../../src/toolkit/experiment/stage.ts";
import { openStageStore, type StageStore } from "../../../../src/toolkit/experiment/stage-store.ts";
import { type StudyPlan, TOOLKIT } from "../../../../src/toolkit/experiment/study-plan.ts";

export async function scratchStore(t: TestContext): Promise<StageStore> {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return openStageStore(folder);
}

export const add = (term: number, needs: Record<string, Stage> = {}): Stage => ({
  work: "add",
  config: { term },
  needs,
});

/** A base a seed, six policies of each, and one that compares them all: layers of 2, 12 and 1. */
export function planFor(store: StageStore): StudyPlan {
  const version = codeVersion(TOOLKIT);
  const bases = [add(1), add(2)];
  const policies = bases.flatMap((base) => [10, 20, 30, 40, 50, 60].map((term) => add(term, { base })));
  const last = add(1000, Object.fromEntries(policies.map((policy, at) => [`policy ${at}`, policy])));
  return {
    name: "sums",
    works: new URL("../test-works.ts", import.meta.url).href,
    codeVersion: version,
    versions: { code: version },
    stages: plan([last], version),
    runs: [{ row: "all", column: "1", key: plan([last], version).at(-1)?.key as string, labels: {} }],
    results: join(store.folder, "results.jsonl"),
  };
}
