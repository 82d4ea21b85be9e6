/** @file What people hand over by mistake is named in one sentence, with what to hand over instead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEstimate } from "../../../../src/toolkit/core/estimate-text.ts";
import { plotResiduals, plotScalingLaws, table } from "../../../../src/toolkit/report/index.ts";
import {
  averageForecast,
  backTest,
  compareFits,
  type Dual,
  type DualArithmetic,
  dataMultiplier,
  defineLaw,
  equivalentDataSize,
  fitDoubts,
  fitLaw,
  fitScalingLaw,
  fitScalingLaws,
  fitScoredRuns,
  impliedExponent,
  meanOverSeeds,
  measurementDeviation,
  nestedTest,
  pairedMultiplier,
  powerFloorLaw,
  predict,
  predictionBand,
  profileLaw,
  residualRuns,
  seededMultiplier,
  sharedShapeMultiplier,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../curves.ts";

const ROWS = ANSWERS.map((point) => ({ ...point, method: "a", tokens: 2 * point.dataSize, loss: 3 * point.error }));
const FIT = fitScalingLaw({ points: ANSWERS, seed: 1, intervalMethods: ["wald"] });
const STORED = JSON.parse(JSON.stringify(FIT));

/** The same function for callers whose types nobody checks, as in the kernel. */
// biome-ignore lint/suspicious/noExplicitAny: that is the point
type Unchecked = (...given: any[]) => unknown;

const TAKE_FITS: Record<string, Unchecked> = {
  predict: (fit) => predict(fit, 1000),
  predictionBand: (fit) => predictionBand(fit, [1000]),
  fitDoubts: (fit) => fitDoubts(fit),
  profileLaw: (fit) => profileLaw(fit, { parameter: "exponent" }),
  backTest: (fit) => backTest(fit, { seed: 1 }),
  withIntervals: (fit) => withIntervals(fit, {}),
  equivalentDataSize: (fit) => equivalentDataSize(fit, 0.3),
  dataMultiplier: (fit) => dataMultiplier(fit, fit, { atError: 0.3 }),
  compareFits: (fit) => compareFits([fit, fit]),
  nestedTest: (fit) => nestedTest(fit, fit),
};

for (const [name, call] of Object.entries(TAKE_FITS)) {
  test(`${name} names what it got in place of a fit`, () => {
    for (const wrong of [undefined, null, 3, "fit", true, {}, [], [FIT, FIT], { a: FIT }, STORED, ROWS]) {
      assert.throws(
        () => call(wrong),
        (error: Error) => {
          const ours = new RegExp(`^${name} requires .*, got `).test(error.message);
          return ours && !error.message.includes("undefined (reading");
        },
      );
    }
    assert.throws(() => call({ a: FIT, b: FIT }), /these are several fits: take one/);
  });
}

for (const [name, call] of Object.entries<Unchecked>({
  table: (fits) => table(fits),
  plotScalingLaws: (fits) => plotScalingLaws(fits, { title: "t" }),
  plotResiduals: (fits) => plotResiduals(fits, { title: "t" }),
})) {
  test(`${name} takes one fit of any law, and names what is none`, () => {
    const other = fitLaw(ROWS, { law: powerFloorLaw, y: "error" });
    assert.doesNotThrow(() => call(other));
    assert.doesNotThrow(() => call([other]));
    for (const wrong of [undefined, null, 3, true, "fit"]) {
      assert.throws(() => call(wrong), new RegExp(`^\\w+: ${name} requires .*, got `));
    }
  });
}

const LINE = {
  name: "line",
  parameters: ["slope"],
  inputs: ["x"],
  formula: ({ slope }: Record<"slope", Dual>, { x }: Record<"x", number>, { times }: DualArithmetic) => times(slope, x),
} as const;

