/** @file What was once ignored in silence is named: misspelt fields, names, objects and lists of the wrong kind, bounds, units and stages mixed up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { passAtK } from "../../../../src/toolkit/evaluate/index.ts";
import { plotScalingLaws, table } from "../../../../src/toolkit/report/index.ts";
import {
  dataMultiplier,
  defineLaw,
  fitGroups,
  fitLaw,
  fitScalingLaw,
  fitScalingLaws,
  fitScoredRuns,
  fittedMeasurements,
  measurementDeviation,
  powerFloorLaw,
  powerLaw,
  predictionBand,
  predictThrough,
  sharedShapeMultiplier,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../curves.ts";

const ROWS = ANSWERS.map((point) => ({ ...point, method: "a", tokens: 2 * point.dataSize, loss: 3 * point.error }));
const FIT = fitScalingLaw({ points: ANSWERS, seed: 1, intervalMethods: ["wald"] });

/** The same function for callers whose types nobody checks, as in the kernel. */
// biome-ignore lint/suspicious/noExplicitAny: that is the point
type Unchecked = (...given: any[]) => unknown;

test("a field of a point that can only be one misspelt is named, of either curve; fields of one's own are let be", () => {
  const bare = ANSWERS.map(({ dataSize, error }) => ({ dataSize, error }));
  for (const [misspelt, meant] of [
    ["item", "items"],
    ["Items", "items"],
    ["standard_error", "standardError"],
    ["standarderror", "standardError"],
    ["holdout", "holdOut"],
    ["hold_out", "holdOut"],
  ] as const) {
    const points = bare.map((point) => ({ ...point, [misspelt]: 100 }));
    const expected = new RegExp(
      `\\[0\\] to have fields among .*, got "${misspelt}" \\(hint: did you mean "${meant}"\\?\\)`,
    );
    assert.throws(() => fitScalingLaw({ points, seed: 1 }), expected);
    assert.throws(() => sharedShapeMultiplier(bare, points, { seed: 1 }), expected);
  }
  const told = bare.map((point) => ({ ...point, standardError: 0.01 }));
  const run = told.map((point) => ({ ...point, run: 3 }));
  assert.throws(() => fitScalingLaw({ points: run, seed: 1 }), /got "run" \(hint: did you mean "runs"\?\)/);
  assert.throws(() => sharedShapeMultiplier(run, told, { seed: 1 }), /requires curve\[0\] to have fields/);
  const own = bare.map((point, run) => ({ ...point, run, method: "sft", notes: "" }));
  assert.ok(fitScalingLaw({ points: own, seed: 1, intervalMethods: ["wald"] }).ok);
  assert.throws(
    () => fitScalingLaw({ points: bare.map((point) => ({ ...point, holdOut: "yes" as never })), seed: 1 }),
    /points\[0\]\.holdOut to be true or false, got "yes"/,
  );
});

test("an error model with an option that its kind does not read is named", () => {
  const errorModel: Unchecked = (model) => fitScalingLaw({ points: ANSWERS, seed: 1, errorModel: model });
  assert.throws(() => errorModel({ kind: "binomial", item: 100 }), /got "item" \(hint: did you mean "items"\?\)/);
  assert.throws(() => errorModel({ kind: "equal", items: 100 }), /options among kind, got "items"/);
  assert.throws(() => errorModel({ kind: "gaussian" }), /errorModel\.kind to be "binomial" or .*, got "gaussian"/);
});

