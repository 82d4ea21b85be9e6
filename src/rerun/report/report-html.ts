/** @file report.html: what a run found, for people; one file that opens from disk and loads nothing. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { holds } from "../claims/verdict.ts";
import { cellPlace, claimsSummary, exitCode, figuresSummary } from "../result-text.ts";
import { type Html, html, trusted } from "./html.ts";
import { packed } from "./packed.ts";
import { renderClaims } from "./render-claims.ts";
import { renderEnvironment } from "./render-environment.ts";
import { renderChangedTexts, renderFigures } from "./render-figures.ts";
import { cellAnchor, renderNotebook } from "./render-notebook.ts";
import { PLOTLY } from "./render-output.ts";
import type { Report } from "./report-json.ts";
import { REPORT_SCRIPT } from "./report-script.ts";
import { REPORT_STYLE } from "./report-style.ts";
import { withinSize } from "./within-size.ts";

/** Characters: a page that can be sent by mail. */
const PAGE_LIMIT = 2_800_000;

/** The text of report.html. */
export function reportHtml(report: Report): string {
  const { runs, judgements, figures, checks, environment } = report;
  const plotly = hasFigures(report) ? plotlySource() : undefined;
  const names = runs.map(({ notebook }) => notebook.name).join(", ");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy([REPORT_SCRIPT, ...(plotly === undefined ? [] : [plotly])])}">
<title>${verdictWord(report)}: ${names}</title>
<style>${trusted(REPORT_STYLE)}</style>
</head>
<body>
<header>
<p class="kind">Re-run report</p>
<h1>${names}</h1>
${renderOutcome(report)}
</header>
<main>
${judgements.length > 0 ? renderClaims(judgements, runs, report.seeds) : undefined}
${renderFigures(figures, runs)}
${renderChangedTexts(report.changedTexts, runs)}
${renderEnvironment(environment, checks)}
${runs.map((run, index) => renderNotebook(run, index, report))}
</main>
${plotly === undefined ? undefined : html`<script type="application/gzip" id="plotly">${packed(plotly)}</script>`}
<script>${trusted(REPORT_SCRIPT)}</script>
</body>
</html>
`;
  return withinSize(page.html, PAGE_LIMIT);
}

function renderOutcome(report: Report): Html {
  const { runs, judgements, checks, environment, profile } = report;
  const seconds = runs.reduce((total, run) => total + run.seconds, 0);
  const stops = runs.flatMap(({ notebook, failure }, index) => {
    if (failure === undefined) return [];
    const { cell, reason } = failure;
    const place =
      cell === undefined
        ? html`${notebook.name}`
        : html`<a href="#${cellAnchor(index, cell.id)}">${cellPlace(notebook, cell.id)}</a>`;
    return [html`<p class="stop">${place}: ${reason}</p>`];
  });
  const claims = judgements.length > 0 ? claimsSummary(judgements) : "no claims were checked";
  const figures = figuresSummary(report.figures);
  const summary = figures === undefined ? claims : `${claims} · ${figures}`;
  const sandbox = runs.some(({ sandboxed }) => sandboxed) ? " · in the sandbox" : "";
  const differences = checks.flatMap(({ difference }) => difference ?? []);
  const when = environment.date.replace("T", " ").replace(/\..*/, " UTC");
  return html`<p class="outcome ${verdictClass(report)}">${verdictWord(report)}</p>
${report.refused.map(({ reason }) => html`<p class="stop">${reason}</p>`)}
${stops}
${differences.map((difference) => html`<p class="stop">Environment differs: ${difference}</p>`)}
<p class="facts">${summary} · ${profile} profile${sandbox} · ${seconds.toFixed(1)} s · Node ${environment.node} · <time datetime="${environment.date}">${when}</time></p>`;
}

function verdictWord(report: Report): string {
  switch (exitCode(report)) {
    case 0:
      return report.judgements.length > 0 ? "All claims hold" : "Ran to the end";
    case 1:
      return report.judgements.every(({ verdict }) => holds(verdict)) ? "Something differs" : "A claim differs";
    case 2:
      return "Could not be checked in full";
  }
}

function verdictClass(report: Report): string {
  return ["good", "bad", "stopped"][exitCode(report)] ?? "";
}

function hasFigures({ runs }: Report): boolean {
  const outputs = runs.flatMap(({ cells }) => [...cells.values()].flatMap((cell) => cell.outputs));
  return outputs.some((output) => "data" in output && PLOTLY in output.data);
}

/** Its one place in the page, whatever the number of figures. */
function plotlySource(): string {
  return readFileSync(fileURLToPath(import.meta.resolve("plotly.js-basic-dist-min")), "utf8");
}

const NOWHERE = "form-action 'none'; base-uri 'none'";

/** The page loads nothing, and runs its own scripts only: what a notebook put out cannot add one. */
function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  return `default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src ${hashes.join(" ")}; ${NOWHERE}`;
}
