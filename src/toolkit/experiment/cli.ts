/** @file The command `npm run study`: runs a profile of a study, told on stderr, its records in a file. */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { secondsNow } from "../core/clock.ts";
import { chainStudy } from "./chain/chain-study.ts";
import { localExecutor } from "./executor.ts";
import { runPlan } from "./run-study.ts";
import { starStudy } from "./star/star-study.ts";
import type { PlannedRun, Study } from "./study.ts";
import { planOf, type StudyPlan } from "./study-plan.ts";
import { terminalSweep } from "./sweep-display.ts";
import { createWorkerPool } from "./worker-pool.ts";

type MakePlan = (name: string, results: string) => StudyPlan;

/** What the command knows by name: the profiles of every study. */
const PLANS: Readonly<Record<string, MakePlan>> = { ...plansOf(chainStudy), ...plansOf(starStudy) };

function plansOf<Config, Run extends PlannedRun>(study: Study<Config, Run, unknown>): Record<string, MakePlan> {
  const profiles = Object.entries(study.profiles);
  return Object.fromEntries(
    profiles.map(([profile, config]) => [profile, (name, results) => planOf(study, config, { name, results })]),
  );
}

const USAGE = `npm run study -- ${Object.keys(PLANS).join("|")} [--results FILE] [--store FOLDER] [--workers N]

Trains and measures every policy of the study (docs/study-protocol.md). What is done already is not done again: after a
crash, or a change of the code, the same command does what is left.

A terminal shows a table, for the chain's studies of methods and sizes: "3/5 1> 1!" is 3 of 5 runs done, 1 running, 1 failed; a log, a line a change.
A stage that fails is tried once more.

  --results  JSON lines, one a policy (default out/study-NAME.jsonl)
  --store    where stages are kept (default out/stages)
  --workers  processes at a time (default: one a core)

Example: npm run study -- quick`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      results: { type: "string" },
      store: { type: "string", default: "out/stages" },
      workers: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [profile] = positionals;
  const makePlan = PLANS[profile ?? ""];
  if (values.help || profile === undefined || makePlan === undefined) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const results = resolve(values.results ?? `out/study-${profile}.jsonl`);
  mkdirSync(dirname(results), { recursive: true });
  const started = secondsNow();
  const { workers } = values;
  const size = workers === undefined ? {} : { size: Number(workers) };
  const { states, finished, planned } = await runPlan(makePlan(profile, results), {
    store: values.store,
    executor: localExecutor((works) => createWorkerPool(works, size)),
    onChange: terminalSweep(),
  });
  for (const { planned: stage, status, error } of states) {
    if (status === "failed") console.error(`${stage.stage.work} ${stage.key} failed: ${error}`);
  }
  console.log(`${results}: ${finished} of ${planned} policies, ${((secondsNow() - started) / 60).toFixed(1)} min`);
  return finished === planned ? 0 : 1;
}
