/** @file A plan of as many stages as asked, submitted, looked at and cancelled, in a process of its own: seconds, and the most memory it had. */
import { join } from "node:path";
import { cancelPlan } from "../../src/toolkit/experiment/slurm/plans-command.ts";
import { submitStudy } from "../../src/toolkit/experiment/slurm/slurm-executor.ts";
import { look, nothingSeen } from "../../src/toolkit/experiment/slurm/watch.ts";
import { openStageStore } from "../../src/toolkit/experiment/stage-store.ts";
import { planOf } from "../../src/toolkit/experiment/study-plan.ts";
import { sweepTable } from "../../src/toolkit/experiment/sweep-table.ts";
import { faultStudy } from "../../tests/judges/slurm/fault-study.ts";

const [folder = "", count = "1000"] = process.argv.slice(2);
const STAGES_A_SEED = 10; // a base and nine policies
const seeds = Array.from({ length: Number(count) / STAGES_A_SEED }, (_, seed) => seed);
const methods = Array.from({ length: STAGES_A_SEED - 1 }, (_, method) => method);
const name = `bench-${count}`;
const plan = planOf(
  faultStudy,
  { seeds, methods, control: folder, fills: 0 },
  { name, results: join(folder, "results.jsonl") },
);
const store = await openStageStore(join(folder, "stages"));
const began = performance.now();
const { submitted, submission } = await submitStudy(plan, store, {});
const seconds = (performance.now() - began) / 1000;
const states = await look(submitted, nothingSeen());
const lines = sweepTable(plan.runs, states, 1).length;
const cancelled = await cancelPlan(submitted);
const memory = process.resourceUsage().maxRSS / 1024; // MiB
console.log(
  JSON.stringify({ stages: plan.stages.length, submitted: submission.submitted, seconds, cancelled, lines, memory }),
);
