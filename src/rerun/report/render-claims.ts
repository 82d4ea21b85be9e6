/** @file The table of claims: verdict, what was said, what was measured, and a way to the cell. */

import type { SeedFinding } from "../claims/seeds.ts";
import type { Judgement } from "../claims/verdict.ts";
import { figuresIn } from "../notebook/outputs.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import { apart, fewText, toleranceText, valueText } from "../number-text.ts";
import { cellPlace, seedValues } from "../result-text.ts";
import { badge } from "./badge.ts";
import { type Html, html } from "./html.ts";
import { cellAnchor } from "./render-notebook.ts";

/** The section of claims. Where claims say which numbers were read from stored records, each says where its number is from. */
export function renderClaims(
  judgements: readonly Judgement[],
  runs: readonly NotebookRun[],
  seeds: readonly SeedFinding[],
): Html {
  const stored = judgements.filter(({ claim }) => claim.records !== undefined).length;
  const told = html`<p>Numbers computed in this run: ${judgements.length - stored}. Numbers read from stored records, which this run did not
make again: ${stored}.</p>`;
  return html`<section aria-labelledby="claims">
<h2 id="claims">Claims</h2>
${stored === 0 ? undefined : told}
<div class="wide" tabindex="0" role="group" aria-labelledby="claims"><table class="claims">
<thead><tr><th scope="col">Verdict</th><th scope="col">Claim</th><th scope="col" class="number">Claimed</th>
<th scope="col" class="number">Measured</th><th scope="col">Cell</th></tr></thead>
<tbody>
${judgements.map((judgement) =>
  renderRow(
    judgement,
    runs,
    seeds.find(({ claim }) => claim === judgement.claim),
    stored > 0,
  ),
)}
</tbody></table></div>
</section>`;
}

function renderRow(
  judgement: Judgement,
  runs: readonly NotebookRun[],
  seeds: SeedFinding | undefined,
  saysWhere: boolean,
): Html {
  const { claim, notebook, verdict, measured, reason } = judgement;
  const [now, then] = numbers(judgement);
  const index = runs.findIndex((run) => run.notebook === notebook);
  const number = notebook.cells.find(({ id }) => id === claim.cell)?.number;
  const place = runs.length > 1 ? cellPlace(notebook, claim.cell) : `cell ${number}`;
  const link = index < 0 ? html`${place}` : html`<a href="#${cellAnchor(index, claim.cell)}">${place}</a>`;
  const interval = claim.interval === undefined ? undefined : html` · interval ${valueText(claim.interval, 4)}`;
  return html`<tr>
<td>${badge(verdict)}</td>
<th scope="row">${claim.statement}
<small><code>${claim.id}</code>${interval} · ${claim.source}</small>
${saysWhere ? html`<small>${claim.records === undefined ? "computed now" : `read from stored records: ${claim.records}`}</small>` : undefined}
${reason === undefined ? undefined : html`<small class="reason">${reason}</small>`}${seeds === undefined ? undefined : html`<small>${seeds.finding}: ${seeds.reason ?? seedValues(seeds.values)}</small>`}</th>
<td class="number" title="${String(claim.expected)}">${then} <small>${"overlap" in claim.tolerance ? "" : "± "}${toleranceText(claim.tolerance)}</small></td>
<td class="number" title="${String(measured ?? "no number")}">${now}</td>
<td class="place">${link}${figureLink(judgement, runs[index], index)}</td>
</tr>`;
}

/** To the first figure that the notebook shows in the claim's cell or after it. */
function figureLink({ notebook, claim }: Judgement, run: NotebookRun | undefined, index: number): Html | undefined {
  const own = notebook.cells.findIndex(({ id }) => id === claim.cell);
  const shown = notebook.cells.slice(own).find(({ id }) => figuresIn(run?.cells.get(id)?.outputs ?? []).length > 0);
  if (shown === undefined) return undefined;
  return html`<br><a href="#${cellAnchor(index, shown.id)}">figure in cell ${shown.number}</a>`;
}

function numbers({ claim, measured, verdict }: Judgement): [now: string, then: string] {
  if (measured === null) return ["—", fewText(claim.expected, 6)];
  if (verdict === "reproduced") return [fewText(measured, 6), fewText(claim.expected, 6)];
  return apart(measured, claim.expected);
}
