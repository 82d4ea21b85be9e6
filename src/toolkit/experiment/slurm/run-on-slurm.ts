/** @file `npm run study -- PROFILE --on slurm`: shows what would be submitted, or submits it and watches, and asks before it leaves. */
import { createInterface } from "node:readline/promises";
import { writeRecords } from "../run-study.ts";
import type { StageStore } from "../stage-store.ts";
import type { StudyPlan } from "../study-plan.ts";
import type { StageState } from "../sweep.ts";
import { terminalSweep } from "../sweep-display.ts";
import { estimateLines, secondsByWork } from "./estimate.ts";
import { cancelPlan } from "./plans-command.ts";
import { largestArray } from "./slurm-commands.ts";
import { submissionLine, submitStudy } from "./slurm-executor.ts";
import { requireSlurmOptions, type SlurmOptions } from "./slurm-options.ts";
import { planArrays, whatIsLeft } from "./submit.ts";
import { placePlan, type SubmittedPlan } from "./submitted-plan.ts";
import { lookAtStore } from "./task-states.ts";
import { type WatchOptions, watchPlan } from "./watch.ts";

/** The scripts, how many jobs they are, and how long they may take: all that submitting would do, undone. */
export async function dryRunLines(plan: StudyPlan, store: StageStore, options: SlurmOptions): Promise<string[]> {
  requireSlurmOptions(options);
  const submitted = await placePlan(plan, store);
  const records = new Map();
  await lookAtStore(submitted, { records });
  const { left, queued } = await whatIsLeft(submitted, { records });
  const arrays = planArrays(submitted, 1, left, options, await largestArray());
  return [
    ...arrays.flatMap((array) => [`# sbatch ${array.options.join(" ")}`, array.script]),
    ...(queued > 0 ? [`${queued} stages in the queue already`] : []),
    ...(records.size > 0 ? [`${records.size} stages done already`] : []),
    ...estimateLines(left, await secondsByWork(store, plan.results), arrays.length, options),
  ];
}

/** Submits, says how to come back, and leaves. */
export async function detach(plan: StudyPlan, store: StageStore, options: SlurmOptions): Promise<string[]> {
  requireSlurmOptions(options);
  const { submitted, submission, seen } = await submitStudy(plan, store, options);
  return [submissionLine(submission, seen), ...howToComeBack(submitted)];
}

function howToComeBack({ id, store }: SubmittedPlan): string[] {
  return [`npm run study -- watch ${id} --store ${store.folder}    (or status, logs, cancel)`];
}

/** Submits and watches to the end, or until ctrl-c. @returns the states, and the runs whose record was written, if all is over */
export async function submitAndWatch(
  plan: StudyPlan,
  store: StageStore,
  options: SlurmOptions,
): Promise<{ states: readonly StageState[]; finished: number | undefined }> {
  requireSlurmOptions(options);
  const { submitted, submission, seen } = await submitStudy(plan, store, options);
  console.error(submissionLine(submission, seen));
  return untilInterrupted(submitted, async (watch) => {
    const show = terminalSweep();
    const tell = (states: readonly StageState[], workers: number): void => show(states, workers, plan.runs);
    const { records, states } = await watchPlan(submitted, seen, { ...watch, tell, atOnce: options.atOnce });
    return { states, finished: watch.signal?.aborted ? undefined : await writeRecords(plan, records) };
  });
}

/** Watches; a ctrl-c ends that, and asks what shall become of the jobs. */
export async function untilInterrupted<Watched extends { finished: number | undefined }>(
  submitted: SubmittedPlan,
  watch: (options: WatchOptions) => Promise<Watched>,
): Promise<Watched> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once("SIGINT", onInterrupt);
  const watched = await watch({ signal: stop.signal, note: (line) => console.error(line) });
  process.off("SIGINT", onInterrupt);
  if (!stop.signal.aborted) return watched;
  if (await wantsToCancel()) console.error(`${await cancelPlan(submitted)} stages cancelled`);
  else console.error(["the jobs go on", ...howToComeBack(submitted)].join("\n"));
  return watched;
}

/** Only a person is asked, and only the word itself cancels. */
async function wantsToCancel(): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false;
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  const left = new Promise<string>((resolve) => asked.once("close", () => resolve(""))); // a second ctrl-c
  const answer = await Promise.race([
    asked.question("\nleave the jobs running, or cancel them? [leave|cancel] "),
    left,
  ]);
  asked.close();
  return /^c(ancel)?$/i.test(answer.trim());
}
