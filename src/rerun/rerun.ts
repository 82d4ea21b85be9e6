/** @file The whole way: read and check everything, run each notebook, judge claims and figures, write the reports. */
import { dirname } from "node:path";
import pMap from "p-map";
import { changedNumbers, changedTexts } from "./claims/changed-texts.ts";
import { type ClaimsFile, doubtfulTolerances, isNotebook, readClaims } from "./claims/claims.ts";
import { judgeFigures } from "./claims/figures.ts";
import { type SeedRun, seedOf, studySeeds } from "./claims/seeds.ts";
import { judge, measurementOf } from "./claims/verdict.ts";
import { slurmRuns } from "./cluster/slurm-runs.ts";
import { changedSince } from "./environment/changes.ts";
import { checkEnvironment, differencesOf, type EnvironmentCheck } from "./environment/checks.ts";
import { describeEnvironment, platformDifference } from "./environment/environment.ts";
import type { JsonObject } from "./json-text.ts";
import { type Cell, MAY_FAIL } from "./notebook/notebook.ts";
import { notebookText } from "./notebook/notebook-text.ts";
import { type NotebookRun, runnableCells } from "./notebook/run-notebook.ts";
import { SAVED_RUN, savedRun } from "./notebook/saved-run.ts";
import { widgetsAfter } from "./notebook/widgets.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { type Plan, type PlanOptions, planTasks, prepareFolder, type Task } from "./plan.ts";
import type { Report } from "./report/report-json.ts";
import { cellPlace } from "./result-text.ts";
import { runTask, type TaskOptions } from "./run-task.ts";
import { detourOf } from "./sandbox/detours.ts";
import { createSandbox, type Sandbox } from "./sandbox/sandbox.ts";
import { whenAborted } from "./wait.ts";
import { attempt, writeReports, writeText } from "./write-results.ts";

export interface RerunOptions extends PlanOptions, TaskOptions {
  /** Path of the claims file; undefined to check no number. */
  readonly claims: string | undefined;
  /** Whether the user named that file: it is then an error when none of its claims is judged. */
  readonly claimsAsked: boolean;
  /** Whether the executed notebook replaces its source when its run succeeds. */
  readonly write: boolean;
  /** How many more seeds each notebook is run with. */
  readonly seeds: number;
  readonly sandbox: boolean;
  /** Notebooks that no change since this commit can have touched are left out; undefined to run all. */
  readonly since: string | undefined;
  /** Notebooks that run at the same time. */
  readonly jobs: number;
  /** Options of sbatch, when each notebook is to be a job of Slurm; undefined to run them here. */
  readonly slurm?: readonly string[] | undefined;
  /** Whether a printed number that is not as saved is a difference. */
  readonly printed: boolean;
  /** Whether to write junit.xml too. */
  readonly junit: boolean;
  /** Aborted to stop: the running cell is interrupted, what was computed is written. */
  readonly signal: AbortSignal;
  /** Told what was checked before the first notebook starts. */
  readonly onChecks: (checks: readonly EnvironmentCheck[]) => void;
  /** Told, in a line each, what the user should know of the plan. */
  readonly onNote: (line: string) => void;
}

export interface Rerun extends Report {
  /** What the sandbox does not hold; undefined without one. */
  readonly gaps: readonly string[] | undefined;
  /** What could not be written, in a line each. */
  readonly unwritten: readonly string[];
  /** Paths written, in order. */
  readonly written: readonly string[];
}

/**
 * Reads what there is to run.
 *
 * @param options what to run
 * @returns the claims file, when there is one, and the tasks in order; or one line about bad input
 */
