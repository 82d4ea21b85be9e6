/** @file What the command prints: a line for each claim that fails, a failed cell with all that explains it, a summary. */

import type { ChangedText } from "./claims/changed-texts.ts";
import type { FigureJudgement } from "./claims/figures.ts";
import { SEED_FINDINGS, type SeedFinding } from "./claims/seeds.ts";
import { holds, type Judgement, numbersOf, VERDICTS } from "./claims/verdict.ts";
import { textOf } from "./json-text.ts";
import type { Notebook } from "./notebook/notebook.ts";
import type { Output } from "./notebook/outputs.ts";
import type { NotebookRun } from "./notebook/run-notebook.ts";
import { apart, fewText, shortNumber, toleranceText, valueText } from "./number-text.ts";
import type { Report } from "./report/report-json.ts";
import { safeText } from "./terminal-text.ts";

/** The most lines of output that are repeated with a failed cell. */
const SHOWN_LINES = 60;

/** One line about a claim that does not hold. */
export function claimLine({ claim, notebook, verdict, measured, reason }: Judgement): string {
  const place = cellPlace(notebook, claim.cell);
  const { id, expected, expression, printed, tolerance } = claim;
  const what =
    expression === undefined ? `printed number ${[printed].flat().join(" to ")}` : `expression ${expression}`;
  if (verdict === "not run") return `${place}: ${id} has no number: ${reason} (${what})`;
  const because = reason === undefined ? "" : `; ${reason}`;
  if (measured === null) return `${place}: ${id} differs from the claimed ${fewText(expected, 4)}${because}`;
  const [now, then] = apart(measured, expected);
  const theirs = numbersOf(expected);
  const distances = numbersOf(measured).map((number, index) => Math.abs(number - (theirs[index] ?? number)));
  const distance = shortNumber(Math.max(...distances), 2);
  return `${place}: ${id} ${now} differs from the claimed ${then} by ${distance} (tolerance ${toleranceText(tolerance)})${because}`;
}

/** One line about a figure that is not the saved one. */
export function figureLine({ notebook, cell, place, verdict, reason }: FigureJudgement): string {
  const said = verdict === undefined ? "is left to the reader" : verdict === "not run" ? "was not made" : verdict;
  return `${cellPlace(notebook, cell.id)}: figure ${place} ${said}: ${reason}`;
}

/** "04-scaling.ipynb, cell 7". */
export function cellPlace(notebook: Notebook, cellId: string): string {
  const cell = notebook.cells.find(({ id }) => id === cellId);
  return `${notebook.name}, cell ${cell?.number ?? cellId}`;
}

/**
 * Why a run ended early: one line, then the cell's source, its output so far, its traceback, the kernel's last lines.
 *
 * @param colours whether the reader shows ANSI colours
 * @returns lines of text; empty when the run came to its end
 */
export function failureText({ notebook, failure, cells }: NotebookRun, colours: boolean): string {
  if (failure === undefined) return "";
  const { cell, reason, lastLines } = failure;
  if (cell === undefined)
    return safeText([`${notebook.name}: ${reason}`, ...section("kernel's last lines", lastLines)].join("\n"), colours);
  const outputs = cells.get(cell.id)?.outputs ?? [];
  const error = outputs.findLast((output) => output.output_type === "error");
  const traceback = error === undefined ? [] : error.traceback.flatMap((text) => text.split("\n"));
  const isSaved = cell.savedOutputs.some(
    (output) => output.output_type === "error" && output.ename === error?.ename && output.evalue === error.evalue,
  );
  const text = [
    `${cellPlace(notebook, cell.id)} (${cell.id}) failed: ${reason}`,
    ...(isSaved
      ? [
          "The file was saved with this error (hint: if it is meant, tag the cell raises-exception, and the run goes on)",
        ]
      : []),
    ...section("source", cell.source.split("\n")),
    ...section("output", outputs.flatMap(outputLines)),
    ...section("traceback", traceback),
    ...section("kernel's last lines", lastLines),
  ].join("\n");
  return safeText(text, colours);
}

/** "12 claims: 10 reproduced, 2 within tolerance", and how many of them are read from stored records. */
export function claimsSummary(judgements: readonly Judgement[]): string {
  const parts = VERDICTS.flatMap((verdict) => {
    const count = judgements.filter((judgement) => judgement.verdict === verdict).length;
    return count > 0 ? [`${count} ${verdict}`] : [];
  });
  const stored = judgements.filter(({ claim }) => claim.records !== undefined).length;
  const told = stored === 0 ? "" : ` (${judgements.length - stored} computed now, ${stored} read from stored records)`;
  return `${judgements.length} ${judgements.length === 1 ? "claim" : "claims"}: ${parts.join(", ")}${told}`;
}

