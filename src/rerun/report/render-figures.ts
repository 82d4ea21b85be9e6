/** @file The section on what the notebooks were saved with: a verdict on each figure, and the cells that print something else. */
import type { ChangedText } from "../claims/changed-texts.ts";
import type { FigureJudgement } from "../claims/figures.ts";
import { joinLines } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { cellPlace, changedTextsSummary } from "../result-text.ts";
import { badge } from "./badge.ts";
import { type Html, html } from "./html.ts";
import { cellAnchor } from "./render-notebook.ts";

/** The section of figures; empty when the notebooks were saved without any. */
export function renderFigures(figures: readonly FigureJudgement[], runs: readonly NotebookRun[]): Html | undefined {
  if (figures.length === 0) return undefined;
  return html`<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
<p class="facts">Compared by the numbers they draw with those that the notebook was saved with; where they differ, both stand in their cell, side by side.</p>
<div class="wide" tabindex="0" role="group" aria-labelledby="figures"><table class="claims">
<thead><tr><th scope="col">Verdict</th><th scope="col">Figure</th><th scope="col">Cell</th></tr></thead>
<tbody>
${figures.map((figure) => renderRow(figure, runs))}
</tbody></table></div>
</section>`;
}

/** The paragraph on printed text; empty when all is as saved. */
export function renderChangedTexts(texts: readonly ChangedText[], runs: readonly NotebookRun[]): Html | undefined {
  if (texts.length === 0) return undefined;
  const links = texts.map(({ notebook, cell }) => {
    const index = runs.findIndex((run) => run.notebook === notebook);
    return html`<a href="#${cellAnchor(index, cell.id)}">${cellPlace(notebook, cell.id)}</a>`;
  });
  return html`<p class="facts">${changedTextsSummary(texts)}; old and new stand there side by side. Text is not judged
unless --printed asks for it, the numbers that matter are claims:</p>
<ul class="facts">${links.map((link) => html`<li>${link}</li>`)}</ul>`;
}

function renderRow(
  { notebook, cell, place, verdict, reason, saved }: FigureJudgement,
  runs: readonly NotebookRun[],
): Html {
  const index = runs.findIndex((run) => run.notebook === notebook);
  const text = joinLines(saved["text/plain"])?.split("\n", 1)[0] ?? `figure ${place}`;
  return html`<tr>
<td>${badge(verdict)}</td>
<th scope="row">${text}${reason === undefined ? undefined : html`<small class="reason">${reason}</small>`}</th>
<td class="place"><a href="#${cellAnchor(index, cell.id)}">${cellPlace(notebook, cell.id)}</a></td>
</tr>`;
}
