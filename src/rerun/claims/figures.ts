/** @file Comparing figures by their data: the numbers behind them, not their pixels, ids or titles. */
import { isObject } from "../json-text.ts";
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { figuresIn, isDataFormat, joinLines, type MimeBundle } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { editedCells, savedProfile } from "../notebook/saved-run.ts";
import { figureNumbers } from "./figure-numbers.ts";
import { figureScales } from "./figure-scales.ts";
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
const ROUNDING = "machine-dependent";

export interface FigureGrounds {
  /** Numbers of the first and the last cell that were asked for. */
  readonly cells: { readonly first: number; readonly last: number };
  /** Of this run; figures that were saved in the other one may differ. */
  readonly profile: string;
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
    return figuresIn(cell.savedOutputs).map((saved, index) => {
      const found = made[index];
      const compared = found === undefined ? missing(run, cell) : compareFigures(saved, found);
      const [verdict, reason] =
        compared[0] === "differs" ? explained(compared, { run, cell, made: found }, grounds) : compared;
      return { notebook, cell, place: index + 1, verdict, reason, saved, made: found };
    });
  });
}

type Compared = readonly [verdict: Verdict | undefined, reason: string | undefined];

/** A figure that differs, with what may be the cause: only the first two excuse it. */
function explained(
  [verdict, reason]: Compared,
  { run: { notebook }, cell, made }: { run: NotebookRun; cell: Cell; made: MimeBundle | undefined },
  { profile, environmentDifference }: FigureGrounds,
): Compared {
  const saved = savedProfile(notebook);
  if (made !== undefined && cell.tags.includes(ROUNDING))
    return [undefined, `${reason}; its cell is tagged ${ROUNDING}: see for yourself`];
  if (saved !== undefined && saved !== profile)
    return [undefined, `saved in the ${saved} profile, this one is ${profile}`];
  if (environmentDifference !== undefined) return ["environment differs", environmentDifference];
  const edited = editedCells(notebook).includes(cell);
  return [verdict, edited ? `${reason}; its cell was edited after its outputs were saved` : reason];
}

function missing(run: NotebookRun, cell: Cell): Compared {
  return run.cells.has(cell.id) ? ["differs", "the cell shows fewer figures"] : ["not run", "its cell was not run"];
}

/**
 * Compares two figures.
 *
 * @param saved one bundle
 * @param made the other
 * @returns a verdict, undefined when there is no data to judge by, and why it is not the best
 */
export function compareFigures(saved: MimeBundle, made: MimeBundle): Compared {
  const type = Object.keys(saved).find((key) => isDataFormat(key) && key in made);
  if (type === undefined) return compareFiles(saved, made);
  const [theirs, ours] = [figureNumbers(saved[type]), figureNumbers(made[type])];
  const scaleOf = figureScales(saved[type], theirs);
  let verdict: Verdict = "reproduced";
  for (const [path, then] of theirs) {
    const now = ours.get(path);
    if (now === undefined) return ["differs", `${path} is missing`];
    if (now.length !== then.length) return ["differs", `${path} has ${now.length} values, saved ${then.length}`];
    for (const [index, value] of then.entries()) {
      const distance = distanceOf(value, now[index], scaleOf(path, index));
      if (distance > TOLERANCE)
        return ["differs", `${path}[${index}] is ${String(now[index])}, saved ${String(value)}`];
      if (distance > SAME) verdict = "within tolerance";
    }
  }
  const added = [...ours.keys()].find((path) => !theirs.has(path));
  return added === undefined ? [verdict, undefined] : ["differs", `${added} is new`];
}

/** Relative to the scale of the axis; infinite for what are not both numbers, and not the same. */
function distanceOf(then: unknown, now: unknown, scale: number): number {
  if (Object.is(then, now)) return 0;
  if (typeof then !== "number" || typeof now !== "number") return Number.POSITIVE_INFINITY;
  return then === now ? 0 : Math.abs(then - now) / scale;
}

/** A picture has no data: it is the same to the last byte, or is left to the reader's eye. */
function compareFiles(saved: MimeBundle, made: MimeBundle): Compared {
  const types = Object.keys(saved).filter((key) => key.startsWith("image/"));
  const same = types.some((type) => type in made && normalised(saved[type]) === normalised(made[type]));
  if (same) return ["reproduced", undefined];
  return [undefined, "a picture without data, whose bytes differ: see for yourself"];
}

/** Without the line breaks of base64 and the random ids of SVG. */
function normalised(picture: unknown): string {
  const text = isObject(picture) ? JSON.stringify(picture) : (joinLines(picture) ?? "");
  return text.replace(/\s+/g, "").replace(/\b(id=|#|url\(#)["']?[\w-]+/g, "$1");
}