test("an option that there is not is named, with the one that was meant", () => {
  const asked: [Unchecked, RegExp][] = [
    [
      () => fitLaw(ROWS, { law: powerFloorLaw, y: "error", wieght: "w" } as never),
      /got "wieght" \(hint: did you mean "weight"\?\)/,
    ],
    [
      () => fitScalingLaw({ points: ANSWERS, seed: 1, resample: 3 } as never),
      /got "resample" \(hint: did you mean "resamples"\?\)/,
    ],
    [
      () => fitScalingLaws(ROWS, { by: "method", x: "tokens", y: "loss", seed: 1, wieghts: "w" } as never),
      /requires options among .*, got "wieghts"/,
    ],
    [() => withIntervals(FIT, { levle: 0.9 } as never), /withIntervals requires options among .* did you mean "level"/],
    [() => predictionBand(FIT, [10], { levels: 0.9 } as never), /did you mean "level"/],
    [() => profileLaw(FIT, { parameter: "exponent", point: 3 } as never), /did you mean "points"/],
    [() => backTest(FIT, { tolerence: 0.1 } as never), /did you mean "tolerance"/],
    [() => dataMultiplier(FIT, FIT, { atEror: 0.3 } as never), /did you mean "atError"/],
    [() => sharedShapeMultiplier(ANSWERS, ANSWERS, { seed: 1, levle: 0.9 } as never), /did you mean "level"/],
    [() => pairedMultiplier([], [], { sead: 1 } as never), /did you mean "seed"/],
    [() => fitScoredRuns({}, { seed: 1, resample: 9 } as never), /fitScoredRuns requires .* did you mean "resamples"/],
    [() => seededMultiplier([], [], { levl: 0.9 } as never), /did you mean "level"/],
    [() => meanOverSeeds([1, 2], { scales: "log" } as never), /did you mean "scale"/],
    [() => defineLaw({ ...LINE, bound: {} } as never), /defineLaw requires .* did you mean "bounds"/],
    [() => defineLaw({ ...LINE, positive: ["slop"] } as never), /a parameter in positive to be "slope", got "slop"/],
  ];
  for (const [call, message] of asked) assert.throws(call, message);
});

test("a column that there is not is named, with the one that was meant; x is a column of its own", () => {
  assert.throws(() => fitLaw(ROWS, { law: powerFloorLaw, y: "los" }), /got "los" \(hint: did you mean "loss"\?\)/);
  const byTokens = fitLaw(ROWS, { law: powerFloorLaw, y: "loss", x: "tokens" });
  assert.ok(byTokens.ok);
  assert.equal(byTokens.measurements[0]?.inputs.dataSize, 500);
});

test("what a formula takes or gives wrongly is named, with what to write", () => {
  const fitBy = (formula: Unchecked) =>
    fitLaw(ROWS, {
      law: defineLaw({ name: "line", parameters: ["level", "slope"], inputs: ["tokens"], formula: formula as never }),
      y: "loss",
      start: { level: 1, slope: 1 },
    });
  assert.throws(
    () => fitBy(({ level, slop }, { tokens }, { plus, times }) => plus(level, times(slop, tokens))),
    /the formula of "line" to take parameters among level, slope, got "slop" \(hint: did you mean "slope"\?\)/,
  );
  assert.throws(
    () => fitBy(({ level, slope }, { token }, { plus, times }) => plus(level, times(slope, token))),
    /to take inputs among tokens, got "token"/,
  );
  assert.throws(
    () => fitBy(({ level, slope }, { tokens }, { plus, multiply }) => plus(level, multiply(slope, tokens))),
    /to take functions among plus, minus, times, over, .*, got "multiply"/,
  );
  for (const formula of [
    ({ level, slope }: Record<string, number>, { tokens }: Record<string, number>) =>
      (level as number) + (slope as number) * (tokens as number),
    () => undefined,
  ]) {
    assert.throws(
      () => fitBy(formula as Unchecked),
      /to give what its arithmetic gives, or a number, got .*plus, minus, times/,
    );
  }
  const asked = { law: powerFloorLaw, y: "error" } as const;
  assert.throws(
    () => fitLaw(ROWS, { ...asked, ties: { irreducibleError: ({ exponent }: never) => exponent / 3 } as never }),
    /ties to be formulas of amplitude, exponent, got .* is no number" \(hint: parameters take no \+ - \* \//,
  );
  assert.throws(
    () => fitLaw(ROWS, { ...asked, bounds: { irreducibleError: 0.1 } as never }),
    /bounds\.irreducibleError to be \[low, high\], two numbers, got 0\.1/,
  );
  assert.throws(
    () => fitLaw(ROWS, { ...asked, start: { amplitude: 1, exponent: 0.3, irreducibleError: 0, exponnt: 1 } as never }),
    /fitLaw requires options among amplitude, exponent, irreducibleError, got "exponnt"/,
  );
});

