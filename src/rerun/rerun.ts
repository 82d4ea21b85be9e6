/** @file The whole way: read and check everything, run each notebook, judge the claims, write the reports. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic-write.ts";
import { type Claim, type ClaimsFile, claimsOf, readClaims } from "./claims/claims.ts";
import { judge } from "./claims/verdict.ts";
import { describeEnvironment, environmentDifference } from "./environment.ts";
import { fileProblem, type Notebook, readNotebook } from "./notebook/notebook.ts";
import { notebookText } from "./notebook/notebook-text.ts";
import { type NotebookRun, type RunProgress, runNotebook } from "./notebook/run-notebook.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { reportHtml } from "./report/report-html.ts";
import { type Report, reportJson } from "./report/report-json.ts";
import { whenAborted } from "./wait.ts";

export interface RerunOptions {
  /** Paths of notebooks, run in this order, each in a kernel of its own. */
  readonly notebooks: readonly string[];
  /** Path of the claims file; undefined to check no number. */
  readonly claims: string | undefined;
  /** Folder for the executed notebooks and the reports; made when missing. */
  readonly out: string;
  /** Whether the executed notebook replaces its source when its run succeeds. */
  readonly write: boolean;
  /** Time limit of each cell, milliseconds. */
  readonly timeoutMs: number;
  /** Aborted to stop: the running cell is interrupted, what was computed is written. */
  readonly signal: AbortSignal;
  readonly progress: RunProgress;
}

export interface Rerun extends Report {
  /** Paths written, in order. */
  readonly written: readonly string[];
}

interface Task {
  readonly notebook: Notebook;
  readonly claims: readonly Claim[];
  /** Where the executed notebook goes. */
  readonly target: string;
}

/**
 * Runs notebooks from a clean state and checks the numbers they claim.
 *
 * @param options what to run and where to write
 * @returns what was found; or one line about bad input, in which case nothing was run, or a file that could not be written
 */
export async function rerun(options: RerunOptions): Promise<Outcome<Rerun>> {
  const file = options.claims === undefined ? success(undefined) : readClaims(options.claims);
  if (!file.ok) return file;
  const tasks = readTasks(options, file.value);
  if (!tasks.ok) return tasks;
  const notebooks = tasks.value.map(({ notebook }) => notebook);
  const environment = describeEnvironment(notebooks, file.value);
  const difference = file.value === undefined ? undefined : environmentDifference(file.value);

  const stopped = whenAborted(options.signal);
  const runs = new Map<Task, NotebookRun>();
  const written: Outcome<string>[] = [];
  for (const task of tasks.value) {
    if (options.signal.aborted) break;
    const { notebook, claims, target } = task;
    const { timeoutMs, progress } = options;
    const run = await runNotebook(notebook, { timeoutMs, stopped, expressions: expressionsByCell(claims), progress });
    runs.set(task, run);
    const text = notebookText(notebook, run.cells, run.languageInfo);
    written.push(writeAtomically(target, text)); // at once: what was computed is kept whatever comes next
    if (options.write && run.failure === undefined) written.push(writeAtomically(notebook.path, text));
  }
  const judgements = tasks.value.flatMap((task) =>
    task.claims.map((claim) => {
      const measurement = runs.get(task)?.cells.get(claim.cell)?.measurements.get(claim.id);
      return judge(claim, task.notebook, measurement, difference);
    }),
  );

  const report: Report = { runs: [...runs.values()], judgements, environment };
  written.push(writeAtomically(join(options.out, "report.json"), reportJson(report)));
  written.push(writeAtomically(join(options.out, "report.html"), reportHtml(report)));
  const paths: string[] = [];
  for (const one of written) {
    if (!one.ok) return one;
    paths.push(one.value);
  }
  return success({ ...report, written: paths });
}

function readTasks({ notebooks, out }: RerunOptions, file: ClaimsFile | undefined): Outcome<Task[]> {
  const tasks: Task[] = [];
  for (const path of notebooks) {
    const notebook = readNotebook(path);
    if (!notebook.ok) return notebook;
    const claims = file === undefined ? success([]) : claimsOf(file, notebook.value);
    if (!claims.ok) return claims;
    const target = join(out, notebook.value.name);
    const twin = tasks.find((task) => task.target === target);
    if (twin !== undefined) {
      const reason = `${twin.notebook.path} and ${path} would both be written to ${target}`;
      return failure(`${reason} (hint: run them one at a time, each with its own --out)`);
    }
    tasks.push({ notebook: notebook.value, claims: claims.value, target });
  }
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    return failure(`${out}: no folder for the results: ${fileProblem(error)}`);
  }
  const overwritten = tasks.find(({ notebook, target }) => isSameFile(notebook.path, target));
  if (overwritten === undefined) return success(tasks);
  const reason = `--out ${out} would overwrite ${overwritten.notebook.path}`;
  return failure(`${reason} (hint: choose another folder; --write replaces a notebook after a run that succeeds)`);
}

function isSameFile(path: string, other: string): boolean {
  return existsSync(other) && realpathSync(path) === realpathSync(other);
}

/** Cell id -> claim id -> expression. */
function expressionsByCell(claims: readonly Claim[]): Map<string, Record<string, string>> {
  const byCell = new Map<string, Record<string, string>>();
  for (const { cell, id, expression } of claims) byCell.set(cell, { ...byCell.get(cell), [id]: expression });
  return byCell;
}
