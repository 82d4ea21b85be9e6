/** @file Residual, profile and multiplier figures draw the numbers they are given, in the colour that the method has everywhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  figureToPng,
  methodColour,
  type PlotlyPart,
  plotLines,
  plotMeasured,
  plotMultipliers,
  plotProfiles,
  plotResiduals,
} from "../../../../src/toolkit/report/index.ts";
import {
  dataMultiplier,
  fitLaw,
  fitScalingLaw,
  powerFloorLaw,
  predict,
  profileLaw,
  sharedShapeMultiplier,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, DOUBLINGS } from "../../scaling/curves.ts";

const points = (multiplier: number) =>
  DOUBLINGS.map((dataSize, k) => {
    const error = 3 * (multiplier * dataSize) ** -0.35 + 0.1 + 0.003 * (-1) ** k;
    return { dataSize, error, items: 5000, holdOut: k === 7 };
  });
const fit = (name: string, multiplier: number) =>
  fitScalingLaw({ name, points: points(multiplier), seed: 7, resamples: 200 });
const [sft, rft] = [fit("SFT", 1), fit("RFT", 2)];
assert.ok(sft.ok && rft.ok);

/** The trace that the legend names first. */
function shown(data: readonly PlotlyPart[]): PlotlyPart {
  return found(data, (trace) => trace.showlegend !== false);
}

function found(data: readonly PlotlyPart[], which: (trace: PlotlyPart) => boolean): PlotlyPart {
  const trace = data.find(which);
  assert.ok(trace !== undefined);
  return trace;
}

test("residuals: fitted ones as the fit gives them, the held-out one over the noise at its prediction", () => {
  const { data, description } = plotResiduals([sft, rft], { title: "Nothing is left" });
  const trace = shown(data);
  assert.deepEqual(trace.y, sft.standardisedResiduals);
  assert.equal((trace.marker as PlotlyPart).color, methodColour("SFT"));
  const heldOut = found(data, (each) => JSON.stringify(each.marker).includes("circle-open"));
  const value = predict(sft, 64000).value;
  const [last] = points(1).slice(-1);
  assert.ok(last !== undefined);
  const expected = (last.error - value) / Math.sqrt((value * (1 - value)) / 5000);
  assert.ok(Math.abs((heldOut.y as number[])[0] as number) - Math.abs(expected) < 1e-9);
  assert.match(description, /^Nothing is left\. SFT: 7 residuals in 7 runs \(p = 0\.98\); RFT: 7 residuals/);
});

test("profiles: the rise at each value, the parabola of the standard error, the interval in the legend", () => {
  const fit = fitLaw(ANSWERS, { law: powerFloorLaw, y: "error", items: "items", name: "SFT" });
  const profile = profileLaw(fit, { parameter: "exponent" });
  assert.ok(profile.ok);
  const { data, layout, description } = plotProfiles(profile, { title: "The exponent is known" });
  const trace = shown(data);
  assert.deepEqual(
    trace.y,
    profile.rows.map(({ rise }) => rise),
  );
  assert.equal((trace.line as PlotlyPart).color, methodColour("SFT"));
  assert.match(description, /^The exponent is known\. SFT: exponent 0\.32\d \[0\.261, 0\.401\]\.$/); // scipy's interval
  const dashed = found(data, (each) => (each.line as PlotlyPart | undefined)?.dash === "dash");
  const [x, y] = [dashed.x, dashed.y] as number[][];
  assert.ok(x?.every((at, k) => y?.[k] === ((at - profile.value) / profile.standardError) ** 2));
  assert.deepEqual((layout.yaxis as PlotlyPart).range, [0, 2 * profile.threshold]);
});

test("a profile with an open side is drawn, and its legend says which side", () => {
  const flat = [0.5, 0.32, 0.31, 0.3].map((error, k) => ({ dataSize: 2 ** k, error, items: 200 }));
  const profile = profileLaw(fitLaw(flat, { law: powerFloorLaw, y: "error", items: "items" }), {
    parameter: "exponent",
  });
  assert.ok(profile.ok);
  assert.match(plotProfiles(profile, { title: "Open" }).description, /the data set no upper limit to it/);
});

