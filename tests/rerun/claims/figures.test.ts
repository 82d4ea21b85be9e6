/** @file Figures are compared by what they draw: a moved point is found, another title or id is not a difference. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changedTexts } from "../../../src/rerun/claims/changed-texts.ts";
import { compareFigures, judgeFigures } from "../../../src/rerun/claims/figures.ts";
import type { MimeBundle, Output } from "../../../src/rerun/notebook/outputs.ts";
import type { NotebookRun } from "../../../src/rerun/notebook/run-notebook.ts";
import { editedCells, savedRun } from "../../../src/rerun/notebook/saved-run.ts";
import { sampleNotebook, sampleRun } from "../samples.ts";

const PLOTLY = "application/vnd.plotly.v1+json";

function plot(y: unknown, more: Record<string, unknown> = {}): MimeBundle {
  return {
    [PLOTLY]: {
      data: [{ type: "scatter", name: "SFT", x: [1, 2, 4], y, error_y: { array: [0.1, 0.2, 0.3] } }],
      ...more,
    },
  };
}

/** Three float64 values, little endian, as Plotly for Python sends NumPy's arrays. */
const TYPED = { dtype: "f8", bdata: Buffer.from(new Float64Array([1, 2, 3]).buffer).toString("base64") };

for (const [claim, saved, made, verdict] of [
  [
    "the same data under another title is reproduced",
    plot([1, 2, 3]),
    plot([1, 2, 3], { layout: { title: "new" } }),
    "reproduced",
  ],
  ["a difference in the last digits is none", plot([1, 2, 3]), plot([1, 2, 3 + 1e-15]), "reproduced"],
  ["a difference that no reader sees is within tolerance", plot([1, 2, 3]), plot([1, 2, 3.0001]), "within tolerance"],
  ["a moved point differs", plot([1, 2, 3]), plot([1, 2, 3.1]), "differs"],
  ["another number of points differs", plot([1, 2, 3]), plot([1, 2]), "differs"],
  ["another category differs", plot(["a", "b", "c"]), plot(["a", "b", "d"]), "differs"],
  ["bytes of numbers are compared as numbers", plot(TYPED), plot([1, 2, 3]), "reproduced"],
  ["nulls stand where they stood", plot([1, null, 3]), plot([1, null, 3]), "reproduced"],
  ["the same picture is reproduced", { "image/png": "iVBO\nRw==" }, { "image/png": "iVBORw==" }, "reproduced"],
  ["another picture without data is not judged", { "image/png": "iVBORw==" }, { "image/png": "iVBORx==" }, undefined],
] as const) {
  test(claim, () => assert.equal(compareFigures(saved, made)[0], verdict));
}

/** Rounding: zero but for the last bits of a sum, which another Node or processor leaves otherwise. */
const ZERO = [1.1e-16, -2.3e-16, 0];
const ZERO_ELSEWHERE = [5.6e-17, 0, 8.9e-16];

interface Axes {
  readonly axes?: readonly string[];
  readonly layout?: Record<string, unknown>;
}

/** A figure of Plotly's with a curve for each list of y. */
function curves(ys: readonly (readonly number[])[], { axes = [], layout = {} }: Axes = {}): MimeBundle {
  const data = ys.map((y, trace) => ({
    x: [1, 2, 4],
    y,
    ...(axes[trace] === undefined ? {} : { yaxis: axes[trace] }),
  }));
  return { [PLOTLY]: { data, layout } };
}

/** A Vega-Lite figure: a row a point, of a curve and of what is left over it. */
function vega(residuals: readonly number[], type = "linear"): MimeBundle {
  const values = residuals.map((residual, x) => ({ x, y: x + 1, residual }));
  const encoding = { x: { field: "x" }, y: { field: "residual", scale: { type } } };
  return { "application/vnd.vegalite.v5+json": { data: { values }, encoding } };
}

const LOG = { layout: { yaxis: { type: "log" } } };
const TWO = { axes: ["y", "y2"] };
const BARS = (array: readonly number[], y = [1, 1e-6, 1]) => ({
  [PLOTLY]: { data: [{ x: [1, 2, 4], y, error_y: { array } }], ...LOG },
});

