/** @file The whole way: read and check everything, run each notebook, judge claims and figures, write the reports. */
import { dirname, join } from "node:path";
import pMap from "p-map";
import { writeAtomically } from "./atomic-write.ts";
import { changedTexts } from "./claims/changed-texts.ts";
import { type Claim, type ClaimsFile, readClaims } from "./claims/claims.ts";
import { judgeFigures } from "./claims/figures.ts";
import { type SeedRun, seedOf, studySeeds } from "./claims/seeds.ts";
import { judge, measurementOf } from "./claims/verdict.ts";
import { changedSince } from "./environment/changes.ts";
import { checkEnvironment, differencesOf, type EnvironmentCheck } from "./environment/checks.ts";
import { describeEnvironment, platformDifference } from "./environment/environment.ts";
import { notebookText } from "./notebook/notebook-text.ts";
import { type NotebookRun, type RunOptions, type RunProgress, runNotebook } from "./notebook/run-notebook.ts";
import { SAVED_RUN, savedRun } from "./notebook/saved-run.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { type PlanOptions, planTasks, prepareFolder, type Task } from "./plan.ts";
import { junitXml } from "./report/junit.ts";
import { reportHtml } from "./report/report-html.ts";
import { type Report, reportJson } from "./report/report-json.ts";
import { detourOf } from "./sandbox/detours.ts";
import { createSandbox, type Sandbox } from "./sandbox/sandbox.ts";
import { whenAborted } from "./wait.ts";

export interface RerunOptions extends PlanOptions {
  /** Path of the claims file; undefined to check no number. */
  readonly claims: string | undefined;
  /** Whether the executed notebook replaces its source when its run succeeds. */
  readonly write: boolean;
  /** Time limit of each cell, milliseconds. */
  readonly timeoutMs: number;
  /** How many more seeds each notebook is run with. */
  readonly seeds: number;
  readonly sandbox: boolean;
  /** Notebooks that no change since this commit can have touched are left out; undefined to run all. */
  readonly since: string | undefined;
  /** Notebooks that run at the same time. */
  readonly jobs: number;
  /** Whether to write junit.xml too. */
  readonly junit: boolean;
  /** Aborted to stop: the running cell is interrupted, what was computed is written. */
  readonly signal: AbortSignal;
  readonly progress: RunProgress;
  /** Told what was checked before the first notebook starts. */
  readonly onChecks: (checks: readonly EnvironmentCheck[]) => void;
}

export interface Rerun extends Report {
  /** What the sandbox does not hold; undefined without one. */
  readonly gaps: readonly string[] | undefined;
  /** Paths written, in order. */
  readonly written: readonly string[];
}

/**
 * Reads what there is to run.
 *
 * @param options what to run
 * @returns the claims file, when there is one, and the tasks in order; or one line about bad input
 */
export function readPlan(options: RerunOptions): Outcome<{ file: ClaimsFile | undefined; tasks: Task[] }> {
  const file = options.claims === undefined ? success(undefined) : readClaims(options.claims);
  if (!file.ok) return file;
  const tasks = planTasks(options, file.value);
  if (!tasks.ok || options.since === undefined) {
    return tasks.ok ? success({ file: file.value, tasks: tasks.value }) : tasks;
  }
  const notebooks = tasks.value.map(({ notebook }) => notebook);
  const changed = changedSince(notebooks, options.since, options.claims);
  if (!changed.ok) return changed;
  return success({ file: file.value, tasks: tasks.value.filter(({ notebook }) => changed.value.includes(notebook)) });
}

/**
 * Runs notebooks from a clean state and checks the numbers they claim.
 *
 * @param options what to run and where to write
 * @returns what was found; or one line about bad input, in which case nothing was run, or a file that could not be written
 */
