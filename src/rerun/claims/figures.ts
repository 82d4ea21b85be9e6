/** @file Comparing figures by their data: the numbers behind them, not their ids or titles; by pixels where they carry none. */
import { textOf } from "../json-text.ts";
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { figuresIn, isDataFormat, type MimeBundle } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { editedCells, savedProfile } from "../notebook/saved-run.ts";
import type { Compared, FigureLists } from "./compared.ts";
import { figureNumbers } from "./figure-numbers.ts";
import { figureScales } from "./figure-scales.ts";
import { comparePictures } from "./pictures.ts";
import { numbersInLine, type PrintedNumber } from "./printed-numbers.ts";
import type { Verdict } from "./verdict.ts";

export interface FigureJudgement {
  readonly notebook: Notebook;
  readonly cell: Cell;
  /** Place among the cell's figures, from 1. */
  readonly place: number;
  /** Undefined for one that need not be the same: only an eye can judge it. */
  readonly verdict: Verdict | undefined;
  readonly reason: string | undefined;
  /** As the notebook's file holds it. */
  readonly saved: MimeBundle;
  /** As this run made it; undefined when it made none. */
  readonly made: MimeBundle | undefined;
}

/** Numbers this close, on the scale of their axis, are the same. */
const SAME = 1e-9;
/** Numbers this close make pictures that no reader can tell apart. */
const TOLERANCE = 1e-4;

/** Tag of a cell whose numbers hang on the machine's rounding, such as a training over hundreds of updates. */
export const MACHINE_DEPENDENT = "machine-dependent";

export interface FigureGrounds {
  /** Numbers of the first and the last cell that were asked for. */
  readonly cells: { readonly first: number; readonly last: number };
  /** Of this run; figures that were saved in the other one may differ. */
  readonly profile: string;
  /** Whether values were given to the notebook: its figures may then be others. */
  readonly hasParameters?: boolean;
  /** How this environment differs from the recorded one; undefined when it does not. */
  readonly environmentDifference: string | undefined;
}

/**
 * Judges the figures that a notebook's file holds against those of a run.
 *
 * @param run of the notebook
 * @param grounds which cells, and what excuses a difference
 * @returns a judgement a saved figure; none for a notebook that was saved without outputs
 */
export function judgeFigures(run: NotebookRun, grounds: FigureGrounds): FigureJudgement[] {
  const { notebook } = run;
  const { first, last } = grounds.cells;
  return notebook.cells.flatMap((cell) => {
    if (cell.number === undefined || cell.number < first || cell.number > last) return [];
    const made = figuresIn(run.cells.get(cell.id)?.outputs ?? []);
    const all = figuresIn(cell.savedOutputs);
    return all.map((saved, index) => {
      const found = made[index];
      const isLast = index === all.length - 1;
      const compared =
        found === undefined
          ? missing(run, cell)
          : isLast && made.length > all.length
            ? (["differs", `the cell shows ${made.length} figures, saved ${all.length}`] as const)
            : compareFigures(saved, found);
      const [verdict, reason] =
        compared[0] === "differs" ? explained(compared, { run, cell, made: found }, grounds) : compared;
      return { notebook, cell, place: index + 1, verdict, reason, saved, made: found };
    });
  });
}

/** A figure that differs, with what may be the cause: only the first two excuse it. */
function explained(
  [verdict, reason]: Compared,
  { run: { notebook }, cell, made }: { run: NotebookRun; cell: Cell; made: MimeBundle | undefined },
  { profile, environmentDifference, hasParameters }: FigureGrounds,
): Compared {
  const saved = savedProfile(notebook);
  if (made !== undefined && cell.tags.includes(MACHINE_DEPENDENT))
    return [undefined, `${reason}; its cell is tagged ${MACHINE_DEPENDENT}: see for yourself`];
  if (hasParameters) return [undefined, `${reason}; this run was given parameters: see for yourself`];
  if (saved !== undefined && saved !== profile)
    return [undefined, `saved in the ${saved} profile, this one is ${profile}`];
  if (environmentDifference !== undefined) return ["environment differs", environmentDifference];
  const edited = editedCells(notebook).includes(cell);
  return [verdict, edited ? `${reason}; its cell was edited after its outputs were saved` : reason];
}

