/** @file What will be run: notebooks found and read, their kernels looked up, their claims checked, before anything starts. */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Claim, type ClaimsFile, claimsOf, type Profile } from "./claims/claims.ts";
import { isSameFile } from "./environment/files.ts";
import { type KernelLaunch, kernelLaunch } from "./kernels/kernel-launch.ts";
import { fileProblem, type Notebook, readNotebook } from "./notebook/notebook.ts";
import { type Parameters, withParameters } from "./notebook/parameters.ts";
import { runnableCells } from "./notebook/run-notebook.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import type { Refusal } from "./report/report-json.ts";

/** Numbers of the first and the last code cell, from 1. */
export interface CellRange {
  readonly first: number;
  readonly last: number;
}

export const ALL_CELLS: CellRange = { first: 1, last: Number.POSITIVE_INFINITY };

export interface PlanOptions {
  /** Paths of notebooks, or of folders of them. */
  readonly notebooks: readonly string[];
  readonly out: string;
  readonly profile: Profile;
  /** The kernel to use instead of the one that a notebook names. */
  readonly kernel: string | undefined;
  /** Values that are set in each notebook. */
  readonly parameters: Parameters;
  /** Claims and figures of other cells are not judged. */
  readonly cells: CellRange;
}

export interface Task {
  readonly notebook: Notebook;
  readonly launch: KernelLaunch;
  readonly claims: readonly Claim[];
  /** Where the executed notebook goes. */
  readonly target: string;
}

export interface Plan {
  readonly tasks: Task[];
  /** Notebooks whose file or kernel is none, and folders without a notebook. */
  readonly refused: readonly Refusal[];
}

/**
 * Reads and checks everything that a run needs.
 *
 * @param options what to run and where to write
 * @param file the claims, when there are any
 * @returns the tasks in order, and the notebooks and folders of which nothing can be run; or one line when nothing can be
 */
export function planTasks(options: PlanOptions, file: ClaimsFile | undefined): Outcome<Plan> {
  const tasks: Task[] = [];
  const refused: Refusal[] = [];
  const paths: string[] = [];
  for (const named of options.notebooks) {
    const found = notebooksIn(named, options.out);
    if (!found.ok) return found;
    if (found.value.length === 0)
      refused.push({ path: named, reason: `${named}: there is no notebook in this folder` });
    paths.push(...found.value);
  }
  if (paths.length === 0) return failure(`there is no notebook in ${options.notebooks.join(", ")}`);
  const targets = targetsOf(paths, options.out);
  for (const [index, path] of paths.entries()) {
    const runnable = readRunnable(path, options);
    if (!runnable.ok) {
      refused.push({ path, reason: runnable.reason });
      continue;
    }
    const task = planTask(runnable.value, targets[index] ?? "", options, file);
    if (!task.ok) return task;
    const twin = tasks.find(({ target }) => target === task.value.target);
    if (twin !== undefined) {
      const reason = `${twin.notebook.path} and ${path} would both be written to ${twin.target}`;
      return failure(`${reason} (hint: run them one at a time, each with its own --out)`);
    }
    tasks.push(task.value);
  }
  const [first] = refused;
  if (tasks.length === 0 && first !== undefined) return failure(first.reason);
  const most = Math.max(...tasks.map(({ notebook }) => runnableCells(notebook).length));
  if (options.cells.first > most && options.cells !== ALL_CELLS) {
    return failure(`--cells begins at ${options.cells.first}, the notebook has ${most} cells that run`);
  }
  return success({ tasks, refused });
}

/** Makes the folder for the results; a line when that fails, or when a notebook would be overwritten. */
export function prepareFolder(out: string, tasks: readonly Task[]): Outcome<undefined> {
  try {
    for (const folder of [out, ...tasks.map(({ target }) => dirname(target))]) makeFolder(resolve(folder));
  } catch (error) {
    return failure(`${out}: no folder for the results: ${fileProblem(error)}`);
  }
  const overwritten = tasks.find(({ notebook, target }) => isSameFile(notebook.path, target));
  if (overwritten === undefined) return success(undefined);
  const reason = `--out ${out} would overwrite ${overwritten.notebook.path}`;
  return failure(`${reason} (hint: choose another folder; --write replaces a notebook after a run that succeeds)`);
}

/** A notebook with the kernel that runs it; or why there is none, which is no matter of the others. */
function readRunnable(path: string, options: PlanOptions): Outcome<Pick<Task, "notebook" | "launch">> {
  const notebook = readNotebook(path);
  if (!notebook.ok) return notebook;
  const name = options.kernel ?? notebook.value.kernelName;
  if (name === undefined) {
    const hint = "hint: choose a kernel in Jupyter and save, or --kernel NAME";
    return failure(`${path}: no kernel is named in metadata.kernelspec.name (${hint})`);
  }
  const launch = kernelLaunch(name);
  if (!launch.ok) return failure(`${path}: ${launch.reason}`);
  const given = withParameters(notebook.value, options.parameters, launch.value.language);
  if (!given.ok) return failure(`${path}: ${given.reason}`);
  return success({ notebook: given.value, launch: launch.value });
}

function planTask(
  { notebook, launch }: Pick<Task, "notebook" | "launch">,
  target: string,
  options: PlanOptions,
  file: ClaimsFile | undefined,
): Outcome<Task> {
  const claims = file === undefined ? success([]) : claimsOf(file, notebook, options.profile);
  if (!claims.ok) return claims;
  const { first, last } = options.cells;
  const wanted = claims.value.filter(({ cell }) => {
    const number = notebook.cells.find(({ id }) => id === cell)?.number ?? 0;
    return number >= first && number <= last;
  });
  return success({ notebook, launch, claims: wanted, target });
}

/** Folders of programs and of copies: what is in them is nobody's notebook. */
function isSearched(folder: string, out: string): boolean {
  const name = basename(folder);
  if (name.startsWith(".") || name === "node_modules" || resolve(folder) === resolve(out)) return false;
  // an environment of Python; the results of an earlier run
  return !existsSync(join(folder, "pyvenv.cfg")) && !existsSync(join(folder, "report.json"));
}

/** The notebooks of a folder and of those below it, sorted; a path that is no folder stands for itself. */
function notebooksIn(path: string, out: string): Outcome<string[]> {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return success([path]);
    return success(searched(path, out));
  } catch (error) {
    return failure(`${path}: ${fileProblem(error)}`);
  }
}

function searched(folder: string, out: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isSearched(path, out) ? searched(path, out) : [];
    return entry.name.endsWith(".ipynb") && !entry.name.startsWith(".") ? [path] : [];
  });
}

/** Where the executed notebooks go: by their names, and those of one name by their folders too. */
function targetsOf(paths: readonly string[], out: string): string[] {
  const count = (name: string) => paths.filter((path) => basename(path) === name).length;
  const folders = paths.map((path) => dirname(resolve(path)));
  const common = folders.reduce((one, other) => {
    let folder = one;
    while (other !== folder && !other.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      folder = dirname(folder);
    return folder;
  }, folders[0] ?? "");
  return paths.map((path) => {
    const name = basename(path);
    return join(out, count(name) === 1 ? name : relative(common, resolve(path)));
  });
}

/** Makes a folder and those above it; Node's own recursive way does not end below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}