export async function rerun(options: RerunOptions): Promise<Outcome<Rerun>> {
  const plan = readPlan(options);
  if (!plan.ok) return plan;
  const { file, tasks } = plan.value;
  const replaced = options.write ? tasks.map(({ notebook }) => notebook.path) : [];
  const detour = options.sandbox ? detourOf([options.out, ...replaced]) : undefined;
  if (detour !== undefined) return failure(detour);
  const folder = prepareFolder(options.out, tasks);
  if (!folder.ok) return folder;
  const sandboxes = createSandboxes(options.sandbox ? tasks : []);
  if (!sandboxes.ok) return sandboxes;
  const notebooks = tasks.map(({ notebook }) => notebook);
  const environment = describeEnvironment(notebooks, file, options.sandbox);
  const checks = checkEnvironment(dirname(notebooks[0]?.path ?? "."), file);
  options.onChecks(checks);

  const written: Outcome<string>[] = [];
  const stopped = whenAborted(options.signal);
  const start = (task: Task, seed: number | undefined) =>
    runNotebook(task.notebook, runOptions(task, seed, stopped, sandboxes.value.get(task), options));
  const runs = new Map<Task, NotebookRun>();
  const seedRuns: SeedRun[] = [];
  const runTask = async (task: Task) => {
    if (options.signal.aborted) return;
    const run = await start(task, undefined);
    runs.set(task, run);
    const stamp = { language_info: run.languageInfo, [SAVED_RUN]: savedRun(task.notebook, options.profile) };
    const text = notebookText(task.notebook, run.cells, stamp);
    written.push(writeAtomically(task.target, text)); // at once: what was computed is kept whatever comes next
    if (options.write && run.failure === undefined) written.push(writeAtomically(task.notebook.path, text));
    const first = (seedOf(run) ?? 0) + 1;
    for (let seed = first; seed < first + options.seeds && !options.signal.aborted; seed++) {
      seedRuns.push({ seed, run: await start(task, seed) });
    }
  };
  await pMap(tasks, runTask, { concurrency: options.jobs });

  const done = tasks.flatMap((task) => runs.get(task) ?? []);
  const allChecks = [...checks, ...(file === undefined ? [] : checkSeeds(file, done))];
  const platform = file === undefined ? undefined : platformDifference(file);
  const difference = differencesOf(allChecks) ?? platform;
  const judgements = tasks.flatMap((task) =>
    task.claims.map((claim) => judge(claim, task.notebook, measurementOf(claim, runs.get(task)), difference)),
  );
  const report: Report = {
    runs: done,
    judgements,
    figures: done.flatMap((run) => judgeFigures(run, { ...options, environmentDifference: difference })),
    changedTexts: done.flatMap(changedTexts),
    seeds: options.seeds > 0 ? studySeeds(judgements, seedRuns) : [],
    checks: allChecks,
    environment,
    profile: options.profile,
  };
  written.push(...writeReports(report, options));
  const paths: string[] = [];
  for (const one of written) {
    if (!one.ok) return one;
    paths.push(one.value);
  }
  const gaps = [...sandboxes.value.values()].flatMap((sandbox) => sandbox.gaps);
  return success({ ...report, written: paths, gaps: options.sandbox ? [...new Set(gaps)] : undefined });
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

function runOptions(
  task: Task,
  seed: number | undefined,
  stopped: Promise<void>,
  sandbox: Sandbox | undefined,
  { timeoutMs, progress: reported, profile, cells }: RerunOptions,
): RunOptions {
  const { launch, claims } = task;
  const env = { EIGHTFOLD_PROFILE: profile };
  const expressions = expressionsByCell(claims);
  const progress = seed === undefined ? reported : SILENT;
  return { launch, sandbox, env, seed, lastCell: cells.last, timeoutMs, stopped, expressions, progress };
}

/** Runs with other seeds are told of by what they find. */
const SILENT: RunProgress = { cellStarts() {}, cellEnds() {} };

/** The seed of each notebook against the one that the claims were recorded with. */
function checkSeeds({ environment: { seeds = {} } }: ClaimsFile, runs: readonly NotebookRun[]): EnvironmentCheck[] {
  return Object.entries(seeds).flatMap(([path, recorded]) => {
    const run = runs.find(({ notebook }) => notebook.path === path || notebook.path.endsWith(`/${path}`));
    const seed = run === undefined ? undefined : seedOf(run);
    if (seed === undefined) return [];
    const difference = seed === recorded ? undefined : `${path} has seed ${seed}, recorded with ${recorded}`;
    return [{ what: "seed", difference, record: `${seed} in ${path}` } as const];
  });
}

function writeReports(report: Report, { out, junit }: RerunOptions): Outcome<string>[] {
  return [
    writeAtomically(join(out, "report.json"), reportJson(report)),
    writeAtomically(join(out, "report.html"), reportHtml(report)),
    ...(junit ? [writeAtomically(join(out, "junit.xml"), junitXml(report))] : []),
  ];
}

/** Cell id -> claim id -> expression. */
function expressionsByCell(claims: readonly Claim[]): Map<string, Record<string, string>> {
  const byCell = new Map<string, Record<string, string>>();
  for (const { cell, id, expression } of claims) {
    if (expression !== undefined) byCell.set(cell, { ...byCell.get(cell), [id]: expression });
  }
  return byCell;
}
