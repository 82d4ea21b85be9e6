/** @file Differences between figures are measured on the axis that they are drawn on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareFigures } from "../../../src/rerun/claims/figures.ts";
import type { MimeBundle } from "../../../src/rerun/notebook/outputs.ts";

const PLOTLY = "application/vnd.plotly.v1+json";

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
function residualPlot(residuals: readonly number[], type = "linear"): MimeBundle {
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
  [
    "a column of Vega's rows is one list",
    residualPlot([1, ...ZERO]),
    residualPlot([1, ...ZERO_ELSEWHERE]),
    "reproduced",
  ],
  ["a moved point of Vega's differs", residualPlot([1, 2, 0]), residualPlot([1, 2, 0.1]), "differs"],
  [
    "Vega's logarithmic scale shows small values",
    residualPlot([1, 1e-6], "log"),
    residualPlot([1, 2e-6], "log"),
    "differs",
  ],
] as const) {
  test(claim, () => assert.equal(compareFigures(saved, made)[0], verdict));
}