/** "2 figures: 2 reproduced"; undefined when none was saved. */
export function figuresSummary(figures: readonly FigureJudgement[]): string | undefined {
  if (figures.length === 0) return undefined;
  const words = [...VERDICTS, undefined].flatMap((verdict) => {
    const count = figures.filter((figure) => figure.verdict === verdict).length;
    return count > 0 ? [`${count} ${verdict ?? "left to the reader"}`] : [];
  });
  return `${figures.length} ${figures.length === 1 ? "figure" : "figures"}: ${words.join(", ")}`;
}

/** "2 cells print something else than was saved (n.ipynb, cell 3: 2, saved 14000)"; undefined when none does. */
export function changedTextsSummary(texts: readonly ChangedText[]): string | undefined {
  if (texts.length === 0) return undefined;
  const first = texts.find(({ number }) => number !== undefined);
  const example =
    first?.number === undefined
      ? ""
      : ` (${cellPlace(first.notebook, first.cell.id)}: ${first.number.made}, saved ${first.number.saved})`;
  return `${texts.length} ${texts.length === 1 ? "cell prints" : "cells print"} something else than was saved${example}`;
}

/** One line about a cell whose printed numbers are judged: "a.ipynb, cell 1: printed 2, saved 14000". */
export function printedLine({ notebook, cell, number }: ChangedText): string {
  return `${cellPlace(notebook, cell.id)}: printed ${number?.made}, saved ${number?.saved}`;
}

/** What other seeds do to the claims: a line for each that moves, one for each reason why it is not known, and a count. */
export function seedLines(findings: readonly SeedFinding[]): string[] {
  if (findings.length === 0) return [];
  const moved = findings.filter(
    ({ finding }) => finding === "hangs on the seed" || finding === "moves within its tolerance",
  );
  const lines = moved.map(({ claim, finding, values }) => `${claim.id}: ${finding} (${seedValues(values)})`);
  const reasons = new Set(
    findings.flatMap(({ notebook, reason }) => (reason === undefined ? [] : `${notebook.name}: ${reason}`)),
  );
  const counts = SEED_FINDINGS.flatMap((finding) => {
    const count = findings.filter((one) => one.finding === finding).length;
    return count === 0 ? [] : [`${count} ${finding}`];
  });
  return [...lines, ...reasons, `other seeds: ${counts.join(", ")}`];
}

/** "seed 8: 0.451, seed 9: 0.452". */
export function seedValues(values: SeedFinding["values"]): string {
  return values
    .map(({ seed, value }) => `seed ${seed}: ${value === null ? "no number" : valueText(value, 5)}`)
    .join(", ");
}

/**
 * The exit code of a run: 0 all claims and figures hold, 1 one of them, a printed number that is judged, or the environment differs, 2 a cell failed or a
 * claim has no number.
 */
export function exitCode({ runs, judgements, figures, judgedTexts, checks, refused }: ExitGrounds): 0 | 1 | 2 {
  if (refused.length > 0) return 2;
  if (runs.some(({ failure }) => failure !== undefined)) return 2;
  const verdicts = [...judgements, ...figures].flatMap(({ verdict }) => verdict ?? []);
  if (verdicts.includes("not run")) return 2;
  if (checks.some(({ difference }) => difference !== undefined)) return 1;
  return verdicts.every(holds) && judgedTexts.length === 0 ? 0 : 1;
}

type ExitGrounds = Pick<Report, "runs" | "judgements" | "figures" | "judgedTexts" | "checks" | "refused">;

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const hidden = lines.length - SHOWN_LINES;
  const shown = hidden > 0 ? [`(${hidden} lines before these)`, ...lines.slice(-SHOWN_LINES)] : lines;
  return [`--- ${title} ---`, ...shown];
}

function outputLines(output: Output): string[] {
  switch (output.output_type) {
    case "error":
      return [];
    case "stream":
      return output.text.replace(/\n$/, "").split("\n");
    default:
      return textOf(output.data["text/plain"] ?? `(${Object.keys(output.data).join(", ")})`).split("\n");
  }
}
