/** @file A claims file to begin with: every number that a notebook prints, and prints again, for the author to prune. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { writeAtomically } from "./atomic-write.ts";
import { changedTexts } from "./claims/changed-texts.ts";
import type { Claim } from "./claims/claims.ts";
import { type PrintedNumber, printedNumbers } from "./claims/printed-numbers.ts";
import { jupyterJson } from "./json-text.ts";
import { type NotebookRun, runNotebook, runnableCells } from "./notebook/run-notebook.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { ALL_CELLS, planTasks, type Task } from "./plan.ts";
import type { RerunOptions } from "./rerun.ts";
import { changedTextsSummary } from "./result-text.ts";
import { detourOf } from "./sandbox/detours.ts";
import { createSandbox } from "./sandbox/sandbox.ts";
import { whenAborted } from "./wait.ts";

/**
 * Runs a notebook twice, each time in a fresh kernel, and writes a claim for each number that both runs print alike.
 *
 * @param options of the command line; one notebook
 * @returns what was written, in words; or why nothing was
 */
export async function proposeClaims(options: RerunOptions): Promise<Outcome<string>> {
  const plan = planTasks({ ...options, cells: ALL_CELLS }, undefined);
  if (!plan.ok) return plan;
  const [task, another] = plan.value.tasks;
  if (task === undefined || another !== undefined) return failure("rerun init requires one notebook, got several");
  const path = options.claims ?? join(dirname(task.notebook.path), "claims.json");
  if (!existsSync(dirname(path))) return failure(`${path}: there is no folder ${dirname(path)} (hint: make it first)`);
  if (existsSync(path) && !options.write) {
    return failure(`${path} is there already (hint: --write replaces it, --claims FILE names another)`);
  }
  const detour = options.sandbox ? detourOf([path]) : undefined;
  if (detour !== undefined) return failure(detour);
  const first = await runOnce(task, options);
  if (!first.ok) return first;
  const second = await runOnce(task, options);
  if (!second.ok) return second;
  const { claims, unsteady } = claimsFrom(first.value, second.value, pathFrom(path, task.notebook.path));
  const environment = { node: process.versions.node };
  const written = writeAtomically(path, jupyterJson({ version: 1, environment, claims }));
  if (!written.ok) return written;
  const left = unsteady === 0 ? "" : `; ${counted(unsteady, "number")} that changed from run to run left out`;
  const changed = changedTextsSummary(changedTexts(first.value));
  const differs = changed === undefined ? "" : `; ${changed}`;
  const next = `keep those that the text relies on; check them by: npx --no -- eightfold ${task.notebook.path} --claims ${path}`;
  return success(`written: ${path}: ${counted(claims.length, "claim")} proposed${left}${differs} (hint: ${next})`);
}

/** "1 claim", "2 claims". */
function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The notebook's path from the claims file's folder, links followed, so that the next run finds it there. */
function pathFrom(claims: string, notebook: string): string {
  return relative(realpathSync(dirname(claims)), realpathSync(notebook));
}

async function runOnce(
  task: Task,
  { profile, timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit, signal, progress, sandbox }: RerunOptions,
): Promise<Outcome<NotebookRun>> {
  const shut = sandbox ? createSandbox(task.launch, dirname(task.notebook.path)) : success(undefined);
  if (!shut.ok) return shut;
  const run = await runNotebook(task.notebook, {
    launch: task.launch,
    sandbox: shut.value,
    env: { EIGHTFOLD_PROFILE: profile, EIGHTFOLD_EXIT: "kernel" },
    seed: undefined,
    lastCell: ALL_CELLS.last,
    ...{ timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit },
    stopped: whenAborted(signal),
    expressions: new Map(),
    progress,
  });
  if (run.failure === undefined) return success(run);
  return failure(`${task.notebook.path}: no claims are proposed for a notebook that fails: ${run.failure.reason}`);
}

function claimsFrom(first: NotebookRun, second: NotebookRun, notebook: string): { claims: Claim[]; unsteady: number } {
  let unsteady = 0;
  const claims = runnableCells(first.notebook).flatMap((cell) => {
    if (cell.tags.includes("tells-time")) return [];
    const numbers = printedNumbers(first.cells.get(cell.id)?.outputs ?? []);
    const saved = printedNumbers(cell.savedOutputs);
    const again = printedNumbers(second.cells.get(cell.id)?.outputs ?? []);
    return numbers.flatMap((number, index) => {
      if (!Number.isFinite(number.value) || number.isTime) return []; // it holds its place, and no claim can be made of it
      if (again.length !== numbers.length || again[index]?.value !== number.value) {
        unsteady++;
        return [];
      }
      const then = saved.length === numbers.length ? saved[index] : undefined;
      return [claimOf(number, `${cell.id}-${index + 1}`, cell.id, index + 1, notebook, then)];
    });
  });
  return { claims, unsteady };
}

function claimOf(
  number: PrintedNumber,
  id: string,
  cell: string,
  printed: number,
  notebook: string,
  saved: PrintedNumber | undefined,
): Claim {
  const differs = saved === undefined || saved.value === number.value ? "" : `; the file was saved with ${saved.text}`;
  return {
    id,
    statement: number.line.trim().replace(/\s+/g, " ").slice(0, 200),
    notebook,
    cell,
    printed,
    expected: number.value,
    tolerance: { absolute: Number((number.unit / 2).toPrecision(12)) }, // what rounding hides; a count has nothing to hide
    source: `printed by two runs of the notebook${differs}; replace by where the number was first found`,
  };
}
