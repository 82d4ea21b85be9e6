/** @file A sweep as a table of its runs: methods down, sizes across, and in each cell how many seeds are done, running, failed. */
import { progressLine, sweepProgress } from "./progress.ts";
import type { StageState } from "./sweep.ts";

/** A run of a sweep, and the cell that counts it. */
export interface TableRun {
  readonly row: string;
  readonly column: string;
  /** of its stage */
  readonly key: string;
}

/**
 * The lines of the table, then the stages that runs share, the tries that failed with their reasons, and how far all is.
 * In a cell "3/5" says that 3 of 5 runs are done, "2>" that 2 run now, "1!" that 1 failed or needs a stage that did.
 *
 * @param runs rows and columns stand in the order in which the runs name them first
 * @param states as runSweep tells them
 * @param workers how many stages run at a time
 */
export function sweepTable(runs: readonly TableRun[], states: readonly StageState[], workers: number): string[] {
  const byKey = new Map(states.map((state) => [state.planned.key, state]));
  const columns = [...new Set(runs.map(({ column }) => column))];
  const rows = [...new Set(runs.map(({ row }) => row))].map((row) => [
    row,
    ...columns.map((column) => {
      const own = runs.filter((run) => run.row === row && run.column === column);
      return counted(own.flatMap(({ key }) => byKey.get(key) ?? []));
    }),
  ]);
  const ends = new Set(runs.map(({ key }) => key));
  const shared = states.filter(({ planned }) => !ends.has(planned.key));
  const works = [...new Set(shared.map(({ planned }) => planned.stage.work))].map(
    (work) => `${work} ${counted(shared.filter(({ planned }) => planned.stage.work === work))}`,
  );
  return [
    ...aligned([["", ...columns], ...rows]),
    ...(works.length > 0 ? [`shared: ${works.join(", ")}`] : []),
    ...waitLines(states),
    ...states.filter(({ failures }) => failures > 0).map(failureLine),
    progressLine(sweepProgress(states, workers)),
  ];
}

function counted(states: readonly StageState[]): string {
  const count = (...statuses: StageState["status"][]): number =>
    states.filter(({ status }) => statuses.includes(status)).length;
  const running = count("running");
  const failed = count("failed", "blocked");
  if (states.length === 0) return "";
  return [
    `${count("done", "reused")}/${states.length}`,
    ...(running > 0 ? [`${running}>`] : []),
    ...(failed > 0 ? [`${failed}!`] : []),
  ].join(" ");
}

/** What a scheduler says of those that wait, as it may never run them. */
function waitLines(states: readonly StageState[]): string[] {
  const reasons = states.flatMap(({ status, waitsFor }) => (status === "waiting" ? (waitsFor ?? []) : []));
  if (reasons.length === 0) return [];
  const counted = [...new Set(reasons)].map((reason) => `${reason} ${reasons.filter((one) => one === reason).length}`);
  return [`waiting for: ${counted.join(", ")}`];
}

/** Columns as wide as their widest cell, two spaces between them. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const WHAT_BECAME: Readonly<Record<StageState["status"], string>> = {
  waiting: "to be tried again",
  running: "tried again",
  done: "then done",
  reused: "then done",
  failed: "given up",
  blocked: "given up",
};

function failureLine({ planned, failures, status, error = "" }: StageState): string {
  const tries = failures === 1 ? "1 try" : `${failures} tries`;
  return `${planned.stage.work} ${planned.key}: ${tries} failed, ${WHAT_BECAME[status]}: ${error.split("\n")[0]}`;
}
