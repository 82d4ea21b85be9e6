/** @file A phase diagram has a square for each pair of settings, in the colour of what happens there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { methodColour } from "../../../../src/toolkit/report/figures/colours.ts";
import { figureToPng } from "../../../../src/toolkit/report/figures/figure-png.ts";
import { plotPhases } from "../../../../src/toolkit/report/figures/phase-figure.ts";
import type { PlotlyPart } from "../../../../src/toolkit/report/figures/picture.ts";

const options = {
  x: ["0.25", "0.5", "0.9"],
  y: ["0.01", "0.1"],
  phases: { "per-step DPO ahead": "per-step DPO", level: null },
  title: "Negatives pay where the cue is strong",
  xTitle: "cue",
  yTitle: "KL",
};
const [ahead, level] = ["per-step DPO ahead", "level"];
const panels = [
  {
    name: "forked",
    phases: [
      [level, level, ahead],
      [level, ahead, ahead],
    ],
  },
  {
    name: "full",
    phases: [
      [level, level, level],
      [level, level, level],
    ],
  },
];

test("each square stands at its settings, in the colour of its phase, and the words count them", () => {
  const { data, description } = plotPhases(panels, options);
  const traces = data as PlotlyPart[];
  assert.deepEqual(
    traces.map(({ x, y }) => [x, y]),
    [
      [
        [2, 1, 2],
        [0, 1, 1],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
      ],
      [[], []],
      [
        [0, 1, 2, 0, 1, 2],
        [0, 0, 0, 1, 1, 1],
      ],
    ],
  );
  assert.equal((traces[0]?.marker as PlotlyPart | undefined)?.color, methodColour("per-step DPO"));
  assert.deepEqual(
    traces.map(({ xaxis, showlegend }) => [xaxis, showlegend]),
    [
      ["x", true],
      ["x", true],
      ["x2", false],
      ["x2", false],
    ],
  );
  assert.match(
    description,
    /forked, 6 squares: per-step DPO ahead in 3, level in 3; full, 6 squares: per-step DPO ahead in 0, level in 6\.$/,
  );
});

test("the legend has each phase once, from the first panel that shows it", () => {
  const { data } = plotPhases([...panels].reverse(), options);
  const shown = (data as PlotlyPart[]).filter(({ showlegend }) => showlegend === true);
  assert.deepEqual(
    shown.map(({ name, xaxis, legendrank }) => [name, xaxis, legendrank]),
    [
      [level, "x", 2],
      [ahead, "x2", 1],
    ],
  );
});

test("panels stand side by side within the figure, and it draws", async () => {
  const figure = plotPhases(panels, options);
  const domains = ["xaxis", "xaxis2"].map((axis) => (figure.layout[axis] as PlotlyPart).domain as [number, number]);
  assert.ok(domains[0] && domains[1] && domains[0][1] < domains[1][0] && domains[1][1] <= 1);
  assert.ok((await figureToPng(figure)).length > 1000);
});

test("a grid that does not fit its settings, or an unknown phase, is named", () => {
  const grid = (phases: string[][]) => () => plotPhases([{ name: "forked", phases }], options);
  assert.throws(grid([[level, level]]), /plotPhases requires 2 rows of 3 phases in forked, got an array of 1/);
  assert.throws(
    grid([
      [level, level, "other"],
      [level, level, level],
    ]),
    /phases out of per-step DPO ahead, level, got "?other"?/,
  );
  assert.throws(() => plotPhases([], options), /plotPhases requires at least one panel/);
});