function missing(run: NotebookRun, cell: Cell): Compared {
  if (run.failure?.cell?.id === cell.id) return ["not run", "its cell failed"];
  return run.cells.has(cell.id) ? ["differs", "the cell shows fewer figures"] : ["not run", "its cell was not run"];
}

/**
 * Compares two figures.
 *
 * @param saved one bundle
 * @param made the other
 * @returns a verdict, undefined when there is nothing to judge by, and why it is not the best
 */
export function compareFigures(saved: MimeBundle, made: MimeBundle): Compared {
  const [theirs, ours] = [dataOf(saved), dataOf(made)];
  if (theirs === undefined && ours === undefined) return comparePictures(saved, made);
  if (ours === undefined) return ["differs", `it carries no data, the saved one has ${theirs?.kind}'s`];
  if (theirs === undefined) return [undefined, `saved without data, this one has ${ours.kind}'s: see for yourself`];
  if (theirs.kind !== ours.kind) return ["differs", `it is ${ours.kind}'s, the saved one ${theirs.kind}'s`];
  return compareLists(theirs.figure, figureNumbers(theirs.figure), figureNumbers(ours.figure));
}

function compareLists(saved: unknown, theirs: FigureLists, ours: FigureLists): Compared {
  const scaleOf = figureScales(saved, theirs);
  let verdict: Verdict = "reproduced";
  for (const [path, then] of theirs) {
    const now = ours.get(path);
    if (now === undefined) return ["differs", `${path} is missing`];
    if (now.length !== then.length) return ["differs", `${path} has ${now.length} values, saved ${then.length}`];
    for (const [index, value] of then.entries()) {
      const distance = distanceOf(value, now[index], scaleOf(path, index));
      if (!(distance <= TOLERANCE)) {
        const place = then.length === 1 ? path : `${path}[${index}]`;
        return ["differs", `${place} is ${textOf(now[index])}, saved ${textOf(value)}`];
      }
      if (distance > SAME) verdict = "within tolerance";
    }
  }
  const added = [...ours.keys()].find((path) => !theirs.has(path));
  return added === undefined ? [verdict, undefined] : ["differs", `${added} is new`];
}

/** The figure that a bundle carries as data, and whose it is, whatever the version of its format. */
function dataOf(bundle: MimeBundle): { kind: string; figure: unknown } | undefined {
  const type = Object.keys(bundle).find(isDataFormat);
  if (type === undefined) return undefined;
  return { kind: type.includes("plotly") ? "Plotly" : "Vega", figure: bundle[type] };
}

/** Relative to the scale of the axis; infinite for what are not both numbers, and not the same. */
function distanceOf(then: unknown, now: unknown, scale: number): number {
  if (Object.is(then, now)) return 0;
  if (typeof then === "string" && typeof now === "string") return distanceOfTexts(then, now);
  if (!Number.isFinite(then) || !Number.isFinite(now)) return Number.POSITIVE_INFINITY;
  const distance = Math.abs((then as number) - (now as number));
  return distance === 0 ? 0 : distance / scale;
}

/** Of texts with the same words, the largest relative distance of the numbers between them. */
function distanceOfTexts(then: string, now: string): number {
  if (instantOf(then) !== undefined && instantOf(then) === instantOf(now)) return 0;
  const [theirs, ours] = [numbersInLine(then), numbersInLine(now)];
  const words = (text: string, numbers: readonly PrintedNumber[]) =>
    numbers.reduce((rest, { text: number }) => rest.replace(number, "\0"), text);
  if (theirs.length === 0 || words(then, theirs) !== words(now, ours)) return Number.POSITIVE_INFINITY;
  return Math.max(...theirs.map(({ value }, index) => distanceOf(value, ours[index]?.value, Math.abs(value))));
}

/** A date and time of Plotly's without the zeros that end its seconds: each version of pandas writes another count of them. */
function instantOf(text: string): string | undefined {
  const [, time, fraction = ""] = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? [];
  return time === undefined ? undefined : `${time.replace(" ", "T")}.${fraction.replace(/0+$/, "")}`;
}