test("multipliers: bars are the intervals, an arrow or an open triangle stands where the sizes end", () => {
  const readings = [0.3, 0.2, 0.18, 0.17].map((atError) => dataMultiplier(rft, sft, { atError }));
  const shared = sharedShapeMultiplier(points(2), points(1), { seed: 7, resamples: 50 });
  const [first, , , last] = readings;
  assert.ok(first?.ok && last !== undefined && !last.ok && last.bound !== undefined && shared.ok);
  const { data, description } = plotMultipliers({ RFT: { readings, shared } }, { title: "RFT is worth 2 times" });
  const trace = shown(data);
  const bars = trace.error_y as { array: number[]; arrayminus: number[] };
  assert.equal((trace.y as number[])[0], first.value);
  assert.equal(bars.array[0], first.high - first.value);
  assert.equal(bars.arrayminus[0], first.value - first.low);
  const marks = found(data, (each) => Array.isArray((each.marker as PlotlyPart | undefined)?.symbol));
  assert.ok((marks.y as number[]).includes(last.bound.value));
  assert.ok(((marks.marker as PlotlyPart).symbol as string[]).includes("triangle-up-open"));
  const line = found(data, (each) => (each.line as PlotlyPart | undefined)?.width === 2 && each.mode === "lines");
  assert.deepEqual(line.y, [shared.value, shared.value]);
  assert.match(description, /RFT: [\d.]+ \[[\d., ]+\] by one shape/);
  assert.match(plotMultipliers({ RFT: readings }, { title: "t" }).description, /RFT: .* at 0\.\d+\.$/);
});

test("each of them draws as PNG", async () => {
  const figure = plotMultipliers(
    { RFT: [dataMultiplier(rft, sft, { atError: 0.2 })] },
    { title: "RFT is worth 2 times" },
  );
  for (const each of [figure, plotResiduals(sft, { title: "Nothing is left" })]) {
    const png = await figureToPng(each, { scale: 0.25 });
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  }
});

test("what cannot be drawn is refused", () => {
  const failed = fitScalingLaw({ name: "short", points: [], seed: 7 });
  assert.throws(() => plotResiduals(failed, { title: "t" }), /plotResiduals requires a fit that is ok, got none/);
  assert.throws(() => plotProfiles([], { title: "t" }), /plotProfiles requires at least one profile, got none/);
  const profile = (parameter: "exponent" | "irreducibleError") => {
    const fit = fitLaw(ANSWERS, { law: powerFloorLaw, y: "error", items: "items" });
    const result = profileLaw(fit, { parameter, points: 3 });
    assert.ok(result.ok);
    return result;
  };
  assert.throws(
    () => plotProfiles([profile("exponent"), profile("irreducibleError")], { title: "t" }),
    /plotProfiles requires profiles of exponent alone, got "irreducibleError"/,
  );
  assert.throws(() => plotProfiles({ ok: false } as never, { title: "t" }), /requires profiles that are ok/);
  assert.throws(() => plotMultipliers({}, { title: "t" }), /requires a reading with a value or a bound, got none/);
  assert.throws(
    () => plotMultipliers({ RFT: [sft as never] }, { title: "t" }),
    /RFT\[0\] to be what dataMultiplier gives/,
  );
});