test("what is no fit, no list and no place is named by every function that is handed it", () => {
  const handed: [name: string, call: Unchecked][] = [
    ["residualRuns", (wrong) => residualRuns(wrong)],
    ["averageForecast", (wrong) => averageForecast(wrong, 1000)],
    ["measurementDeviation", (wrong) => measurementDeviation(wrong, {}, 0.3)],
    ["fitDoubts", (wrong) => fitDoubts(FIT, wrong ?? 1e9)],
    ["formatEstimate", (wrong) => formatEstimate(wrong)],
    ["measurementDeviation", (wrong) => measurementDeviation(FIT as never, wrong, 0.3)],
    ["meanOverSeeds", (wrong) => meanOverSeeds(wrong)],
    ["impliedExponent", (wrong) => impliedExponent(wrong)],
    ["seededMultiplier", (wrong) => seededMultiplier(wrong, wrong)],
    ["table", (wrong) => table([FIT], wrong ?? {})],
    ["predict", (wrong) => predict(FIT, typeof wrong === "number" ? "1000" : wrong)],
  ];
  for (const [name, call] of handed) {
    for (const wrong of [undefined, null, 3, "fit", {}])
      assert.throws(() => call(wrong), new RegExp(`^\\w+: ${name} requires `));
  }
  assert.throws(
    () => predict(FIT, "1000" as never),
    /predict requires at to be a number, or an object of dataSize, got "1000"/,
  );
});

test("rows of a table given as points have their columns told back, and who takes them", () => {
  const rows = [{ N: 1000, wrong: 0.4 }] as never;
  assert.throws(
    () => fitScalingLaw({ points: rows }),
    /requires points\[0\] to be \{ dataSize, error \}, got \{ N, wrong \} \(hint: fitScalingLaws\(rows, .* takes columns of any name\)$/,
  );
});

test("accuracies, percentages, zeros and bounds of one value are told what to be instead", () => {
  const accuracies = ANSWERS.map(({ dataSize, error, items = 1 }) => ({ dataSize, error: 1 - error, items }));
  const fit = fitScalingLaw({ points: accuracies, seed: 1 });
  assert.ok(
    !fit.ok &&
      /it rises from 0\.535 to 0\.876: if these are accuracies, give 1 - accuracy as the error/.test(fit.reason),
  );
  const percent = ANSWERS.map((point) => ({ ...point, error: 100 * point.error }));
  assert.throws(() => fitScalingLaw({ points: percent, seed: 1 }), /hint: divide percentages by 100/);
  assert.throws(
    () => fitLaw(percent, { law: powerFloorLaw, y: "error", items: "items" }),
    /hint: divide percentages by 100/,
  );
  const zero = [...ANSWERS.map(({ dataSize, error }) => ({ dataSize, error })), { dataSize: 1e9, error: 0 }];
  assert.throws(() => fitScalingLaw({ points: zero, seed: 1 }), /0 is allowed of a share of test items: give items/);
  assert.throws(
    () => fitLaw(ROWS, { law: powerFloorLaw, y: "error", bounds: { irreducibleError: [0.1, 0.1] } }),
    /hint: to hold it there, fixed: \{ irreducibleError: 0\.1 \}/,
  );
});
