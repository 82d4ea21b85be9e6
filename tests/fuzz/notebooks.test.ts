/** @file Arbitrary notebooks: read, written again, judged against themselves and shown in the report. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { changedTexts } from "../../src/rerun/claims/changed-texts.ts";
import { compareFigures } from "../../src/rerun/claims/figures.ts";
import { printedNumbers } from "../../src/rerun/claims/printed-numbers.ts";
import { parseNotebook } from "../../src/rerun/notebook/notebook.ts";
import { notebookText } from "../../src/rerun/notebook/notebook-text.ts";
import { figuresIn } from "../../src/rerun/notebook/outputs.ts";
import { withParameters } from "../../src/rerun/notebook/parameters.ts";
import type { NotebookRun } from "../../src/rerun/notebook/run-notebook.ts";
import { renderNotebook } from "../../src/rerun/report/render-notebook.ts";
import { anyJson, assertOneLine, fuzz, mostly, nearly } from "./fuzz.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("a, b = 1.5\n", "$x^2$ ![a](b)", "[x](y) `"),
);
const lines = fc.oneof(text, fc.array(text, { maxLength: 3 }));
const FORMATS = [
  "text/plain",
  "text/html",
  "text/markdown",
  "text/latex",
  "image/png",
  "image/svg+xml",
  "application/json",
];
const FIGURES = ["application/vnd.plotly.v1+json", "application/vnd.vegalite.v5+json", "application/vnd.vega.v6+json"];
const figure = fc.record(
  {
    data: mostly(
      fc.oneof(
        fc.array(fc.dictionary(fc.constantFrom("x", "y", "z", "type", "marker", "name"), anyJson), { maxLength: 3 }),
        fc.record({ values: fc.array(fc.dictionary(fc.constantFrom("a", "b"), anyJson), { maxLength: 3 }) }),
      ),
    ),
    layout: mostly(fc.dictionary(fc.constantFrom("xaxis", "yaxis", "shapes", "title"), anyJson)),
    frames: anyJson,
    mark: anyJson,
    encoding: anyJson,
  },
  { requiredKeys: [] },
);
const bundle = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...FORMATS), mostly(lines)),
    fc.dictionary(fc.constantFrom(...FIGURES), mostly(figure)),
  )
  .map(([plain, figures]) => ({ ...plain, ...figures }));
const output = fc.record(
  {
    output_type: mostly(fc.constantFrom("stream", "error", "display_data", "execute_result")),
    name: mostly(fc.constantFrom("stdout", "stderr")),
    text: mostly(lines),
    ename: mostly(text),
    evalue: mostly(text),
    traceback: mostly(fc.array(text, { maxLength: 3 })),
    data: mostly(bundle),
    metadata: mostly(fc.constant({})),
    execution_count: mostly(fc.nat()),
  },
  { requiredKeys: ["output_type"] },
);
const cell = fc.record(
  {
    cell_type: mostly(fc.constantFrom("code", "markdown", "raw")),
    id: mostly(fc.string({ unit: fc.constantFrom(..."abcdefghijkl-_0123"), minLength: 1, maxLength: 12 })),
    metadata: mostly(
      fc.record({ tags: mostly(fc.array(fc.constantFrom("parameters", "skip-execution"), { maxLength: 2 })) }),
    ),
    source: mostly(lines),
    outputs: mostly(fc.array(mostly(output), { maxLength: 3 })),
    attachments: mostly(fc.dictionary(text, mostly(bundle), { maxKeys: 2 })),
  },
  { requiredKeys: ["cell_type", "source"] },
);
const notebook = fc.record({
  nbformat: mostly(fc.constant(4)),
  nbformat_minor: mostly(fc.integer({ min: 0, max: 5 })),
  metadata: mostly(
    fc.record({ kernelspec: mostly(fc.record({ name: mostly(text) })), widgets: anyJson, eightfold: anyJson }),
  ),
  cells: mostly(fc.array(mostly(cell), { maxLength: 4 })),
});

const texts = fc.oneof(
  { weight: 6, arbitrary: notebook.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: nearly(notebook.map((value) => JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

fuzz("notebooks", texts, (input) => {
  const read = parseNotebook("n.ipynb", input);
  if (!read.ok) return assertOneLine(read.reason);
  const cells = new Map(
    read.value.cells.map(({ id, savedOutputs }) => {
      const ran = { outputs: savedOutputs, executionCount: 1, seconds: 0, seed: undefined, measurements: new Map() };
      return [id, ran] as const;
    }),
  );
  const written = notebookText(read.value, cells, {});
  const again = parseNotebook("n.ipynb", written);
  assert.ok(again.ok, again.ok ? "" : again.reason);
  assert.equal(notebookText(again.value, cells, {}), written);
  const given = withParameters(read.value, { a: [1, { b: null }] }, "python");
  assert.ok(given.ok);
  const run: NotebookRun = {
    notebook: read.value,
    kernel: "k",
    sandboxed: false,
    seconds: 0,
    cells,
    failure: undefined,
    languageInfo: undefined,
  };
  assert.deepEqual(changedTexts(run), []);
  for (const { savedOutputs } of read.value.cells) {
    printedNumbers(savedOutputs);
    for (const own of figuresIn(savedOutputs)) {
      const [verdict] = compareFigures(own, own);
      assert.ok(verdict === "reproduced" || verdict === undefined, verdict);
    }
  }
  renderNotebook(run, 0, { figures: [], changedTexts: [] });
});