export function readPlan(options: RerunOptions): Outcome<Plan & { file: ClaimsFile | undefined }> {
  const file = options.claims === undefined ? success(undefined) : readClaims(options.claims);
  if (!file.ok) return file;
  const plan = planTasks(options, file.value);
  if (!plan.ok) return plan;
  const { tasks, refused } = plan.value;
  for (const line of file.value === undefined ? [] : doubtfulTolerances(file.value)) options.onNote(line);
  const unjudged = file.value === undefined ? undefined : whyNoneIsJudged(file.value, tasks, options);
  if (unjudged !== undefined && options.claimsAsked) return failure(unjudged);
  if (unjudged !== undefined) options.onNote(`${unjudged}: no number is checked`);
  const hasParameters = Object.keys(options.parameters).length > 0;
  if (options.since !== undefined && hasParameters)
    options.onNote("--since leaves out no notebook that is given parameters");
  if (options.since === undefined || hasParameters) return success({ file: file.value, tasks, refused });
  const notebooks = tasks.map(({ notebook }) => notebook);
  const changed = changedSince(notebooks, options.since, options.claims === undefined ? [] : [options.claims]);
  if (!changed.ok) return changed;
  const { touched, told } = changed.value;
  options.onNote(told);
  return success({ file: file.value, tasks: tasks.filter(({ notebook }) => touched.includes(notebook)), refused });
}

/** One line when none of the claims is about what will run; undefined when one is. */
function whyNoneIsJudged(
  { path, claims }: ClaimsFile,
  tasks: readonly Task[],
  { profile }: RerunOptions,
): string | undefined {
  if (tasks.some((task) => task.claims.length > 0)) return undefined;
  if (claims.length === 0) return `${path} holds no claim`;
  const own = claims.filter((claim) => tasks.some(({ notebook }) => isNotebook({ path }, claim.notebook, notebook)));
  if (own.length === 0) {
    const named = [...new Set(claims.map(({ notebook }) => notebook))].slice(0, 5).join(", ");
    return `${path} holds no claim about ${tasks.map(({ notebook }) => notebook.path).join(", ")} (hint: it is about ${named})`;
  }
  if (own.every((claim) => (claim.profile ?? profile) !== profile)) {
    return `${path}: every claim about these notebooks is of the other profile, this one is ${profile} (hint: --full is the other switch)`;
  }
  return `${path} holds no claim about the cells of --cells`;
}

/**
 * Runs notebooks from a clean state and checks the numbers they claim.
 *
 * @param options what to run and where to write
 * @returns what was found; or one line about bad input, in which case nothing was run
 */
export async function rerun(options: RerunOptions): Promise<Outcome<Rerun>> {
  const plan = readPlan(options);
  if (!plan.ok) return plan;
  const { file, tasks, refused } = plan.value;
  const replaced = options.write ? tasks.map(({ notebook }) => notebook.path) : [];
  const detour = options.sandbox ? detourOf([options.out, ...replaced]) : undefined;
  if (detour !== undefined) return failure(detour);
  const folder = prepareFolder(options.out, tasks);
  if (!folder.ok) return folder;
  const sandboxes = createSandboxes(options.sandbox ? tasks : []);
  if (!sandboxes.ok) return sandboxes;
  const notebooks = tasks.map(({ notebook }) => notebook);
  const environment = describeEnvironment(
    notebooks,
    tasks.map(({ launch }) => launch),
    file,
    options.sandbox,
  );
  const checks = checkEnvironment(dirname(notebooks[0]?.path ?? "."), file);
  options.onChecks(checks);

  const written: Outcome<string>[] = [];
  const stopped = whenAborted(options.signal);
  const cluster = options.slurm === undefined ? undefined : slurmRuns(options.slurm, options);
  const start = (task: Task, seed: number | undefined) =>
    cluster?.run(task, seed) ?? runTask(task, seed, stopped, sandboxes.value.get(task), options);
  const runs = new Map<Task, NotebookRun>();
  const seedRuns: SeedRun[] = [];
  const runWhole = async (task: Task) => {
    if (options.signal.aborted) return;
    const run = await start(task, undefined);
    runs.set(task, run);
    if (run.endedBy !== undefined) {
      options.onNote(`${cellPlace(task.notebook, run.endedBy.id)} ended the notebook: the cells below were not run`);
    }
    for (const { id } of quietCells(run)) {
      options.onNote(`${cellPlace(task.notebook, id)} is tagged ${MAY_FAIL} and raised nothing`);
    }
    const saved = savedRun(task.notebook, options.profile);
    const stamp = {
      language_info: run.languageInfo,
      kernelspec: kernelSpec(task),
      widgets: widgetsAfter((task.notebook.document.metadata as JsonObject).widgets, run.widgets),
      [SAVED_RUN]: Object.keys(options.parameters).length === 0 ? saved : { ...saved, parameters: options.parameters },
    };
    const text = attempt(task.target, () => notebookText(task.notebook, run.cells, stamp));
    written.push(writeText(task.target, text)); // at once: what was computed is kept whatever comes next
    if (options.write && run.failure === undefined && run.endedBy === undefined)
      written.push(writeText(task.notebook.path, text));
    const first = (seedOf(run) ?? 0) + 1;
    for (let seed = first; seed < first + options.seeds && !options.signal.aborted; seed++) {
      seedRuns.push({ seed, run: await start(task, seed) });
    }
  };
  await pMap(tasks, runWhole, { concurrency: options.jobs });
  cluster?.close();

  const done = tasks.flatMap((task) => runs.get(task) ?? []);
  const allChecks = [...checks, ...(file === undefined ? [] : checkSeeds(file, done))];
  const platform = file === undefined ? undefined : platformDifference(file);
  const difference = differencesOf(allChecks) ?? platform;
  const judgements = tasks.flatMap((task) =>
    task.claims.map((claim) => judge(claim, task.notebook, measurementOf(claim, runs.get(task)), difference)),
  );
  const texts = done.flatMap(changedTexts);
  const report: Report = {
    refused,
    runs: done,
    judgements,
    figures: done.flatMap((run) =>
      judgeFigures(run, {
        ...options,
        environmentDifference: difference,
        hasParameters: Object.keys(options.parameters).length > 0,
      }),
    ),
    changedTexts: texts,
    judgedTexts: options.printed ? changedNumbers(texts) : [],
    seeds: options.seeds > 0 ? studySeeds(judgements, seedRuns) : [],
    checks: allChecks,
    environment,
    profile: options.profile,
  };
  written.push(...writeReports(report, options.out, options.junit));
  const gaps = [...sandboxes.value.values()].flatMap((sandbox) => sandbox.gaps);
  return success({
    ...report,
    written: written.flatMap((one) => (one.ok ? one.value : [])),
    unwritten: written.flatMap((one) => (one.ok ? [] : one.reason)),
    gaps: options.sandbox ? [...new Set(gaps)] : undefined,
  });
}