test("measured lines: means with their bars, arrows at cut ends, an open triangle for a bound, variants in one colour", () => {
  const y = [
    { value: 2, low: 1.5, high: 3 },
    { value: 3, low: 2, high: 4, censored: "high" as const },
  ];
  const bound = { reason: "beyond the sizes", bound: { kind: "at least" as const, value: 4 } };
  const lines = [
    { name: "step-dpo-forked", x: [1000, 2000, 4000], y: [...y, bound] },
    { name: "step-dpo-shuffled", x: [1000], y: y.slice(0, 1), dash: "dot" as const },
  ];
  const options = { title: "Worth more", xTitle: "problems", yTitle: "times", log: "both" as const };
  const { data, description } = plotMeasured(lines, options);
  const [forked, marks, shuffled] = data as [PlotlyPart, PlotlyPart, PlotlyPart];
  assert.deepEqual(forked.y, [2, 3, null]);
  assert.deepEqual((forked.error_y as PlotlyPart).array, [1, 1, 0]);
  assert.deepEqual((marks.marker as PlotlyPart).symbol, ["triangle-up", "triangle-up-open"]);
  assert.deepEqual(marks.y, [4, 4]);
  assert.equal((shuffled.line as PlotlyPart).color, methodColour("per-step DPO"));
  assert.equal((shuffled.line as PlotlyPart).dash, "dot");
  assert.match(
    description,
    /2\.00 \[1\.50, 3\.00\] at 1k, 3\.0 \[2\.0, > 4\.0\] at 2k, at least 4 at 4k; step-dpo-shuffled/,
  );
  assert.throws(() => plotMeasured([], options), /plotMeasured requires at least one line/);
});

test("means of one size stand side by side and the caption says so; one that stands alone stands at its size", () => {
  const y = [2, 3].map((value) => ({ value, low: 1, high: 4 }));
  const lines = ["sft", "rft", "dpo", "step-dpo-forked"].map((name) => ({
    name,
    x: [name === "sft" ? 500 : 2000, 1000],
    y,
  }));
  const { data, layout } = plotMeasured(lines, { title: "Apart", xTitle: "problems", yTitle: "error", log: "x" });
  const placesOf = (trace: number) => ((data as PlotlyPart[])[trace]?.x as number[] | undefined)?.map(Math.round);
  assert.deepEqual(
    [placesOf(0), placesOf(2), placesOf(4)],
    [
      [500, 973],
      [1964, 991],
      [2000, 1009],
    ],
  ); // steps of 1.8 %
  assert.match(JSON.stringify(layout.annotations), /Marks of one x stand side by side/);
  const alone = plotMeasured(lines.slice(0, 1), { title: "Alone", log: "x" });
  assert.doesNotMatch(JSON.stringify(alone.layout.annotations), /side by side/);
});

test("a legend of four or more short names has two columns, and leaves the plot their room", () => {
  const lines = (names: readonly string[]) => names.map((name) => ({ name, x: [1, 2], y: [1, 2] }));
  const heightOf = (names: readonly string[]) => Number(plotLines(lines(names), { title: "Short" }).layout.height);
  const [three, four] = [
    ["a", "b", "c"],
    ["a", "b", "c", "d"],
  ];
  assert.equal(heightOf(three) - heightOf(four), 19); // three rows against two, of 19 pixels
  assert.equal(heightOf([...three, "d".repeat(47)]) - heightOf(three), 19); // too long to stand beside another
});

test("measured by name: means stand side by side under their names, not joined", () => {
  const at = (value: number) => ({ value, low: value - 1, high: value + 1 });
  const lines = [
    { name: "with", x: ["rft", "step-dpo-forked"], y: [at(1), at(2)] },
    { name: "without", x: ["step-dpo-forked"], y: [at(3)] },
  ];
  const options = { title: "Less is left", xTitle: "method", yTitle: "difference" };
  const { data, layout, description } = plotMeasured(lines, options);
  const [left, , right] = data as [PlotlyPart, PlotlyPart, PlotlyPart];
  assert.equal(left.mode, "markers");
  assert.deepEqual((layout.xaxis as PlotlyPart).ticktext, ["rft", "step-dpo-<br>forked"]);
  assert.deepEqual((layout.xaxis as PlotlyPart).tickvals, [0, 1]);
  assert.deepEqual([left.x, right.x], [[0, 0.92], [1.08]]); // one that stands alone stands at its name
  assert.match(description, /with: 1\.0 \[0\.0, 2\.0\] for rft/);
  const mixed = [...lines, { name: "numbers", x: [1], y: [at(1)] }];
  assert.throws(() => plotMeasured(mixed, options), /plotMeasured requires x of numbers alone or of names alone/);
  assert.throws(() => plotMeasured(lines, { ...options, log: "x" }), /numbers on the logarithmic x axis/);
});
