/** @file The command `npm run study`: runs a profile of a study, told on stderr, its records in a file. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { secondsNow } from "../core/clock.ts";
import { chainStudy } from "./chain/chain-study.ts";
import { type RunOptions, type RunOutcome, runStudy } from "./run-study.ts";
import { starStudy } from "./star/star-study.ts";
import type { PlannedRun, Study } from "./study.ts";
import { terminalSweep } from "./sweep-display.ts";
import { createWorkerPool } from "./worker-pool.ts";

type Run = (options: RunOptions) => Promise<RunOutcome>;

/** What the command knows by name: the profiles of every study. */
const RUNS: Readonly<Record<string, Run>> = { ...runsOf(chainStudy), ...runsOf(starStudy) };

function runsOf<Config, Planned extends PlannedRun>(study: Study<Config, Planned, unknown>): Record<string, Run> {
  const profiles = Object.entries(study.profiles);
  return Object.fromEntries(profiles.map(([name, config]) => [name, (options) => runStudy(study, config, options)]));
}

const USAGE = `npm run study -- ${Object.keys(RUNS).join("|")} [--results FILE] [--store FOLDER] [--workers N]

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
  const run = RUNS[profile ?? ""];
  if (values.help || run === undefined) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const results = values.results ?? `out/study-${profile}.jsonl`;
  mkdirSync(dirname(results), { recursive: true });
  const started = secondsNow();
  const { states, finished, planned } = await run({
    store: values.store,
    results,
    ...(values.workers !== undefined && {
      executor: (works) => createWorkerPool(works, { size: Number(values.workers) }),
    }),
    onChange: terminalSweep(),
  });
  for (const { planned: stage, status, error } of states) {
    if (status === "failed") console.error(`${stage.stage.work} ${stage.key} failed: ${error}`);
  }
  console.log(`${results}: ${finished} of ${planned} policies, ${((secondsNow() - started) / 60).toFixed(1)} min`);
  return finished === planned ? 0 : 1;
}
