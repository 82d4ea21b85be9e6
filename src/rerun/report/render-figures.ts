/** @file The section of figures: the verdict on each by its data, and a way to the pair of pictures. */
import type { FigureJudgement } from "../claims/figures.ts";
import { joinLines } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { cellPlace } from "../result-text.ts";
import { badge } from "./badge.ts";
import { type Html, html } from "./html.ts";
import { cellAnchor } from "./render-notebook.ts";

/** The section of figures; empty when the notebooks were saved without any. */
export function renderFigures(figures: readonly FigureJudgement[], runs: readonly NotebookRun[]): Html | undefined {
  if (figures.length === 0) return undefined;
  return html`<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
<p class="facts">Compared by the numbers they draw with those that the notebook was saved with; both stand in their cell, side by side.</p>
<div class="wide" tabindex="0" role="group" aria-labelledby="figures"><table class="claims">
<thead><tr><th scope="col">Verdict</th><th scope="col">Figure</th><th scope="col">Cell</th></tr></thead>
<tbody>
${figures.map((figure) => renderRow(figure, runs))}
</tbody></table></div>
</section>`;
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
