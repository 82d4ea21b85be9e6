/** @file Cells that print something else than the notebook was saved with: shown to the reader, judged by nobody. */
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { figuresIn, type Output } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { printedNumbers, printedText } from "./printed-numbers.ts";

/** A cell whose printed text is not the saved one. Numbers that matter are claims, which carry their tolerances. */
export interface ChangedText {
  readonly notebook: Notebook;
  readonly cell: Cell;
  /** What the file holds for the cell, but for figures, which are compared by their data. */
  readonly saved: readonly Output[];
  /** The first printed number that is another one; undefined where the words alone differ. */
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

function changedNumber(saved: readonly Output[], made: readonly Output[]): ChangedText["number"] {
  const [theirs, ours] = [printedNumbers(saved), printedNumbers(made)];
  if (theirs.length !== ours.length) return undefined;
  const at = theirs.findIndex(({ value }, index) => !Object.is(value, ours[index]?.value));
  const [then, now] = [theirs[at], ours[at]];
  return then === undefined || now === undefined ? undefined : { saved: then.text, made: now.text };
}
