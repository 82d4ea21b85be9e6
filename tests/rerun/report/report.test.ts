/** @file The reports: report.json has its format, report.html stands alone and runs nothing of a notebook's. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { changedTexts } from "../../../src/rerun/claims/changed-texts.ts";
import { judgeFigures } from "../../../src/rerun/claims/figures.ts";
import { judge } from "../../../src/rerun/claims/verdict.ts";
import type { Environment } from "../../../src/rerun/environment/environment.ts";
import type { Output } from "../../../src/rerun/notebook/outputs.ts";
import type { NotebookRun } from "../../../src/rerun/notebook/run-notebook.ts";
import { renderMarkdown } from "../../../src/rerun/report/render-markdown.ts";
import { renderOutput } from "../../../src/rerun/report/render-output.ts";
import { reportHtml } from "../../../src/rerun/report/report-html.ts";
import { type Report, reportJson } from "../../../src/rerun/report/report-json.ts";
import { type SampleCell, sampleClaim, sampleNotebook, sampleRun } from "../samples.ts";

const environment: Environment = {
  date: "2024-05-06T07:08:09.000Z",
  node: "20.20.2",
  platform: "linux",
  arch: "x64",
  cpu: "a processor",
  cores: 2,
  locale: "en-US",
  timeZone: "UTC",
  packages: { "@eightfold/kernel": "0.1.0" },
  python: {},
  commit: null,
  uncommittedChanges: null,
  files: {},
};

const GROUNDS = { cells: { first: 1, last: 9 }, profile: "quick", environmentDifference: undefined };

const FIGURE = {
  "application/vnd.plotly.v1+json": { data: [{ x: [1], y: [2], name: "</script><b>" }], layout: { width: 820 } },
  "image/png": "AAAA",
  "text/plain": 'a figure of "errors"',
};

const BUNDLE_START = '<script type="application/gzip" id="plotly">';

function display(data: Record<string, unknown>): Output {
  return { output_type: "display_data", data, metadata: {} };
}

/** A run whose first cells have the outputs given; a cell beyond them did not run. */
function sampleReport(cells: readonly SampleCell[], outputs: readonly Output[][], failure?: string): Report {
  const ran = sampleRun(sampleNotebook(cells), outputs);
  const { notebook } = ran;
  const last = notebook.cells[outputs.length - 1];
  const failed = failure === undefined ? undefined : { cell: last, reason: failure, lastLines: [] };
  const run: NotebookRun = { ...ran, failure: failed };
  const judgements = [judge(sampleClaim(), notebook, { ok: true, value: 0.41 }, undefined)];
  return {
    refused: [],
    runs: [run],
    judgements,
    figures: [],
    changedTexts: [],
    judgedTexts: [],
    seeds: [],
    checks: [],
    environment,
    profile: "quick",
  };
}

test("report.json has exactly the keys that later work reads", () => {
  assert.deepEqual(JSON.parse(reportJson(sampleReport(["1", "2"], [[], []]))), {
    profile: "quick",
    notebooks: [
      {
        path: "notebooks/04-scaling.ipynb",
        kernel: "eightfold",
        sandbox: false,
        seconds: 1.235,
        cells: 2,
        failed: 0,
        reason: null,
        seeds: { a: 7, b: 7 },
      },
    ],
    claims: [
      {
        id: "exponent",
        statement: "The error falls as data to the power -0.38",
        verdict: "differs",
        expected: 0.38,
        measured: 0.41,
        tolerance: { absolute: 0.005 },
        notebook: "04-scaling.ipynb",
        cell: "a",
        records: null,
        reason: null,
      },
    ],
    figures: [],
    changedTexts: [],
    seeds: [],
    refused: [],
    checks: [],
    environment: { ...environment },
  });
});

test("the figure library is in the page once, however many figures there are, and not at all without one", () => {
  const count = (page: string) => page.split(BUNDLE_START).length - 1;
  assert.equal(count(reportHtml(sampleReport(["1"], [[display(FIGURE), display(FIGURE)]]))), 1);
  assert.equal(count(reportHtml(sampleReport(["1"], [[]]))), 0);
});

test("the figure library unpacks to a script that the page's policy allows", () => {
  const page = reportHtml(sampleReport(["1"], [[display(FIGURE)]]));
  const [, base64 = ""] = /id="plotly">([^<]*)</.exec(page) ?? [];
  const source = gunzipSync(Buffer.from(base64, "base64"));
  assert.match(source.toString("utf8", 0, 100), /plotly\.js \(basic - minified\)/);
  assert.ok(page.includes(`sha256-${createHash("sha256").update(source).digest("base64")}`));
});

