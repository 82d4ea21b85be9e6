/** @file A claims file to begin with: the numbers that a notebook prints, and prints again, for the author to prune. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { writeAtomically } from "./atomic-write.ts";
import { changedTexts } from "./claims/changed-texts.ts";
import type { Claim } from "./claims/claims.ts";
import { printedBlocks } from "./claims/printed-blocks.ts";
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
 * Runs a notebook twice, each time in a fresh kernel, and writes a claim for what both runs print alike: one for the numbers of a line, one for a table.
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
    const made = first.cells.get(cell.id)?.outputs ?? [];
    const again = printedNumbers(second.cells.get(cell.id)?.outputs ?? []);
    const saved = printedNumbers(cell.savedOutputs);
    const count = printedNumbers(made).length;
    return printedBlocks(made).flatMap((block) => {
      const parts: Place[][] = [[]]; // what is left out parts a block
      for (const [index, number] of block.numbers.entries()) {
        const place = block.place + index;
        const isClaimable = Number.isFinite(number.value) && !number.isTime; // else it holds its place, and no claim can be made of it
        const isSteady = again.length === count && again[place - 1]?.value === number.value;
        if (isClaimable && !isSteady) unsteady++;
        if (!isClaimable || !isSteady) parts.push([]);
        else parts.at(-1)?.push({ place, number, saved: saved.length === count ? saved[place - 1] : undefined });
      }
      return parts.filter((part) => part.length > 0).map((part) => claimOf(part, cell.id, notebook));
    });
  });
  return { claims, unsteady };
}

/** A number that both runs printed, and what the file has in its place. */
interface Place {
  readonly place: number;
  readonly number: PrintedNumber;
  readonly saved: PrintedNumber | undefined;
}

/** @param places at least one, each next to the other */
function claimOf(places: readonly Place[], cell: string, notebook: string): Claim {
  const numbers = places.map(({ number }) => number);
  const [first = 0, last = 0] = [places[0]?.place, places.at(-1)?.place];
  const others = places.flatMap(({ number, saved }) =>
    saved === undefined || saved.value === number.value ? [] : saved,
  );
  const more = others.length > 1 ? ` and ${others.length - 1} more of other numbers` : "";
  const differs = others.length > 0 ? `; the file was saved with ${others[0]?.text}${more}` : "";
  const lines = new Set(numbers.map(({ line }) => line)).size;
  const length = lines > 1 ? ` … (${numbers.length} numbers in ${lines} lines)` : "";
  const units = numbers.flatMap(({ unit }) => (unit > 0 ? unit : []));
  const finest = units.length > 0 ? Math.min(...units) : 0;
  const isOne = numbers.length === 1;
  return {
    id: isOne ? `${cell}-${first}` : `${cell}-${first}..${last}`,
    statement: `${numbers[0]?.line.trim().replace(/\s+/g, " ").slice(0, 200)}${length}`,
    notebook,
    cell,
    printed: isOne ? first : [first, last],
    expected: isOne ? (numbers[0]?.value ?? 0) : numbers.map(({ value }) => value),
    tolerance: { absolute: Number((finest / 2).toPrecision(12)) }, // what rounding hides; a count has nothing to hide
    source: `printed by two runs of the notebook${differs}; replace by where the number was first found`,
  };
}