for (const [claim, saved, made, verdict] of [
  [
    "a zero curve among large ones may round otherwise",
    curves([[3, 4, 5], ZERO]),
    curves([[3, 4, 5], ZERO_ELSEWHERE]),
    "reproduced",
  ],
  [
    "one zero trace among large ones must stay zero",
    curves([
      [3, 4, 5],
      [0, 0, 0],
    ]),
    curves([
      [3, 4, 5],
      [0, 0.1, 0],
    ]),
    "differs",
  ],
  ["zeros alone are drawn from -1 to 1, where rounding is not seen", curves([[0, 0, 0]]), curves([ZERO]), "reproduced"],
  ["rounding that fills an axis of its own is seen", curves([ZERO]), curves([ZERO_ELSEWHERE]), "differs"],
  [
    "and that beside large values of another axis",
    curves([[3, 4, 5], ZERO], TWO),
    curves([[3, 4, 5], ZERO_ELSEWHERE], TWO),
    "differs",
  ],
  [
    "but not where the axis is that of the large ones",
    curves([[3, 4, 5], ZERO], { ...TWO, layout: { yaxis2: { matches: "y" } } }),
    curves([[3, 4, 5], ZERO_ELSEWHERE], TWO),
    "reproduced",
  ],
  [
    "nor on an axis whose range is given",
    curves([ZERO], { layout: { yaxis: { range: [-1, 1] } } }),
    curves([ZERO_ELSEWHERE], { layout: { yaxis: { range: [-1, 1] } } }),
    "reproduced",
  ],
  [
    "a small curve is measured on the axis of the large one",
    curves([
      [1, 2, 3e6],
      [1, 2, 3],
    ]),
    curves([
      [1, 2, 3e6],
      [1, 2, 4],
    ]),
    "within tolerance",
  ],
  ["small values of a logarithmic axis are seen", curves([[1, 1e-6, 1]], LOG), curves([[1, 2e-6, 1]], LOG), "differs"],
  ["their last digits are not", curves([[1, 1e-6, 1]], LOG), curves([[1, 1e-6 + 1e-20, 1]], LOG), "reproduced"],
  ["what a logarithmic axis began to show differs", curves([[1, 0, 1]], LOG), curves([[1, 1e-16, 1]], LOG), "differs"],
  [
    "error bars of a logarithmic axis go by their points",
    BARS([0.1, 1e-7, 1e-17]),
    BARS([0.1, 1e-7, 3e-17]),
    "reproduced",
  ],
  ["so that a small point's bar is seen", BARS([0.1, 1e-7, 0.1]), BARS([0.1, 2e-7, 0.1]), "differs"],
  [
    "a heat map's row of zeros is measured by all its rows",
    { [PLOTLY]: { data: [{ type: "heatmap", z: [[1, 2, 3], ZERO] }] } },
    { [PLOTLY]: { data: [{ type: "heatmap", z: [[1, 2, 3], ZERO_ELSEWHERE] }] } },
    "reproduced",
  ],
  ["a column of Vega's rows is one list", vega([1, ...ZERO]), vega([1, ...ZERO_ELSEWHERE]), "reproduced"],
  ["a moved point of Vega's differs", vega([1, 2, 0]), vega([1, 2, 0.1]), "differs"],
  ["Vega's logarithmic scale shows small values", vega([1, 1e-6], "log"), vega([1, 2e-6], "log"), "differs"],
] as const) {
  test(claim, () => assert.equal(compareFigures(saved, made)[0], verdict));
}

test("what differs is named by its place in the figure", () => {
  assert.deepEqual(compareFigures(plot([1, 2, 3]), plot([1, 5, 3])), ["differs", "data[0].y[1] is 5, saved 2"]);
});

/** A run of one cell that was saved with some outputs, in the quick profile, and now gives others. */
function runOf(saved: readonly Output[], made: readonly Output[], tags: readonly string[] = []): NotebookRun {
  const cell = { source: "draw()", metadata: { tags }, outputs: saved };
  const metadata = { eightfold: savedRun(sampleNotebook([cell]), "quick") };
  return sampleRun(sampleNotebook([cell], { metadata }), [made]);
}

const shown = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });
const printed = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const OLD = shown(plot([1, 2, 3]));
const NEW = shown(plot([1, 2, 9]));
const HERE = { cells: { first: 1, last: 9 }, profile: "quick", environmentDifference: undefined };

for (const [claim, run, grounds, verdict, reason] of [
  ["a figure as it was saved is reproduced", runOf([OLD], [OLD]), HERE, "reproduced", /^undefined$/],
  ["another one differs", runOf([OLD], [NEW]), HERE, "differs", /^data\[0\]\.y\[2\] is 9, saved 3$/],
  ["one that is not made any more differs", runOf([OLD], []), HERE, "differs", /fewer figures/],
  [
    "one that hangs on the machine by its cell's tag is left to the reader",
    runOf([OLD], [NEW], ["machine-dependent"]),
    HERE,
    undefined,
    /tagged machine-dependent/,
  ],
  [
    "such a tag excuses no figure that is not made",
    runOf([OLD], [], ["machine-dependent"]),
    HERE,
    "differs",
    /fewer figures/,
  ],
  [
    "one of the other profile is left to the reader",
    runOf([OLD], [NEW]),
    { ...HERE, profile: "full" },
    undefined,
    /^saved in the quick profile, this one is full$/,
  ],
  [
    "in another environment, that is why",
    runOf([OLD], [NEW]),
    { ...HERE, environmentDifference: "other data" },
    "environment differs",
    /^other data$/,
  ],
] as const) {
  test(claim, () => {
    const [judged] = judgeFigures(run, grounds);
    assert.equal(judged?.verdict, verdict);
    assert.match(String(judged?.reason), reason);
  });
}

test("a cell that was edited since its outputs were saved is known, and named beside its figure", () => {
  const saved = sampleNotebook(["1", "2"]);
  const metadata = { eightfold: savedRun(saved, "quick") };
  const ids = (cells: readonly string[]) => editedCells(sampleNotebook(cells, { metadata })).map(({ id }) => id);
  assert.deepEqual(ids(["1", "2"]), []);
  assert.deepEqual(ids(["1", "3"]), ["b"]);
  assert.deepEqual(ids(["1", "2", "new"]), ["c"]);
  const edited = sampleNotebook([{ source: "edited", outputs: [OLD] }], { metadata });
  assert.match(
    String(judgeFigures(sampleRun(edited, [[NEW]]), HERE)[0]?.reason),
    /edited after its outputs were saved$/,
  );
});

test("printed text that is not the saved one is found; times, figures and notebooks without outputs are left alone", () => {
  const found = (run: NotebookRun) => changedTexts(run).length;
  assert.equal(found(runOf([printed("1")], [printed("1")])), 0);
  assert.equal(found(runOf([printed("1\n"), printed("2")], [printed("1\n"), printed("3")])), 1);
  assert.equal(found(runOf([printed("1 s")], [printed("2 s")], ["tells-time"])), 0);
  assert.equal(found(runOf([OLD], [NEW])), 0);
  assert.equal(found(runOf([], [printed("1")])), 0);
});
