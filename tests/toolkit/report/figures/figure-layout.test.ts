/** @file The words of figures are texts, and their lines have names and values: what is neither is named, not drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  makeFigure,
  plotJointRegions,
  plotLines,
  plotMeasured,
  plotMultipliers,
  plotPhases,
  plotProfiles,
  plotResiduals,
  plotScalingLaws,
  plotSteps,
  plotStepsInTraining,
} from "../../../../src/toolkit/report/index.ts";
import {
  dataMultiplier,
  fitLaw,
  jointRegion,
  powerFloorLaw,
  profileLaw,
} from "../../../../src/toolkit/scaling/index.ts";
import { stepKindGraph, unfold, writtenPolicy } from "../../../../src/toolkit/theory/index.ts";
import { ANSWERS } from "../../scaling/curves.ts";

test("words of a figure that are no text, an axis that there is not, and lines without names or values are named", () => {
  const fit = fitLaw(ANSWERS, { law: powerFloorLaw, y: "error", items: "items" });
  const profile = profileLaw(fit, { parameter: "exponent", points: 3 });
  const region = jointRegion(fit, { parameters: ["amplitude", "exponent"], points: 8 });
  const reading = dataMultiplier(fit, fit, { atError: 0.3 });
  const graph = unfold(
    stepKindGraph([
      { kind: "free", ways: 2 },
      { kind: "critical", right: 0.6 },
    ]),
  );
  const policies = { written: writtenPolicy(graph) };
  const line = { name: "SFT", x: [1, 2], y: [3, 4] };
  const grid = { x: ["a"], y: ["b"], phases: { won: null } };
  const figures: Record<string, [words: string[], draw: (options: object) => unknown]> = {
    plotLines: [["title", "xTitle", "yTitle", "caption"], (options) => plotLines([line], options)],
    plotMeasured: [["title", "xTitle", "yTitle", "caption"], (options) => plotMeasured([], options)],
    plotPhases: [["title", "xTitle", "yTitle", "caption"], (options) => plotPhases([], { ...grid, ...options })],
    plotMultipliers: [["title", "xTitle", "yTitle"], (options) => plotMultipliers({ RFT: [reading] }, options)],
    plotProfiles: [["title", "xTitle"], (options) => plotProfiles(profile as never, options)],
    plotJointRegions: [["title", "xTitle", "yTitle"], (options) => plotJointRegions(region as never, options)],
    plotResiduals: [["title", "xTitle"], (options) => plotResiduals(fit, options)],
    plotScalingLaws: [["title", "xTitle", "yTitle"], (options) => plotScalingLaws(fit, options)],
    plotSteps: [["title"], (options) => plotSteps(graph, policies, options)],
    plotStepsInTraining: [["title"], (options) => plotStepsInTraining(graph, policies, options)],
  };
  for (const [caller, [words, draw]] of Object.entries(figures)) {
    for (const word of words) {
      for (const [value, got] of [
        [3, "3"],
        [null, "null"],
        [["a"], "an array of 1"],
      ] as const) {
        assert.throws(() => draw({ [word]: value }), {
          message: `${caller} requires ${word} to be a text, got ${got}`,
        });
      }
    }
  }
  const unchecked: Unchecked = plotLines as never;
  const measured: Unchecked = plotMeasured as never;
  const multipliers: Unchecked = plotMultipliers as never;
  const phases: Unchecked = plotPhases as never;
  assert.equal(plotLines([{ ...line, x: Float64Array.of(1, 2) as never }]).data.length, 1);
  const cases: [() => unknown, RegExp][] = [
    [() => unchecked([line], { log: "z" }), /plotLines requires log to be "x" or "y" or "both", got "z"/],
    [() => measured([], { log: true }), /plotMeasured requires log to be "x" or "y" or "both", got true/],
    [() => unchecked([{ ...line, name: 3 }]), /plotLines requires lines\[0\]\.name to be a text, got 3/],
    [() => unchecked([line, null]), /plotLines requires lines\[1\]\.name to be a text, got undefined/],
    [() => unchecked([{ ...line, method: 3 }]), /plotLines requires lines\[0\]\.method to be a text, got 3/],
    [() => measured([{ name: "SFT", x: 1, y: [] }]), /plotMeasured requires lines\[0\]\.x to be an array, got 1/],
    [() => measured([{ name: "SFT", x: [] }]), /plotMeasured requires lines\[0\]\.y to be an array, got undefined/],
    [() => phases([], {}), /plotPhases requires x to be an array of settings, got undefined/],
    [() => phases([], { ...grid, phases: null }), /plotPhases requires phases to be an object of .*, got null/],
    [() => phases([null], grid), /plotPhases requires panels\[0\]\.name to be a text, got undefined/],
    [() => phases([{ name: "one" }], grid), /plotPhases requires panels\[0\]\.phases to be an array of rows/],
    [() => phases([{ name: "one", phases: [null] }], grid), /plotPhases requires 1 rows of 1 phases in one/],
    [
      () => measured([{ ...line, y: [null] }]),
      /plotMeasured requires lines\[0\]\.y\[0\] to be an estimate, .*, got null/,
    ],
    [() => measured([{ ...line, y: [3] }]), /plotMeasured requires lines\[0\]\.y\[0\] to be an estimate, .*, got 3/],
    [() => multipliers(null), /plotMultipliers requires multipliers to be an object of readings by method, got null/],
    [() => multipliers({ RFT: null }), /plotMultipliers requires RFT to be an array of what dataMultiplier gives/],
    [() => multipliers({ RFT: { readings: 3 } }), /plotMultipliers requires RFT to be an array of .*, got 3/],
    [
      () => plotSteps(graph, null as never),
      /plotSteps requires policies to be an object of policies by name, got null/,
    ],
    [() => plotSteps(null as never, policies), /plotSteps requires graph to be problems and their steps, got null/],
    [() => makeFigure([], {}, 3 as never), /makeFigure requires description to be a text, got 3/],
  ];
  for (const [call, expected] of cases) assert.throws(call, expected);
});

type Unchecked = (...given: unknown[]) => unknown;
