/** @file The command `npm run study`: runs the quick or the full study, told on stderr, its records in a file. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { secondsNow } from "../../core/clock.ts";
import type { RunOptions, RunOutcome } from "../run-plan.ts";
import { runStarStudy } from "../star/run-star-study.ts";
import { STAR_STUDY } from "../star/star-config.ts";
import { terminalSweep } from "../sweep-display.ts";
import { STUDIES } from "./profiles.ts";
import { runStudy } from "./run-study.ts";

/** What the command knows by name. */
const RUNS: Readonly<Record<string, (options: RunOptions) => Promise<RunOutcome>>> = {
  ...Object.fromEntries(
    Object.entries(STUDIES).map(([name, config]) => [name, (options: RunOptions) => runStudy({ config, ...options })]),
  ),
  star: (options) => runStarStudy({ config: STAR_STUDY, ...options }),
};

const USAGE = `npm run study -- ${Object.keys(RUNS).join("|")} [--results FILE] [--store FOLDER] [--workers N]

Trains and measures every policy of the study (docs/study-protocol.md). What is done already is not done again: after a
crash, or a change of the code, the same command does what is left.

A terminal shows a table of methods and sizes: "3/5 1> 1!" is 3 of 5 runs done, 1 running, 1 failed; a log, a line a change.
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
    ...(values.workers !== undefined && { workers: Number(values.workers) }),
    onChange: terminalSweep(),
  });
  for (const { planned: stage, status, error } of states) {
    if (status === "failed") console.error(`${stage.stage.work} ${stage.key} failed: ${error}`);
  }
  console.log(`${results}: ${finished} of ${planned} policies, ${((secondsNow() - started) / 60).toFixed(1)} min`);
  return finished === planned ? 0 : 1;
}
