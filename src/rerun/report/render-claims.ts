/** @file The table of claims: verdict, what was said, what was measured, and a way to the cell. */

import type { Judgement, Verdict } from "../claims/verdict.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { apart, toleranceText, valueText } from "../number-text.ts";
import { cellPlace } from "../result-text.ts";
import { type Html, html } from "./html.ts";
import { cellAnchor } from "./render-notebook.ts";

/** A sign beside the word, so that the verdict does not hang on colour. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  reproduced: "✓",
  "within tolerance": "≈",
  differs: "≠",
  "not run": "–",
  "environment differs": "≠",
};

/** The section of claims. */
export function renderClaims(judgements: readonly Judgement[], runs: readonly NotebookRun[]): Html {
  return html`<section aria-labelledby="claims">
<h2 id="claims">Claims</h2>
<div class="wide" tabindex="0" role="region" aria-labelledby="claims"><table class="claims">
<thead><tr><th scope="col">Verdict</th><th scope="col">Claim</th><th scope="col" class="number">Claimed</th>
<th scope="col" class="number">Measured</th><th scope="col">Cell</th></tr></thead>
<tbody>
${judgements.map((judgement) => renderRow(judgement, runs))}
</tbody></table></div>
</section>`;
}

function renderRow(judgement: Judgement, runs: readonly NotebookRun[]): Html {
  const { claim, notebook, verdict, measured, reason } = judgement;
  const [now, then] = numbers(judgement);
  const index = runs.findIndex((run) => run.notebook === notebook);
  const number = notebook.cells.find(({ id }) => id === claim.cell)?.number;
  const place = runs.length > 1 ? cellPlace(notebook, claim.cell) : `cell ${number}`;
  const link = index < 0 ? html`${place}` : html`<a href="#${cellAnchor(index, claim.cell)}">${place}</a>`;
  const interval = claim.interval === undefined ? undefined : html` · interval ${valueText(claim.interval, 4)}`;
  return html`<tr>
<td><span class="badge ${verdict.replaceAll(" ", "-")}"><span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}</span></td>
<th scope="row">${claim.statement}
<small><code>${claim.id}</code>${interval} · ${claim.source}</small>
${reason === undefined ? undefined : html`<small class="reason">${reason}</small>`}</th>
<td class="number" title="${String(claim.expected)}">${then} <small>± ${toleranceText(claim.tolerance)}</small></td>
<td class="number" title="${String(measured ?? "no number")}">${now}</td>
<td class="place">${link}</td>
</tr>`;
}

function numbers({ claim, measured, verdict }: Judgement): [now: string, then: string] {
  if (measured === null) return ["—", valueText(claim.expected, 6)];
  if (verdict === "reproduced") return [valueText(measured, 6), valueText(claim.expected, 6)];
  return apart(measured, claim.expected);
}