test("a figure as it was saved is shown once, another one as a pair, and so is changed text", () => {
  const saved = { output_type: "display_data", data: FIGURE, metadata: {} };
  const text = (said: string): Output => ({ output_type: "stream", name: "stdout", text: said });
  const pictures = (made: Record<string, unknown>, said: string): [pictures: number, pairs: number] => {
    const report = sampleReport([{ source: "1", outputs: [saved, text("2.31")] }], [[display(made), text(said)]]);
    const compared = report.runs.flatMap((run) => judgeFigures(run, GROUNDS));
    const page = reportHtml({ ...report, figures: compared, changedTexts: report.runs.flatMap(changedTexts) });
    return [page.split("<img").length - 1, page.split('<div class="pair">').length - 1];
  };
  assert.deepEqual(pictures(FIGURE, "2.31"), [1, 0]);
  assert.deepEqual(pictures({ ...FIGURE, "image/png": "BBBB" }, "2.31"), [2, 1]);
  assert.deepEqual(pictures(FIGURE, "2.32"), [1, 1]);
});

test("the page asks for nothing: its policy forbids every load, and no element names an address", () => {
  const page = reportHtml(sampleReport(["1"], [[display(FIGURE)]]));
  assert.match(page, /default-src &apos;none&apos;|default-src 'none'/);
  assert.doesNotMatch(page, /<(?:script|img|iframe|link|source|object)[^>]*\s(?:src|href)="(?!data:)/);
  assert.ok(page.length < 3e6);
});

test("a claim leads to its cell", () => {
  const page = reportHtml(sampleReport(["1"], [[]]));
  const target = /<td class="place"><a href="#([^"]+)">cell 1<\/a>/.exec(page)?.[1];
  assert.ok(target !== undefined && page.includes(`id="${target}"`));
});

test("a figure is data for the page's script, with its picture for print", () => {
  const { html } = renderOutput(display(FIGURE));
  assert.match(html, /aria-label="a figure of &quot;errors&quot;"/);
  assert.match(html, /<img class="made" alt="[^"]*" src="data:image\/png;base64,AAAA">/);
  const base64 = /<script type="application\/gzip">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const json = gunzipSync(Buffer.from(base64, "base64")).toString();
  assert.deepEqual(JSON.parse(json).data, FIGURE["application/vnd.plotly.v1+json"].data);
});

test("where a run ended is said at the top, with a way to the cell, and the rest is marked as not run", () => {
  const page = reportHtml(sampleReport(["1", "2"], [[]], "the kernel died (signal SIGKILL)"));
  assert.match(page, /<p class="stop"><a href="#cell-0-a">04-scaling.ipynb, cell 1<\/a>: the kernel died/);
  assert.match(page, /<div class="cell code failed" id="cell-0-a">/);
  assert.match(page, /<div class="cell code unrun" id="cell-0-b">/);
});

const ATTACKS: [what: string, html: string][] = [
  ["raw HTML in Markdown", renderMarkdown("<script>alert(1)</script> <img src=x onerror=alert(1)>").html],
  ["a script as a link", renderMarkdown("[a](javascript:alert(1)) ![b](javascript:alert(1))").html],
  ["HTML in mathematics", renderMarkdown("$\\text{<script>alert(1)</script>}$ $\\href{javascript:alert(1)}{x}$").html],
  ["HTML in a stream", renderOutput({ output_type: "stream", name: "stdout", text: "<script>alert(1)</script>" }).html],
  ["HTML in a result", renderOutput(display({ "text/plain": "<script>alert(1)</script>" })).html],
  ["HTML in a JSON output", renderOutput(display({ "application/json": "<script>" })).html],
  ["a quote in a picture", renderOutput(display({ "image/png": '" onerror="alert(1)', "text/plain": "x" })).html],
  ["a script in SVG", renderOutput(display({ "image/svg+xml": "<svg><script>alert(1)</script></svg>" })).html],
  ["HTML as a MIME type", renderOutput(display({ "<script>": 1 })).html],
  [
    "HTML in a traceback",
    renderOutput({ output_type: "error", ename: "E", evalue: "", traceback: ["\x1b[31m<script>alert(1)</script>"] })
      .html,
  ],
];

