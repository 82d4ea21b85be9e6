/** @file The command `npm run study`: runs a profile of a study here or on a cluster, told on stderr, its records in a file. */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { secondsNow } from "../core/clock.ts";
import { replaceFile } from "../core/replace-file.ts";
import { chainStudy } from "./chain/chain-study.ts";
import { localExecutor } from "./executor.ts";
import { runPlan } from "./run-study.ts";
import { ClusterError } from "./slurm/cluster-error.ts";
import { planForOthers } from "./slurm/plan-for-others.ts";
import { cancelPlan, logLines, PLAN_WORDS, statusLines, watchSubmitted } from "./slurm/plans-command.ts";
import { detach, dryRunLines, submitAndWatch, untilInterrupted } from "./slurm/run-on-slurm.ts";
import type { SlurmOptions } from "./slurm/slurm-options.ts";
import { findPlans, placePlan, type SubmittedPlan } from "./slurm/submitted-plan.ts";
import { openStageStore, StoreMismatch } from "./stage-store.ts";
import { starStudy } from "./star/star-study.ts";
import type { PlannedRun, Study } from "./study.ts";
import { planOf, type StudyPlan } from "./study-plan.ts";
import type { StageState } from "./sweep.ts";
import { terminalSweep } from "./sweep-display.ts";
import { pretrainedWordsStudy } from "./words/pretrained-study.ts";
import { wordsStudy } from "./words/words-study.ts";
import { createWorkerPool } from "./worker-pool.ts";

/** What a profile is told by the command line. */
interface Given {
  readonly seeds?: readonly number[];
  readonly checkpoint?: string;
}

/** A profile by its name. */
interface Profile {
  readonly takesCheckpoint: boolean;
  readonly workers: number | undefined;
  plan(results: string, given: Given): StudyPlan;
  cost(given: Given): Promise<string[]>;
}

/** What the command knows by name: the profiles of every study. */
const PROFILES: Readonly<Record<string, Profile>> = {
  ...profilesOf(chainStudy),
  ...profilesOf(starStudy),
  ...profilesOf(wordsStudy),
  ...profilesOf(pretrainedWordsStudy, true),
};

function profilesOf<Config extends { readonly seeds: readonly number[] }, Run extends PlannedRun>(
  study: Study<Config, Run, unknown>,
  takesCheckpoint = false,
): Record<string, Profile> {
  const profiles = Object.entries(study.profiles);
  return Object.fromEntries(
    profiles.map(([name, config]): [string, Profile] => {
      const plan = (results: string, given: Given) => planOf(study, { ...config, ...given }, { name, results });
      const counted = async (given: Given): Promise<string[]> => {
        const { stages, runs } = plan("", given);
        return [`${stages.length} stages, ${runs.length} policies; what they will take is not reckoned for this study`];
      };
      const cost = async (given: Given) => study.cost?.({ ...config, ...given }) ?? counted(given);
      return [name, { takesCheckpoint, workers: study.workers, plan, cost }];
    }),
  );
}

/** What only a submission takes. */
const ONLY_SLURM = ["detach", "partition", "account", "time", "cpus", "gpus", "mem", "at-once", "sbatch"] as const;

