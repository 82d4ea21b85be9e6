/** @file Figures of steps and of exact curves: heights are shares, colours are advantages, titles are claims. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { figureToSvg } from "../../../../src/toolkit/report/figures/figure-png.ts";
import { plotLines } from "../../../../src/toolkit/report/figures/line-figure.ts";
import type { PlotlyPart } from "../../../../src/toolkit/report/figures/picture.ts";
import { plotSteps, plotStepsInTraining } from "../../../../src/toolkit/report/figures/step-figure.ts";
import { layOutSteps } from "../../../../src/toolkit/report/figures/step-layout.ts";
import { exactValues, stepKindGraph, unfold, writtenPolicy } from "../../../../src/toolkit/theory/index.ts";

const graph = unfold(
  stepKindGraph([
    { kind: "free", ways: 2 },
    { kind: "critical", right: 0.6 },
  ]),
);
const policy = writtenPolicy(graph);
const better = policy.map((row) => ((row[0] ?? 0) > 0.55 && row.length === 2 ? [0.9, 0.1] : row));
const title = "Blunders are closed";

test("bars are as high as states are visited, ribbons as steps are taken, and none of a layer overlap", () => {
  const exact = exactValues(graph, policy);
  const { bars, ribbons } = layOutSteps(graph, policy, exact);
  for (const [state, { bottom, top }] of bars.entries()) {
    assert.ok(Math.abs(top - bottom - (exact.visits[state] ?? 0)) < 1e-12);
    for (const [other, bar] of bars.entries()) {
      if (other > state && bar.x === bars[state]?.x) assert.ok(bar.top <= bottom + 1e-12);
    }
  }
  assert.ok(
    Math.abs(ribbons.filter(({ state }) => state === 0).reduce((sum, { visits }) => sum + visits, 0) - 1) < 1e-12,
  );
});

test("policies stand side by side under their names and successes", async () => {
  const figure = plotSteps(graph, { before: policy, after: better }, { title });
  const svg = await figureToSvg(figure);
  for (const words of [title, "before", "after", "0.600", "0.900", "blunder"]) assert.ok(svg.includes(words), words);
  assert.equal(figure.description, `${title}. before: success 0.600; after: success 0.900.`);
});

test("in training one policy is seen at a time, and the slider shows the others", async () => {
  const figure = plotStepsInTraining(graph, { start: policy, end: better }, { title });
  const [slider] = figure.layout.sliders as { steps: { label: string; args: [{ visible: boolean[] }, object] }[] }[];
  assert.deepEqual(
    slider?.steps.map(({ label }) => label),
    ["start", "end"],
  );
  const seen = (slider?.steps ?? []).map(({ args }) => args[0].visible);
  assert.ok(
    figure.data.every((trace, index) => trace.visible === seen[0]?.[index] && seen[0]?.[index] !== seen[1]?.[index]),
  );
  assert.ok((await figureToSvg(figure)).includes("start"));
});

test("steps that are counted have a tick each, and no tick between them", () => {
  const tickOf = (x: number[]) =>
    (plotLines([{ name: "SFT", x, y: x }], { title: "Counted" }).layout.xaxis as PlotlyPart).dtick;
  assert.deepEqual([tickOf([0, 1, 2, 5]), tickOf([0, 0.5]), tickOf([0, 60])], [1, undefined, undefined]);
});

test("curves keep their method's colour, and a logarithmic axis refuses 0", () => {
  const line = { name: "SFT", x: [1, 10], y: [0.5, 0.25] };
  const options = { title: "Error falls", xTitle: "problems", yTitle: "test error", log: "both" } as const;
  const figure = plotLines([line], options);
  assert.deepEqual(figure.data[0]?.line, { color: "#0072B2", width: 2.5, dash: "solid" });
  assert.equal(figure.description, "Error falls. SFT: from 0.5 at 1 to 0.25 at 10.");
  assert.throws(() => plotLines([{ ...line, y: [0, 1] }], options), /plotLines requires values above 0/);
  assert.throws(() => plotLines([], options), /plotLines requires at least one line/);
});

test("a figure of steps without a policy is refused", () => {
  assert.throws(() => plotSteps(graph, {}, { title }), /plotSteps requires at least one policy by name/);
});
