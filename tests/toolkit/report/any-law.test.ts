/** @file Whatever takes a fit takes one of any law, with columns of the user's own names: each function on each built-in law. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  plotProfiles,
  plotResiduals,
  plotScalingLaws,
  readTable,
  rows,
  table,
  toHtml,
  toLatex,
  writeTable,
} from "../../../src/toolkit/report/index.ts";
import {
  backTest,
  brokenPowerLaw,
  brokenPowerLawWith,
  chanceCeilingLaw,
  chinchillaLaw,
  computeSigmoidLaw,
  coverageLaw,
  dataConstrainedLaw,
  dataMixingLaw,
  dataMultiplier,
  equivalentDataSize,
  errorByLossLaw,
  type FittedLaw,
  farseerLaw,
  fitDoubts,
  fitLaw,
  frontierLaw,
  goodnessOfFit,
  isoFlopLaw,
  kaplanLaw,
  type Law,
  logLinearLaw,
  overTrainingLaw,
  powerFloorLaw,
  powerLaw,
  predict,
  predictionBand,
  profileLaw,
  repeatedDataLaw,
} from "../../../src/toolkit/scaling/index.ts";

type Rows = Record<string, number>[];

const reference = join(import.meta.dirname, "..", "..", "reference", "laws.json");
const DATA: Record<string, { rows: Rows }> = JSON.parse(readFileSync(reference, "utf8"));
const of = (name: string) => (DATA[name] as { rows: Rows }).rows;

const curve: Rows = Array.from({ length: 16 }, (_, k) => {
  const dataSize = 100 * 2 ** k;
  const bend = (1 + (dataSize / 5e4) ** 2) ** -0.1;
  return { dataSize, y: 2 * dataSize ** -0.3 * bend + 0.1 + 0.0004 * Math.sin(7.3 * k) };
});
const surface: Rows = [1e8, 3e8, 1e9, 3e9].flatMap((modelSize, j) =>
  [3e9, 1e10, 3e10, 1e11].map((dataSize, k) => {
    const y = 1.69 + 406.4 * modelSize ** -0.34 + 410.7 * dataSize ** -0.28;
    return { modelSize, dataSize, y: y + 0.002 * Math.sin(7.1 * j + 3.3 * k) };
  }),
);
const isoFlop = of("isoFLOP")
  .slice(0, 7)
  .map(({ modelSize, loss }) => ({ modelSize, y: loss }) as Record<string, number>);
const frontier = Array.from({ length: 7 }, (_, k) => ({
  compute: 1e18 * 10 ** (k / 2),
  y: 9e7 * 3 ** k * 1.02 ** (k % 3),
}));

/** A law, rows for it, and of several inputs the one to read it along. */
const CASES: [Law, Rows, string?][] = [
  [powerFloorLaw, curve],
  [powerLaw, curve],
  [logLinearLaw, curve],
  [brokenPowerLaw, curve],
  [brokenPowerLawWith(1), curve],
  [chinchillaLaw, surface, "dataSize"],
  [kaplanLaw, surface, "dataSize"],
  [farseerLaw, of("Farseer").filter((_, k) => k % 2 === 0), "dataSize"],
  [repeatedDataLaw, of("data-constrained"), "dataSize"],
  [dataConstrainedLaw, of("data-constrained"), "dataSize"],
  [overTrainingLaw, of("over-training"), "compute"],
  [dataMixingLaw(["web", "code"]), of("data mixing"), "web"],
  [computeSigmoidLaw, of("sigmoid of compute")],
  [chanceCeilingLaw, of("from chance to ceiling")],
  [errorByLossLaw, of("from chance to ceiling").map((row) => ({ ...row, y: 1 - (row.y as number) }))],
  [coverageLaw, of("coverage")],
  [isoFlopLaw, isoFlop],
  [frontierLaw, frontier],
];
const START: Record<string, Record<string, number>> = {
  [chinchillaLaw.name]: { logA: 6, logB: 6, logE: 0.5, alpha: 0.34, beta: 0.28 }, // its 4,500 starts have a test of their own
  [brokenPowerLaw.name]: Object.fromEntries(
    [...brokenPowerLaw.parameters].map((name, k) => [name, [0.7, 0.3, 0.1, 0.2, 10.8, 0.5][k] as number]),
  ),
};

