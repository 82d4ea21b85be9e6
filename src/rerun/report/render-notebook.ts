/** @file An executed notebook as HTML: prose, code with its number and time, outputs, and where the run ended. */

import type { FigureJudgement } from "../claims/figures.ts";
import { isObject } from "../json-text.ts";
import type { Cell } from "../notebook/notebook.ts";
import type { Output } from "../notebook/outputs.ts";
import { type NotebookRun, runnableCells } from "../notebook/run-notebook.ts";
import { badge } from "./badge.ts";
import { highlight } from "./highlight.ts";
import { type Html, html } from "./html.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { altText, renderBundle, renderOutput, renderPicture } from "./render-output.ts";

/**
 * The section of one notebook.
 *
 * @param index place of the notebook in the report, from 0
 */
export function renderNotebook(run: NotebookRun, index: number, figures: readonly FigureJudgement[] = []): Html {
  const { notebook, seconds, cells, kernel } = run;
  const of = runnableCells(notebook).length;
  const ran = cells.size === of ? `${of} code cells` : `${cells.size} of ${of} code cells`;
  return html`<section class="notebook" aria-labelledby="notebook-${index}">
<h2 id="notebook-${index}">${notebook.path}</h2>
<p class="facts">${ran} in ${seconds.toFixed(1)} s, in a fresh kernel (${kernel}), from top to bottom</p>
${notebook.cells.map((cell) => renderCell(cell, run, index, figures))}
</section>`;
}

/** The address of a cell within the page. */
export function cellAnchor(notebookIndex: number, cellId: string): string {
  return `cell-${notebookIndex}-${cellId}`;
}

function renderCell(cell: Cell, run: NotebookRun, index: number, figures: readonly FigureJudgement[]): Html {
  const anchor = cellAnchor(index, cell.id);
  switch (cell.type) {
    case "markdown":
      return html`<div class="cell prose" id="${anchor}">${renderMarkdown(cell.source, cell.attachments)}</div>`;
    case "raw":
      return html`<div class="cell" id="${anchor}"><pre class="raw">${cell.source}</pre></div>`;
    case "code":
      return renderCode(
        cell,
        run,
        anchor,
        figures.filter((figure) => figure.cell === cell),
      );
  }
}

function renderCode(
  cell: Cell,
  { cells, failure, languageInfo }: NotebookRun,
  anchor: string,
  figures: readonly FigureJudgement[],
): Html {
  const ran = cells.get(cell.id);
  const failed = failure?.cell === cell;
  const state = failed ? " failed" : ran === undefined ? " unrun" : "";
  const outputs = ran?.outputs ?? [];
  // an error tells its story itself; a death or a time-out would be told nowhere
  const told = outputs.some((output) => output.output_type === "error" && failure?.reason.startsWith(output.ename));
  const language = isObject(languageInfo) ? String(languageInfo.name) : "typescript";
  return html`<div class="cell code${state}" id="${anchor}">
<div class="gutter"><a href="#${anchor}" aria-label="cell ${cell.number ?? cell.id}">${cell.number === undefined ? "[ ]" : `[${cell.number}]`}</a>
<span class="time">${ran === undefined ? "not run" : `${ran.seconds.toFixed(2)} s`}</span>
${ran?.seed === undefined ? undefined : html`<span class="time">seed ${ran.seed}</span>`}</div>
<div class="body"><pre class="source"><code>${highlight(cell.source, language)}</code></pre>
${failed && !told ? html`<p class="stop">${failure.reason}</p>` : undefined}
${outputs.map((output) => html`<div class="output">${renderBeside(output, figures)}</div>`)}
${figures.filter(({ made }) => made === undefined).map(renderSaved)}</div>
</div>`;
}

/** A figure's picture beside the one that the notebook was saved with, and the figure itself below; any other output alone. */
function renderBeside(output: Output, figures: readonly FigureJudgement[]): Html {
  const figure = "data" in output ? figures.find(({ made }) => made === output.data) : undefined;
  if (figure?.made === undefined) return renderOutput(output);
  const { saved, made, verdict } = figure;
  const alive = Object.entries(made).filter(([type]) => !type.startsWith("image/") && type !== "text/plain");
  const below = alive.length === 0 ? undefined : renderBundle(Object.fromEntries(alive), altText(made));
  return html`<div class="pair"><div><p class="label">As saved</p>${renderPicture(saved, "saved")}</div>
<div><p class="label">This run ${badge(verdict)}</p>${renderPicture(made, "made")}</div></div>${below}`;
}

function renderSaved({ saved }: FigureJudgement): Html {
  return html`<p class="label">As saved; this run made none</p>${renderPicture(saved, "saved")}`;
}