test("bounds wider than the law's own are refused: a floor below 0, an amplitude of nothing", () => {
  const asked = { law: powerFloorLaw, y: "error" } as const;
  for (const [bounds, expected] of [
    [{ irreducibleError: [-1, 1] }, /bounds\.irreducibleError to lie within the law's own, 0 to Infinity, got "-1, 1"/],
    [{ irreducibleError: [-Infinity, 1] }, /within the law's own, 0 to Infinity/],
    [{ amplitude: [-1, 5] }, /bounds\.amplitude to lie within the law's own, 0 to Infinity/],
  ] as const) {
    assert.throws(() => fitLaw(ROWS, { ...asked, bounds }), expected);
  }
  assert.ok(fitLaw(ROWS, { ...asked, bounds: { irreducibleError: [0, 1], amplitude: [0, 100] } }).ok);
});

test("two fits of different outcomes, or read along different inputs, have no data multiplier", () => {
  const asked = { law: powerFloorLaw, intervalMethods: ["bootstrap"], seed: 1, resamples: 50 } as const;
  const ofError = fitLaw(ROWS, { ...asked, y: "error" });
  const ofLoss = fitLaw(ROWS, { ...asked, y: "loss" });
  const byTokens = fitLaw(ROWS, { ...asked, y: "error", x: "tokens" });
  assert.throws(
    () => dataMultiplier(ofError, ofLoss, { atError: 0.3 }),
    /two fits of one y, got "error and loss" \(hint: if they are one quantity in one unit, give their columns one name\)/,
  );
  assert.throws(
    () => dataMultiplier(ofError, byTokens, { atError: 0.3 }),
    /two fits of one data size, got "dataSize and tokens"/,
  );
});

test("what is no name, no object and no list where one is wanted is named by every door", () => {
  const asked = { law: powerFloorLaw, y: "error" };
  const fit: Unchecked = (options, rows = ROWS) => fitLaw(rows, { ...asked, ...options });
  const law: Unchecked = (options) =>
    defineLaw({ name: "n", parameters: ["a"], inputs: ["x"], formula: ({ a }) => a, ...options });
  const curves: Unchecked = (rows) => fitScalingLaws(rows, { by: "method", x: "dataSize", y: "error", seed: 1 });
  const scored: Unchecked = (given) => fitScoredRuns(given, { seed: 1 });
  const band: Unchecked = (measurement) => predictionBand(FIT, [1000], { measurement });
  const groups: Unchecked = (by) => fitGroups(ROWS, { ...asked, by, shared: ["exponent"] } as never);
  const cases: [() => unknown, RegExp][] = [
    ...["x", "standardError", "weight", "items", "holdOut", "trainingSeed"].flatMap((column) =>
      [3, true, [], {}].map((name): [() => unknown, RegExp] => [
        () => fit({ [column]: name }),
        /fitLaw requires the name of a column: dataSize, error, .*, got (3|true|an array of 0|an object)$/,
      ]),
    ),
    [() => fit({ inputs: { dataSize: 3 } }), /requires the name of a column: .*, got 3/],
    [() => fit({ inputs: [] }), /options to be an object of dataSize, got an array of 0/],
    [() => fit({ bounds: [0, 1] }), /bounds to be an object of values by parameter, got an array of 2/],
    [() => fit({ fixed: 3 }), /fixed to be an object of values by parameter, got 3/],
    [() => fit({ name: 3 }), /fitLaw requires name to be a text, got 3/],
    [
      () => fitScalingLaw({ points: ANSWERS, name: {} as never }),
      /fitScalingLaw requires name to be a text, got an object/,
    ],
    [() => groups(null), /fitGroups requires the name of a column: .*, got null/],
    [
      () => curves(ROWS.map((row) => ({ ...row, method: Number.NaN }))),
      /rows\[0\]\.method to be the name of a curve, got NaN/,
    ],
    [() => scored([]), /fitScoredRuns requires curves to be an object of runs by method, got an array of 0/],
    [() => scored({}), /fitScoredRuns requires curves to be an object of runs by method, got an object/],
    [
      () => band(null),
      /predictionBand requires measurement to be true, or an object of items, standardError or weight, got null/,
    ],
    [() => band({ item: 100 }), /requires measurement\.items to be an integer in .*, got undefined/],
    [() => fittedMeasurements({} as never), /fittedMeasurements requires a fit with its measurements, got an object/],
    [() => measurementDeviation(FIT as never, { items: 100 }, Number.NaN), /outcome to be a finite number, got NaN/],
    [() => law({ positive: true }), /defineLaw requires positive to be an array of parameters, got true/],
    [() => law({ starts: { a: 1 } }), /starts to be a function of inputs and outcomes, got an object/],
    [() => law({ bounds: { a: 3 } }), /bounds\.a to be \[low, high\] with low < high, got 3/],
    [() => law({ bounds: { a: [1, 1] } }), /bounds\.a to be \[low, high\] with low < high/],
    [() => law({ bounds: [] }), /bounds to be an object of \[low, high\] by parameter, got an array of 0/],
    [() => law({ name: 3 }), /defineLaw requires name to be a text, got 3/],
    [() => passAtK(null as never), /passAtK requires options to be an object of samples, correct, k, got null/],
    [() => table({} as never), /table requires an array of plain objects, or fits, got an object/],
    [() => table([null] as never), /table requires records\[0\] to be a plain object, got null/],
    [() => plotScalingLaws(FIT, { title: 3 as never }), /plotScalingLaws requires title to be a text, got 3/],
  ];
  for (const [call, expected] of cases) assert.throws(call, expected);
});

test("two stages in the wrong order are told by what the first gives and the second reads", () => {
  const losses = [3, 2.4, 2, 1.8].map((loss, k) => ({ tokens: 100 * 4 ** k, loss, error: loss / 10 - 0.1 }));
  const first = fitLaw(losses, { law: powerLaw, x: "tokens", y: "loss" });
  const second = fitLaw(losses, { law: powerLaw, x: "loss", y: "error" });
  assert.ok(predictThrough(first, second, 1e5).value > 0);
  assert.throws(
    () => predictThrough(second, first, 2),
    /a first fit of what the second is read along, got "error and tokens" \(hint: the first fit comes first;/,
  );
});