for (const [law, data, along] of CASES) {
  const own = (name: string) => (name === "y" ? "score" : `my ${name}`);
  const named = data.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [own(name), value])));
  const column = own(along ?? (law.inputs[0] as string));
  const [first] = named as [Record<string, number>];
  const others = law.inputs.map(own).filter((other) => other !== column);
  const held = Object.fromEntries(others.map((other) => [other, first[other] as number]));
  const way = along === undefined ? {} : { along: column, held };
  let fitted: FittedLaw | undefined;
  const fit = () => {
    if (fitted !== undefined) return fitted;
    const start = START[law.name];
    const found = fitLaw(named, {
      ...{ law, name: "mine", y: "score", inputs: Object.fromEntries(law.inputs.map((name) => [name, own(name)])) },
      ...{ seed: 1, resamples: 60, intervalMethods: ["wald", "bootstrap"] },
      ...(start === undefined ? {} : { start }),
    });
    assert.ok(found.ok, found.ok ? "" : found.reason);
    fitted = found;
    return found;
  };
  const sizes = named.map((row) => row[column] as number);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const repeats = law.inputs.includes("uniqueDataSize"); // the law is flat beyond some tens of epochs
  const middle = repeats
    ? 4 * smallest
    : law.takes === "logarithms"
      ? Math.sqrt(smallest * largest)
      : (smallest + largest) / 2;
  const there = (size: number) => ({ ...held, [column]: size });
  const target = law.takes === "logarithms" ? 4 * largest : largest + 0.25 * (largest - smallest);

  test(`"${law.name}": its table has every parameter, and goes to HTML and LaTeX`, () => {
    const shown = table(fit(), ["method", ...law.parameters]);
    assert.deepEqual(shown.columns, ["method", ...law.parameters]);
    assert.equal(shown.cells[0]?.[0], "mine");
    for (const text of [toHtml(shown), toLatex(shown)]) assert.ok(text.includes("mine"));
  });

  test(`"${law.name}": its figure goes to a target size, with the band`, () => {
    const figure = plotScalingLaws(fit(), { ...way, extendTo: target, title: "A claim" });
    const band = figure.data.find((trace) => trace.fill === "toself") as unknown as { x: number[]; y: number[] };
    assert.equal(Math.max(...band.x), target);
    assert.ok(band.y.every((value) => Number.isFinite(value)));
    const { low, high } = predict(fit(), there(target));
    const [top, bottom] = [band.y[120], band.y[121]] as [number, number]; // at the target, there and back
    assert.ok(Math.abs(top / high - 1) < 1e-9 && (low <= 0 || Math.abs(bottom / low - 1) < 1e-9));
  });

  test(`"${law.name}": its residuals are drawn, all of them`, () => {
    const figure = plotResiduals(fit(), { title: "A claim", ...(along === undefined ? {} : { along: column }) });
    const drawn = (figure.data[0] as { y: number[] }).y.length;
    assert.equal(drawn, sizes.filter((size) => size > 0).length);
    if (along !== undefined)
      assert.equal((plotResiduals(fit(), { title: "A claim" }).data[0] as { y: number[] }).y.length, data.length);
  });

  test(`"${law.name}": a parameter's profile is drawn, or the reason why there is none`, () => {
    const free = law.parameters.filter((parameter) => law.fixed?.[parameter] === undefined);
    const profile = profileLaw(fit(), { parameter: free.at(-1) as string, points: 7 });
    if (profile.ok) assert.ok(plotProfiles(profile, { title: "A claim" }).description.includes("mine"));
    else assert.match(profile.reason, /start there too|to rounding/);
  });

  test(`"${law.name}": it is doubted, and its goodness told`, () => {
    for (const { message } of fitDoubts(fit())) assert.ok(message.length > 0);
    if (law.name !== powerLaw.name && law.name !== logLinearLaw.name) assert.ok(goodnessOfFit(fit()).rSquared > 0.9);
  });

  test(`"${law.name}": it is back-tested at its largest ${along ?? "input"}, in the user's columns`, () => {
    const tested = backTest(fit(), along === undefined ? {} : { along: column });
    assert.ok(tested.ok || /without the held-out points/.test(tested.reason));
    if (!tested.ok) return;
    assert.equal(tested.rows.length, sizes.filter((size) => size === largest).length);
    for (const row of tested.rows) assert.deepEqual(Object.keys(row.inputs), law.inputs.map(own));
  });

  test(`"${law.name}": predictions and bands are in the user's columns, and beyond the data marked`, async () => {
    const inside = predict(fit(), there(middle));
    assert.ok(inside.low <= inside.value && inside.value <= inside.high && !inside.extrapolated);
    assert.ok(predict(fit(), there(target)).extrapolated);
    const band = predictionBand(fit(), [there(smallest), there(largest)]);
    assert.deepEqual(Object.keys(band[0] as object).sort(), [...law.inputs.map(own), "value", "low", "high"].sort());
    const folder = mkdtempSync(join(tmpdir(), "any-law-"));
    try {
      await writeTable(join(folder, "band.csv"), band);
      const schema = Object.fromEntries(Object.keys(band[0] as object).map((name) => [name, "number" as const]));
      assert.deepEqual(rows(await readTable(join(folder, "band.csv"), schema)), band);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test(`"${law.name}": read backwards it gives the size, and against itself a multiplier of 1, or says that it turns`, () => {
    const outcome = predict(fit(), there(middle)).value;
    const size = equivalentDataSize(fit(), outcome, way);
    const multiplier = dataMultiplier(fit(), fit(), { atError: outcome, level: 0.8, ...way });
    if (law.name === isoFlopLaw.name) {
      assert.ok(!size.ok && !multiplier.ok);
      assert.match(size.reason, /neither falls nor rises/);
      assert.match(multiplier.reason, /neither falls nor rises/);
      return;
    }
    assert.ok(size.ok, size.ok ? "" : size.reason);
    assert.ok(Math.abs(predict(fit(), there(size.dataSize)).value / outcome - 1) < 1e-9 && !size.extrapolated);
    assert.ok(multiplier.ok || /do not reach the ends/.test(multiplier.reason), multiplier.ok ? "" : multiplier.reason);
    if (multiplier.ok) assert.ok(multiplier.value === 1 && multiplier.low <= 1 && multiplier.high >= 1);
  });
}

const several = fitLaw(surface, { law: chinchillaLaw, y: "y", start: START[chinchillaLaw.name] as never });

test("a law of several inputs without a way to read it says what to write", () => {
  assert.throws(
    () => plotScalingLaws(several),
    /along to be modelSize or dataSize, got undefined \(hint: .*along: "modelSize"\)/,
  );
  assert.throws(() => plotScalingLaws(several, { along: "tokens" }), /along to be modelSize or dataSize, got "tokens"/);
  assert.throws(() => equivalentDataSize(several, 2.5, { along: "dataSize" }), /held.modelSize to be/);
  assert.throws(
    () => equivalentDataSize(several, 2.5, { along: "dataSize", held: { modelSize: 1e9, epochs: 2 } }),
    /held to name modelSize, got "epochs"/,
  );
  assert.throws(() => backTest(several, { seed: 1 }), /along to be modelSize or dataSize/);
  const curveFit = fitLaw(curve, { law: powerFloorLaw, y: "y" });
  assert.throws(
    () => equivalentDataSize(curveFit, 0.2, { held: { modelSize: 1 } }),
    /held to name nothing, got "modelSize"/,
  );
});

test("a law of several inputs is drawn at all values of the others where they are few, and asks which where they are many", () => {
  const figure = plotScalingLaws(several, { along: "dataSize" });
  const names = figure.data.filter((trace) => trace.showlegend !== false).map(({ name }) => name);
  assert.deepEqual(
    names,
    ["100M", "300M", "1B", "3B"].map((size) => `Chinchilla, modelSize ${size}`),
  );
  const scattered = surface.map((row, k) => ({ ...row, modelSize: (row.modelSize as number) * (1 + k / 100) }));
  const fit = fitLaw(scattered, { law: chinchillaLaw, y: "y", start: START[chinchillaLaw.name] as never });
  assert.throws(
    () => plotScalingLaws(fit, { along: "dataSize" }),
    /at which modelSize to draw, of the 16 that were measured/,
  );
  assert.ok(
    plotScalingLaws(fit, { along: "dataSize", held: [{ modelSize: 2e8 }, { modelSize: 2e9 }] }).data.length > 0,
  );
});

test("a curve that falls and one that rises have no multiplier", () => {
  const falls = fitLaw(curve, { law: powerFloorLaw, y: "y", seed: 1, intervalMethods: ["bootstrap"], resamples: 60 });
  const rises = fitLaw(
    curve.map(({ dataSize = 0, y = 0 }) => ({ dataSize, y: 1 - y })),
    { law: logLinearLaw, y: "y", seed: 1, intervalMethods: ["bootstrap"], resamples: 60 },
  );
  const none = dataMultiplier(falls, rises, { atError: 0.3 });
  assert.ok(!none.ok && /falls and .* rises; give two curves that go the same way/.test(none.reason));
});
