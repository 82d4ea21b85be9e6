/** @file An executed notebook as HTML: prose, code with its number and time, outputs, and where the run ended. */

import type { ChangedText } from "../claims/changed-texts.ts";
import type { FigureJudgement } from "../claims/figures.ts";
import { isObject, textOf } from "../json-text.ts";
import { type Cell, fileProblem } from "../notebook/notebook.ts";
import { figuresIn, joinLines, type MimeBundle, type Output } from "../notebook/outputs.ts";
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
 * @param comparison what was compared with the notebook's file
 */
export function renderNotebook(run: NotebookRun, index: number, comparison: Comparison): Html {
  const { notebook, seconds, cells, kernel } = run;
  const of = runnableCells(notebook).length;
  const ran = cells.size === of ? `${of} code cells` : `${cells.size} of ${of} code cells`;
  return html`<section class="notebook" aria-labelledby="notebook-${index}">
<h2 id="notebook-${index}">${notebook.path}</h2>
<p class="facts">${ran} in ${seconds.toFixed(1)} s, in a fresh kernel (${kernel}), from top to bottom</p>
${notebook.cells.map((cell) => attemptCell(cell, run, index, comparison))}
</section>`;
}

interface Comparison {
  readonly figures: readonly FigureJudgement[];
  readonly changedTexts: readonly ChangedText[];
}

/** The address of a cell within the page. */
export function cellAnchor(notebookIndex: number, cellId: string): string {
  return `cell-${notebookIndex}-${cellId}`;
}

/** A cell that cannot be shown costs the page itself alone. */
function attemptCell(cell: Cell, run: NotebookRun, index: number, comparison: Comparison): Html {
  try {
    return renderCell(cell, run, index, comparison);
  } catch (error) {
    const anchor = cellAnchor(index, cell.id);
    return html`<div class="cell" id="${anchor}"><p class="note">This cell cannot be shown: ${fileProblem(error)}</p></div>`;
  }
}

function renderCell(cell: Cell, run: NotebookRun, index: number, { figures, changedTexts }: Comparison): Html {
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
        changedTexts.find((text) => text.cell === cell),
      );
  }
}

function renderCode(
  cell: Cell,
  { cells, failure, languageInfo }: NotebookRun,
  anchor: string,
  figures: readonly FigureJudgement[],
  changed: ChangedText | undefined,
): Html {
  const ran = cells.get(cell.id);
  const failed = failure?.cell === cell;
  const state = failed ? " failed" : ran === undefined ? " unrun" : "";
  const outputs = someOf(ran?.outputs ?? []);
  // an error tells its story itself; a death or a time-out would be told nowhere
  const told = outputs.some((output) => output.output_type === "error" && failure?.reason.startsWith(output.ename));
  const language = isObject(languageInfo) ? textOf(languageInfo.name) : "typescript";
  return html`<div class="cell code${state}" id="${anchor}">
<div class="gutter"><a href="#${anchor}" aria-label="cell ${cell.number ?? cell.id}">${cell.number === undefined ? "[ ]" : `[${cell.number}]`}</a>
<span class="time">${ran === undefined ? "not run" : `${ran.seconds.toFixed(2)} s`}</span>
${ran?.seed === undefined ? undefined : html`<span class="time">seed ${ran.seed}</span>`}</div>
<div class="body"><pre class="source"><code>${highlight(cell.source, language)}</code></pre>
${failed && !told ? html`<p class="stop">${failure.reason}</p>` : undefined}
${changed === undefined ? outputs.map((output) => renderCompared(output, figures)) : renderChanged(outputs, changed, figures)}
${figures.filter(({ made }) => made === undefined).map(renderSaved)}</div>
</div>`;
}

/** A cell that has more outputs than anyone reads, such as lines of two streams in turn, shows the first and the last. */
const SHOWN_OUTPUTS = { first: 200, last: 50 };

function someOf(outputs: readonly Output[]): readonly Output[] {
  const { first, last } = SHOWN_OUTPUTS;
  const hidden = outputs.length - first - last;
  if (hidden <= 0) return outputs;
  const text = `… ${hidden} more outputs in the executed notebook …\n`;
  return [...outputs.slice(0, first), { output_type: "stream", name: "stdout", text }, ...outputs.slice(-last)];
}

/** The texts that were saved beside those of this run, then the figures. */
function renderChanged(outputs: readonly Output[], { saved }: ChangedText, figures: readonly FigureJudgement[]): Html {
  const isFigure = (output: Output) => figuresIn([output]).length > 0;
  const texts = (all: readonly Output[]) =>
    all.map((output) => html`<div class="output">${renderOutput(output)}</div>`);
  return html`<div class="pair"><div><p class="label">Printed when it was saved</p>${texts(someOf(saved))}</div>
<div><p class="label">Printed by this run</p>${texts(outputs.filter((output) => !isFigure(output)))}</div></div>
${outputs.filter(isFigure).map((output) => renderCompared(output, figures))}`;
}

/** A figure's picture beside the one that was saved, and the figure itself below; the same picture, or another output, once. */
function renderCompared(output: Output, figures: readonly FigureJudgement[]): Html {
  const figure = "data" in output ? figures.find(({ made }) => made === output.data) : undefined;
  return html`<div class="output">${figure?.made === undefined ? renderOutput(output) : renderPair(figure, figure.made)}</div>`;
}

function renderPair({ saved, verdict }: FigureJudgement, made: MimeBundle): Html {
  if (samePicture(saved, made)) {
    return html`<p class="label">As saved, and made again by this run ${badge(verdict)}</p>${renderBundle(made)}`;
  }
  const alive = Object.entries(made).filter(([type]) => !type.startsWith("image/") && type !== "text/plain");
  const below = alive.length === 0 ? undefined : renderBundle(Object.fromEntries(alive), altText(made));
  return html`<div class="pair"><div><p class="label">As saved</p>${renderPicture(saved, "saved")}</div>
<div><p class="label">This run ${badge(verdict)}</p>${renderPicture(made, "made")}</div></div>${below}`;
}

function samePicture(saved: MimeBundle, made: MimeBundle): boolean {
  const types = Object.keys(made).filter((type) => type.startsWith("image/"));
  return types.length > 0 && types.every((type) => joinLines(saved[type])?.trim() === joinLines(made[type])?.trim());
}

function renderSaved({ saved }: FigureJudgement): Html {
  return html`<p class="label">As saved; this run made none</p>${renderPicture(saved, "saved")}`;
}
