/** @file What a notebook's file says of the run that its outputs come from: the profile, and each cell's source by its checksum. */
import { createHash } from "node:crypto";
import { isObject, type JsonObject } from "../json-text.ts";
import type { Cell, Notebook } from "./notebook.ts";

/** The key in a notebook's metadata, https://nbformat.readthedocs.io/en/latest/format_description.html#metadata */
export const SAVED_RUN = "eightfold";

/** The first part of a sha256 is enough to tell an edit. */
const DIGITS = 12;

/** What a run writes beside its outputs: `{profile, sources: {cell: checksum}}`. */
export function savedRun({ cells }: Notebook, profile: string): JsonObject {
  const ran = cells.filter(({ number }) => number !== undefined);
  return { profile, sources: Object.fromEntries(ran.map((cell) => [cell.id, checksum(cell)])) };
}

/** The profile of the run that a notebook's outputs come from; undefined when another program saved them. */
export function savedProfile(notebook: Notebook): string | undefined {
  const { profile } = stampOf(notebook);
  return typeof profile === "string" ? profile : undefined;
}

/**
 * The cells whose source is another than that of the saved outputs, or that have no outputs from the saved run.
 *
 * @returns none for a notebook that was saved without outputs, or by another program: nothing is known of those
 */
export function editedCells(notebook: Notebook): Cell[] {
  const { sources } = stampOf(notebook);
  if (!isObject(sources)) return [];
  return notebook.cells.filter((cell) => cell.number !== undefined && sources[cell.id] !== checksum(cell));
}

function stampOf({ document }: Notebook): JsonObject {
  const stamp = (document.metadata as JsonObject)[SAVED_RUN];
  return isObject(stamp) ? stamp : {};
}

function checksum({ source }: Cell): string {
  return createHash("sha256").update(source).digest("hex").slice(0, DIGITS);
}
