/** @file Cells that print something else than the notebook was saved with: shown to the reader, and judged only where the run was asked to. */
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { figuresIn, type Output } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { MACHINE_DEPENDENT } from "./figures.ts";
import { printedNumbers, printedText } from "./printed-numbers.ts";

/** A cell whose printed text is not the saved one. Numbers that matter are claims, which carry their tolerances. */
export interface ChangedText {
  readonly notebook: Notebook;
  readonly cell: Cell;
  /** What the file holds for the cell, but for figures, which are compared by their data. */
  readonly saved: readonly Output[];
  /** The first printed number that is another one, or how many there are; undefined where the words alone differ. */
  readonly number: { readonly saved: string; readonly made: string } | undefined;
}

/**
 * Finds the cells of a run that print something else than was saved.
 *
 * @param run of a notebook
 * @returns none for cells that were saved without outputs, that were not run, or whose tag says that they tell the time
 */
export function changedTexts({ notebook, cells }: NotebookRun): ChangedText[] {
  return notebook.cells.flatMap((cell) => {
    const made = cells.get(cell.id)?.outputs;
    if (made === undefined || cell.savedOutputs.length === 0 || cell.tags.includes("tells-time")) return [];
    if (printedText(cell.savedOutputs) === printedText(made)) return [];
    const saved = cell.savedOutputs.filter((output) => figuresIn([output]).length === 0);
    return [{ notebook, cell, saved, number: changedNumber(cell.savedOutputs, made) }];
  });
}

/**
 * Those that --printed calls a difference: their numbers are others, not their words alone.
 *
 * @param texts as `changedTexts` finds them; of cells whose numbers hang on the machine none is taken
 */
export function changedNumbers(texts: readonly ChangedText[]): ChangedText[] {
  return texts.filter(({ number, cell }) => number !== undefined && !cell.tags.includes(MACHINE_DEPENDENT));
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "number" : "numbers"}`;
}

function changedNumber(saved: readonly Output[], made: readonly Output[]): ChangedText["number"] {
  const [theirs, ours] = [printedNumbers(saved), printedNumbers(made)];
  if (theirs.length !== ours.length) return { saved: counted(theirs.length), made: counted(ours.length) };
  const at = theirs.findIndex(({ value }, index) => !Object.is(value, ours[index]?.value));
  const [then, now] = [theirs[at], ours[at]];
  return then === undefined || now === undefined ? undefined : { saved: then.text, made: now.text };
}