const USAGE = `npm run study -- ${Object.keys(PROFILES).join("|")}
                 [--results FILE] [--store FOLDER] [--workers N] [--seeds N,N] [--model DIR|FILE.gguf] [--dry-run]
npm run study -- PROFILE --on slurm [--partition P] [--account A] [--time 2:00:00] [--cpus N] [--gpus N] [--mem 8G]
                 [--at-once N] [--sbatch "any option"]... [--dry-run | --detach]
npm run study -- ${PLAN_WORDS.join("|")} [PROFILE] [--store FOLDER]    of what was submitted; logs [PROFILE] [--of KEY|WORK]

Trains and measures every policy of the study (docs/study-protocol.md). What is done already is not done again: after a
crash, or a change of the code, the same command does what is left.

A terminal shows a table, for the chain's studies of methods and sizes: "3/5 1> 1!" is 3 of 5 runs done, 1 running, 1 failed; a log, a line a change.
A stage that fails is tried once more.

  --results  JSON lines, one a policy (default out/study-NAME.jsonl)
  --store    where stages are kept (default out/stages); for Slurm on a file system that all nodes mount
  --workers  processes at a time (default: one a core)
  --seeds    your own, in place of the protocol's: --seeds 90001,90002
  --model    the checkpoint that words-pretrained begins with
  --on       slurm: each stage is a job of an array (docs/cluster.md); ctrl-c asks whether to leave or cancel them
  --plan-file FILE  writes the plan for another scheduler, and runs nothing
  --dry-run  runs nothing: what words-pretrained will take in tokens, operations and minutes; with --on slurm the scripts,
             how many jobs, and the hours they may take; --detach submits and leaves

Example: npm run study -- quick`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // what a user can mend is told in a line; of anything else the stack is wanted
  const known = error instanceof ClusterError || error instanceof StoreMismatch || error instanceof RangeError;
  const ofFiles = typeof (error as NodeJS.ErrnoException).syscall === "string";
  const ofWords = String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
  if (!known && !ofFiles && !ofWords) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  const asked = { type: "boolean", default: false } as const;
  const { values, positionals } = parseArgs({
    args: withSbatch(args),
    allowPositionals: true,
    options: {
      ...{ results: text, workers: text, on: text, partition: text, account: text, time: text, cpus: text, gpus: text },
      ...{ seeds: text, model: text },
      ...{ mem: text, "at-once": text, of: text, "plan-file": text, help: asked, "dry-run": asked, detach: asked },
      store: { type: "string", default: "out/stages" },
      sbatch: { type: "string", multiple: true, default: [] },
    },
  });
  const [word = "", name] = positionals;
  if (!values.help && isPlanWord(word)) {
    return ofSubmitted(word, await findPlans(await openStageStore(values.store), name), values.of);
  }
  const profile = PROFILES[word];
  if (values.help || profile === undefined) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.on !== undefined && values.on !== "slurm" && values.on !== "local") {
    throw new RangeError(`npm run study requires --on to be slurm or local, got ${values.on}`);
  }
  requireSlurmFor(values);
  if (values.model !== undefined && !profile.takesCheckpoint) {
    throw new RangeError(`npm run study -- ${word} takes no --model, got ${values.model} (hint: words-pretrained)`);
  }
  const given = {
    ...(values.seeds !== undefined && { seeds: values.seeds.split(",").map(Number) }),
    ...(values.model !== undefined && { checkpoint: values.model }),
  };
  if (values["dry-run"] && values.on !== "slurm") {
    console.log((await profile.cost(given)).join("\n"));
    return 0;
  }
  const results = resolve(values.results ?? `out/study-${word}.jsonl`);
  const plan = profile.plan(results, given);
  mkdirSync(dirname(results), { recursive: true });
  const started = secondsNow();
  if (values["plan-file"] !== undefined) {
    const placed = await placePlan(plan, await openStageStore(values.store));
    await replaceFile(values["plan-file"], planForOthers(placed));
    console.log(
      `${values["plan-file"]}: ${plan.stages.length} stages (docs/cluster.md says how other schedulers read it)`,
    );
    return 0;
  }
  if (values.on === "slurm") {
    const store = await openStageStore(values.store);
    const options = slurmOptions(values);
    if (values["dry-run"] || values.detach) {
      const lines = values.detach ? detach(plan, store, options) : dryRunLines(plan, store, options);
      console.log((await lines).join("\n"));
      return 0;
    }
    return told(plan, await submitAndWatch(plan, store, options), started);
  }
  const workers = values.workers === undefined ? profile.workers : Number(values.workers);
  const size = workers === undefined ? {} : { size: workers };
  const outcome = await runPlan(plan, {
    store: values.store,
    executor: localExecutor((works) => createWorkerPool(works, size)),
    onChange: terminalSweep(),
  });
  return told(plan, outcome, started);
}

/** Where nothing is submitted, what only a submission knows would be passed over, and --detach would run a night's study. */
function requireSlurmFor({ on, ...values }: Readonly<Record<string, unknown>>): void {
  if (on === "slurm") return;
  const given = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false);
  const word = ONLY_SLURM.find((name) => given(values[name]));
  if (word === undefined) return;
  throw new RangeError(
    `npm run study requires --on slurm for --${word}, got ${on === undefined ? "no --on" : `--on ${on}`}`,
  );
}

/** --sbatch "--qos=low": the word after it is its own, though it looks like an option of ours. */
function withSbatch(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    if (word === "--sbatch" && at + 1 < words.length) return [];
    return words[at - 1] === "--sbatch" ? [`--sbatch=${word}`] : [word];
  });
}

type PlanWord = (typeof PLAN_WORDS)[number];

function isPlanWord(word: string): word is PlanWord {
  return (PLAN_WORDS as readonly string[]).includes(word);
}

async function ofSubmitted(
  word: PlanWord,
  plans: readonly SubmittedPlan[],
  which: string | undefined,
): Promise<number> {
  if (word === "status") {
    console.log((await statusLines(plans)).join("\n"));
    return 0;
  }
  let code = 0;
  for (const submitted of plans) {
    if (word === "cancel") console.log(`${submitted.id}: ${await cancelPlan(submitted)} stages cancelled`);
    else if (word === "logs") console.log((await logLines(submitted, which)).join("\n"));
    else {
      const started = secondsNow();
      const watch = (options: object) => watchSubmitted(submitted, { ...options, onChange: terminalSweep() });
      code = Math.max(code, told(submitted.plan, await untilInterrupted(submitted, watch), started));
    }
  }
  return code;
}

function slurmOptions(values: Readonly<Record<string, unknown>>): SlurmOptions {
  const given = (name: string, as: string, of: (value: unknown) => unknown = (value) => value) =>
    values[name] === undefined ? {} : { [as]: of(values[name]) };
  return {
    ...given("partition", "partition"),
    ...given("account", "account"),
    ...given("time", "time"),
    ...given("mem", "mem"),
    ...given("cpus", "cpus", Number),
    ...given("gpus", "gpus", Number),
    ...given("at-once", "atOnce", Number),
    sbatch: values.sbatch as string[],
  };
}

/** Says what failed, and how much is done. @returns the exit code */
function told(
  { results, runs }: StudyPlan,
  { states, finished }: { readonly states: readonly StageState[]; readonly finished: number | undefined },
  started: number,
): number {
  for (const { planned: stage, status, error } of states) {
    if (status === "failed") console.error(`${stage.stage.work} ${stage.key} failed: ${error}`);
  }
  if (finished === undefined) return 130;
  console.log(`${results}: ${finished} of ${runs.length} policies, ${((secondsNow() - started) / 60).toFixed(1)} min`);
  return finished === runs.length ? 0 : 1;
}
