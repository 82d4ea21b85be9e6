/** @file Figures are compared by what they draw: a moved point is found, another title or id is not a difference. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareFigures } from "../../../src/rerun/claims/figures.ts";
import type { MimeBundle } from "../../../src/rerun/notebook/outputs.ts";

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

test("what differs is named by its place in the figure", () => {
  assert.deepEqual(compareFigures(plot([1, 2, 3]), plot([1, 5, 3])), ["differs", "data[0].y[1] is 5, saved 2"]);
});