for (const [what, html] of ATTACKS) {
  test(`${what} stays text`, () => {
    assert.doesNotMatch(html, /<script|<[^>]*\son\w+=|(?:src|href)="javascript/i);
  });
}

test("HTML of a notebook is shown in a frame that runs no script", () => {
  const { html } = renderOutput(display({ "text/html": '<b>"x"</b><script>alert(1)</script>', "text/plain": "x" }));
  assert.match(html, /^<iframe sandbox="allow-same-origin" title="HTML output" srcdoc="[^"]*"><\/iframe>$/);
});

test("headings of a notebook come below those of the page, tables scroll, attachments are shown", () => {
  const attachments = { "a b.png": { "image/png": "AAAA" } };
  const { html } = renderMarkdown("# One\n\n| a |\n|--:|\n| 1 |\n\n![plot](attachment:a%20b.png)", attachments);
  assert.match(html, /<h3>One<\/h3>/);
  assert.match(html, /<div class="wide" tabindex="0"><table>/);
  assert.match(html, /<img alt="plot" src="data:image\/png;base64,AAAA">/);
});

test("mathematics between dollars is set, prices and code are not", () => {
  const count = (text: string) => renderMarkdown(text).html.split("<math").length - 1;
  assert.equal(count("A law $y = a D^{-b} + c$, and $$x_1$$ inside."), 2);
  assert.equal(count("$$\n\\frac{a}{b}\n$$"), 1);
  for (const text of ["It costs $5 or $10.", "In code: `$x$`.", "Escaped: \\$y\\$.", "$ x $"])
    assert.equal(count(text), 0);
});

test("a megabyte without a line break is cut at once", () => {
  const start = performance.now();
  const text = "x".repeat(4_000_000);
  assert.ok(renderOutput({ output_type: "stream", name: "stdout", text }).html.length < 50_000);
  assert.ok(performance.now() - start < 500);
});

test("a line written over by a carriage return shows its last state, and a very long text is cut in the page", () => {
  const text = (value: string) => renderOutput({ output_type: "stream", name: "stdout", text: value }).html;
  assert.equal(text("1 %\r2 %\r3 %\r\ndone"), '<pre class="stream stdout">3 %\r\ndone</pre>');
  const long = text(Array.from({ length: 1000 }, (_, index) => `line ${index}`).join("\n"));
  assert.match(long, /line 299\n… 600 more lines in the executed notebook …\nline 900\n/);
});

test("a table's head without a word is no head, for screen readers", () => {
  const { html } = renderMarkdown("| | error |\n|--|--|\n| SFT | 0.4 |");
  assert.match(html, /<td><\/td>\s*<th>error<\/th>/);
});

test("the page stays below its limit whatever its outputs are, and says what it leaves out", () => {
  const random = (length: number) => Array.from({ length }, () => Math.random().toString(36).slice(2)).join("");
  const text = (length: number): Output => ({ output_type: "stream", name: "stdout", text: random(length / 11) });
  const kinds: Record<string, Output[]> = {
    html: Array.from({ length: 12 }, () => display({ "text/html": `<p>${random(30_000)}</p>` })),
    text: Array.from({ length: 120 }, () => text(40_000)),
    plot: [
      display({
        "application/vnd.plotly.v1+json": { data: [{ y: Array.from({ length: 400_000 }, Math.random) }], layout: {} },
        "text/plain": "x",
      }),
    ],
    picture: [display({ "image/png": random(400_000).replace(/[^a-z]/g, "A") })],
  };
  for (const [kind, outputs] of Object.entries(kinds)) {
    const page = reportHtml(sampleReport(["1"], [outputs]));
    assert.ok(page.length < 2_800_000, `${kind}: ${page.length}`);
    assert.match(page, /of \d+ kB is left out of this page; the notebook's file holds it\./, kind);
  }
});

test("of more outputs than anyone reads, the first and the last are shown", () => {
  const outputs = Array.from({ length: 2000 }, (_, index): Output => {
    return { output_type: "stream", name: index % 2 === 0 ? "stdout" : "stderr", text: `line ${index}\n` };
  });
  const page = reportHtml(sampleReport(["1"], [outputs]));
  assert.ok(page.includes("line 0\n") && page.includes("line 1999\n") && !page.includes("line 1000\n"));
  assert.match(page, /… 1750 more outputs in the executed notebook …/);
});

test("a figure's own settings cannot send it anywhere, and no form of a notebook can", () => {
  const config = { showSendToCloud: true, plotlyServerURL: "https://example.org", scrollZoom: true };
  const figure = { "application/vnd.plotly.v1+json": { data: [], layout: {}, config }, "text/plain": "x" };
  const page = reportHtml(sampleReport(["1"], [[display(figure)]]));
  const packed =
    /<div class="plot-area"[^>]*><\/div>\s*<script type="application\/gzip">([^<]*)</.exec(page)?.[1] ?? "";
  assert.deepEqual(JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString()).config, { scrollZoom: true });
  assert.ok(page.includes("form-action &apos;none&apos;; base-uri &apos;none&apos;"));
});

test("the report tells numbers that were computed now from those read from stored records, where a claim names such", () => {
  const report = sampleReport([{ id: "fit", source: "1" }], [[]]);
  assert.doesNotMatch(reportHtml(report), /computed now|stored records/);
  const [own] = report.judgements;
  assert.ok(own !== undefined);
  const read = { ...own, claim: { ...own.claim, id: "read", records: "data/results/study.jsonl" } };
  const both = { ...report, judgements: [own, read] };
  const page = reportHtml(both);
  assert.match(page, /computed in this run: 1\. Numbers read from stored records, [^:]*: 1\./);
  assert.match(page, /<small>computed now<\/small>/);
  assert.match(page, /<small>read from stored records: data\/results\/study\.jsonl<\/small>/);
  const { claims } = JSON.parse(reportJson(both)) as { claims: { records: string | null }[] };
  assert.deepEqual(
    claims.map(({ records }) => records),
    [null, "data/results/study.jsonl"],
  );
});
