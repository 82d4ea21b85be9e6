/** @file What will be run: notebooks found and read, their kernels looked up, their claims checked, before anything starts. */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Claim, type ClaimsFile, claimsOf, type Profile } from "./claims/claims.ts";
import { isSameFile } from "./environment/files.ts";
import { type KernelLaunch, kernelLaunch } from "./kernels/kernel-launch.ts";
import { fileProblem, type Notebook, readNotebook } from "./notebook/notebook.ts";
import { runnableCells } from "./notebook/run-notebook.ts";
import { failure, type Outcome, success } from "./outcome.ts";

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

/**
 * Reads and checks everything that a run needs.
 *
 * @param options what to run and where to write
 * @param file the claims, when there are any
 * @returns the tasks in order; or one line about the first that cannot be done
 */
export function planTasks(options: PlanOptions, file: ClaimsFile | undefined): Outcome<Task[]> {
  const tasks: Task[] = [];
  const paths = options.notebooks.flatMap(notebooksIn);
  if (paths.length === 0) return failure(`there is no notebook in ${options.notebooks.join(", ")}`);
  for (const path of paths) {
    const task = planTask(path, options, file);
    if (!task.ok) return task;
    const twin = tasks.find(({ target }) => target === task.value.target);
    if (twin !== undefined) {
      const reason = `${twin.notebook.path} and ${path} would both be written to ${twin.target}`;
      return failure(`${reason} (hint: run them one at a time, each with its own --out)`);
    }
    tasks.push(task.value);
  }
  const most = Math.max(...tasks.map(({ notebook }) => runnableCells(notebook).length));
  if (options.cells.first > most && options.cells !== ALL_CELLS) {
    return failure(`--cells begins at ${options.cells.first}, the notebook has ${most} cells that run`);
  }
  return success(tasks);
}

/** Makes the folder for the results; a line when that fails, or when a notebook would be overwritten. */
export function prepareFolder(out: string, tasks: readonly Task[]): Outcome<undefined> {
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    return failure(`${out}: no folder for the results: ${fileProblem(error)}`);
  }
  const overwritten = tasks.find(({ notebook, target }) => isSameFile(notebook.path, target));
  if (overwritten === undefined) return success(undefined);
  const reason = `--out ${out} would overwrite ${overwritten.notebook.path}`;
  return failure(`${reason} (hint: choose another folder; --write replaces a notebook after a run that succeeds)`);
}

function planTask(path: string, options: PlanOptions, file: ClaimsFile | undefined): Outcome<Task> {
  const notebook = readNotebook(path);
  if (!notebook.ok) return notebook;
  const name = options.kernel ?? notebook.value.kernelName;
  if (name === undefined) {
    const hint = "hint: choose a kernel in Jupyter and save, or --kernel NAME";
    return failure(`${path}: no kernel is named in metadata.kernelspec.name (${hint})`);
  }
  const launch = kernelLaunch(name);
  if (!launch.ok) return failure(`${path}: ${launch.reason}`);
  const claims = file === undefined ? success([]) : claimsOf(file, notebook.value, options.profile);
  if (!claims.ok) return claims;
  const { first, last } = options.cells;
  const wanted = claims.value.filter(({ cell }) => {
    const number = notebook.value.cells.find(({ id }) => id === cell)?.number ?? 0;
    return number >= first && number <= last;
  });
  const target = join(options.out, notebook.value.name);
  return success({ notebook: notebook.value, launch: launch.value, claims: wanted, target });
}

/** The notebooks of a folder, sorted; a path that is no folder stands for itself. */
function notebooksIn(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(path, name));
}
