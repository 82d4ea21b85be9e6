/** @file Tables give every number with its interval, in Markdown, HTML and plain text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { displayMethod } from "../../../../src/toolkit/core/mime-bundle.ts";
import { toMarkdown, toPlainText } from "../../../../src/toolkit/core/text-table.ts";
import { table, toHtml, toLatex } from "../../../../src/toolkit/report/tables/table.ts";
import { fitScalingLaw, fitScalingLaws } from "../../../../src/toolkit/scaling/index.ts";

const records = [
  { method: "SFT", problems: 7473, multiplier: { value: 1, low: 1, high: 1 } },
  { method: "a|b <i>", problems: 20_000, multiplier: { value: 3.14, low: 2, high: 4.5, censored: "high" } },
  { method: "RFT", problems: 0.5, multiplier: { ok: false, reason: "too few sizes" } },
  {
    method: "DPO",
    problems: null,
    multiplier: { ok: false, reason: "beyond", bound: { kind: "at least", value: 2.1 } },
  },
];

test("cells hold estimates, bounds, reasons and gaps as text", () => {
  assert.deepEqual(table(records).cells, [
    ["SFT", "7473", "1.00 [1.00, 1.00]"],
    ["a|b <i>", "20,000", "3.1 [2.0, > 4.5]"],
    ["RFT", "0.5", "too few sizes"],
    ["DPO", "–", "at least 2.10"],
  ]);
});

test("a script that prints a table prints its text, and a copy of it is its texts alone", () => {
  const shown = table([{ method: "SFT", error: { value: 0.25, low: 0.2, high: 0.3 } }]);
  const text = "method                 error\nSFT     0.250 [0.200, 0.300]";
  assert.equal(toPlainText(shown).trimEnd(), text);
  assert.equal(String(shown), toPlainText(shown));
  assert.equal(inspect(shown), toPlainText(shown));
  assert.deepEqual(Reflect.ownKeys({ ...shown }), ["columns", "cells", "numeric"]);
});

test("Markdown escapes its own bars and sets numbers to the right", () => {
  const [header, rule, , second] = toMarkdown(table(records)).split("\n");
  assert.equal(header, "| method | problems | multiplier |");
  assert.equal(rule, "| :--- | ---: | ---: |");
  assert.equal(second, "| a\\|b <i> | 20,000 | 3.1 [2.0, > 4.5] |");
});

test("HTML escapes what would be markup", () => {
  assert.match(toHtml(table(records)), /<td>a\|b &lt;i&gt;<\/td><td style="text-align:right">20,000<\/td>/);
});

test("LaTeX escapes its own signs, sets powers of ten, and has as many columns as the table", () => {
  const estimate = { value: 5.4321e9, low: 4.1e9, high: 6.8e9 };
  const text = toLatex(table([{ "a_b %": "R&D <i> 100% {x} ~^\\", amplitude: estimate, none: null }]));
  assert.equal(
    text,
    [
      "\\begin{tabular}{lrr}",
      "\\hline",
      "a\\_b \\% & amplitude & none \\\\",
      "\\hline",
      "R\\&D $<$i$>$ 100\\% \\{x\\} \\textasciitilde{}\\textasciicircum{}\\textbackslash{} & $(5.4 [4.1, 6.8]) \\times 10^{9}$ & -- \\\\",
      "\\hline",
      "\\end{tabular}",
    ].join("\n"),
  );
});

test("plain text has columns of equal width", () => {
  assert.equal(
    toPlainText(
      table([
        { name: "a", size: 1 },
        { name: "long", size: 1000 },
      ]),
    ),
    "name  size\na        1\nlong  1000",
  );
});

test("a table shows itself as Markdown and text, which every front end shows without trust", () => {
  assert.deepEqual(Object.keys(table(records)[displayMethod]()), ["text/markdown", "text/plain"]);
});

const runs = [1, 2, 4, 8, 16, 32].flatMap((size) => [
  { method: "SFT", size, error: 0.6 * size ** -0.5 + 0.1 + (size % 3) / 1000 },
  { method: "odd", size, error: size / 100 },
]);
const laws = fitScalingLaws(runs, { by: "method", x: "size", y: "error", seed: 7, resamples: 100 });

test("fits are rows with the columns of a law; one that failed keeps its row and says why", () => {
  const { columns, cells } = table(laws, ["method", "exponent", "irreducibleError", "status"]);
  assert.deepEqual(columns, ["method", "exponent", "irreducibleError", "status"]);
  assert.match(cells[0]?.join(" ") ?? "", /^SFT 0\.\d+ \[0\.\d+, 0\.\d+\] 0\.\d+ \[0\.\d+, 0\.\d+\] converged$/);
  assert.match(cells[1]?.join(" ") ?? "", /^odd – – no fit: the error does not fall/);
});

test("one fit alone is a table of one row", () => {
  const points = runs.filter((run) => run.method === "SFT").map(({ size, error }) => ({ dataSize: size, error }));
  assert.equal(table(fitScalingLaw({ name: "SFT", points, seed: 7, resamples: 100 })).cells.length, 1);
});

test("a column that no record has is refused with those that there are", () => {
  assert.throws(() => table(records, ["exponnet"]), {
    message: 'table requires columns among method, problems, multiplier, got "exponnet"',
  });
  assert.throws(() => table([]), { message: "table requires at least one record, got none" });
});