/** Cells that were expected to fail, and did not. */
function quietCells({ notebook, cells }: NotebookRun): Cell[] {
  return notebook.cells.filter(({ id, tags }) => {
    const ran = tags.includes(MAY_FAIL) ? cells.get(id) : undefined;
    return ran !== undefined && !ran.outputs.some((output) => output.output_type === "error");
  });
}

/** The kernel that ran, where the notebook names another; undefined to keep what it says. */
function kernelSpec({ notebook, launch }: Task): JsonObject | undefined {
  if (notebook.kernelName === launch.name) return undefined;
  return { name: launch.name, display_name: launch.name, language: launch.language };
}

function createSandboxes(tasks: readonly Task[]): Outcome<Map<Task, Sandbox>> {
  const sandboxes = new Map<Task, Sandbox>();
  for (const task of tasks) {
    const sandbox = createSandbox(task.launch, dirname(task.notebook.path));
    if (!sandbox.ok) return sandbox;
    sandboxes.set(task, sandbox.value);
  }
  return success(sandboxes);
}

/** The seed of each notebook that came to its end against the one that the claims were recorded with. */
function checkSeeds(file: ClaimsFile, runs: readonly NotebookRun[]): EnvironmentCheck[] {
  return Object.entries(file.environment.seeds ?? {}).flatMap(([path, recorded]) => {
    const run = runs.find(({ notebook }) => isNotebook(file, path, notebook));
    if (run === undefined || !cameToItsEnd(run)) return [];
    const seed = seedOf(run);
    if (seed === undefined) {
      const difference = `${path} has no variable seed, recorded with ${recorded}`;
      return [{ what: "seed", difference, record: `${recorded} in ${path}` } as const];
    }
    const difference = seed === recorded ? undefined : `${path} has seed ${seed}, recorded with ${recorded}`;
    return [{ what: "seed", difference, record: `${seed} in ${path}` } as const];
  });
}

function cameToItsEnd({ failure, notebook, cells }: NotebookRun): boolean {
  return failure === undefined && runnableCells(notebook).every(({ id }) => cells.has(id));
}
