/** @file Forecasts through two laws and over several: their arithmetic by hand, and their intervals by simulation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  averageForecast,
  backTestAverage,
  chanceCeilingLaw,
  compareFits,
  type FittedLaw,
  fitLaw,
  fitScalingLaw,
  type Law,
  type LawFit,
  logLinearLaw,
  powerFloorLaw,
  powerLaw,
  predict,
  predictThrough,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, TRANSLATION } from "../curves.ts";

test("accuracy predicted through the loss holds the truth in 95 % of studies, within 3 standard errors, and shrinks neither stage's share", () => {
  const lossAt = (tokens: number) => 8 * tokens ** -0.25 + 0.9;
  const accuracyAt = (loss: number) => 0.25 + 0.6 / (1 + Math.exp(4 * (loss - 1.5)));
  const studies = 200;
  const target = 1e6;
  let holds = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(23).split(study);
    const runs = [100, 300, 1000, 3000, 10_000, 30_000, 100_000].map((tokens) => {
      return { tokens, loss: lossAt(tokens) + stream.normal(0, 0.01), error: 0.01 };
    });
    const first = fitLaw(runs, { law: powerFloorLaw, x: "tokens", y: "loss", standardError: "error" });
    const evaluated = Array.from({ length: 14 }, (_, k) => 0.95 + 0.12 * k).map((loss) => {
      return { loss, accuracy: stream.binomial(1000, accuracyAt(loss)) / 1000, items: 1000 };
    });
    const second = fitLaw(evaluated, {
      law: chanceCeilingLaw,
      y: "accuracy",
      items: "items",
      fixed: { chance: 0.25 },
    });
    assert.ok(first.ok && second.ok);
    const found = predictThrough(first, second, target);
    assert.ok(found.extrapolated && Math.abs(found.variance.first + found.variance.second - 1) < 1e-12);
    const truth = accuracyAt(lossAt(target));
    if (found.low <= truth && truth <= found.high) holds++;
  }
  const error = Math.sqrt(0.95 * 0.05 * studies);
  assert.ok(Math.abs(holds - 0.95 * studies) <= 3 * error, `${holds} of ${studies}`);
});

test("a forecast over several laws is the mean of those that the data allow by Akaike weight, and reaches over their intervals", () => {
  const at = 2 * 4_096_000;
  const laws: Law[] = [powerFloorLaw, powerLaw, logLinearLaw];
  const found = averageForecast(
    laws.map((law) => fitLaw(ANSWERS, { law, y: "error", items: "items" })),
    at,
  );
  assert.ok(found.ok && found.extrapolated);
  const { value, low, high } = predict(fitLaw(ANSWERS, { law: powerFloorLaw, y: "error", items: "items" }), at);
  assert.deepEqual([found.value, found.low, found.high], [value, low, high]); // the two others' chi squared is far larger
  assert.deepEqual(
    found.laws.map(({ law, weight, counts }) => [law, weight, counts]),
    [
      ["power + floor", 1, true],
      ["power", 0, false],
      ["log-linear", 0, false],
    ],
  );
  const two = twoLaws(0.02, createStream(29).split(0));
  const both = averageForecast(two, TARGET);
  assert.ok(both.ok);
  const [gain] = two.map((fit) => (fit as FittedLaw).deviance).map((deviance, _, all) => (all[1] as number) - deviance);
  const weight = 1 / (1 + Math.exp(1 - (gain as number) / 2)); // of the law with a parameter more, by the difference of AIC
  const values = two.map((fit) => predict(fit, TARGET).value) as [number, number];
  assert.ok(Math.abs(both.value - (weight * values[0] + (1 - weight) * values[1])) < 1e-9);
});

test("a forecast lies inside its interval, though on few rows AICc prefers a law that the data speak against", () => {
  const noise = [0.002, -0.003, 0.001, 0.002, -0.002, 0.001];
  const rows = noise.map((off, k) => ({ dataSize: 100 * 2 ** k, error: 2.2 * (100 * 2 ** k) ** -0.3 + 0.1 + off }));
  const fits = [powerLaw, powerFloorLaw].map((law) => fitLaw(rows, { law, y: "error" }));
  const compared = compareFits(fits);
  assert.ok(compared.ok && compared.best === "power");
  const found = averageForecast(fits, 6400);
  assert.ok(found.ok && found.low <= found.value && found.value <= found.high, JSON.stringify(found));
});

const TARGET = 4 * 145_800;
const NORMAL_95 = 1.959963984540054; // R 4: qnorm(0.975)

function truthOver(floor: number): (dataSize: number) => number {
  return (dataSize) => 1.8 * dataSize ** -0.3 + floor;
}

/** Both power laws, fitted to a study of 2,000 items a size. */
function twoLaws(floor: number, stream: RandomStream): LawFit[] {
  const rows = [200, 600, 1800, 5400, 16_200, 48_600, 145_800].map((dataSize) => {
    return { dataSize, error: stream.binomial(2000, truthOver(floor)(dataSize)) / 2000, items: 2000 };
  });
  return [powerFloorLaw, powerLaw].map((law) => fitLaw(rows, { law, y: "error", items: "items" }));
}

for (const floor of [0, 0.02, 0.05]) {
  test(`a forecast over two laws at 4 times the largest size holds the truth at a floor of ${floor} in 95 % of studies, less 3 standard errors`, () => {
    const studies = 200;
    let holds = 0;
    for (let study = 0; study < studies; study++) {
      const found = averageForecast(twoLaws(floor, createStream(29).split(study)), TARGET);
      assert.ok(found.ok);
      const there = truthOver(floor)(TARGET);
      if (found.low <= there && there <= found.high) holds++;
    }
    const error = Math.sqrt(0.95 * 0.05 * studies);
    assert.ok(holds >= 0.95 * studies - 3 * error, `${holds} of ${studies}`);
  });
}

test("an interval of a standard error averaged by AICc's weights would hold the truth over a small floor in fewer than 7 of 10 studies", () => {
  let holds = 0;
  for (let study = 0; study < 200; study++) {
    const fits = twoLaws(0.05, createStream(29).split(study));
    const compared = compareFits(fits);
    assert.ok(compared.ok);
    const read = compared.rows.map(({ law, weight }) => {
      return { weight, ...predict(fits.find((fit) => fit.law.name === law) as LawFit, TARGET) };
    });
    const centre = read.reduce((sum, { weight, value }) => sum + weight * value, 0);
    const error = read.reduce((sum, { weight, value, high }) => {
      return sum + weight * Math.hypot((high - value) / NORMAL_95, value - centre);
    }, 0);
    if (Math.abs(truthOver(0.05)(TARGET) - centre) <= NORMAL_95 * error) holds++;
  }
  assert.ok(holds < 140, `${holds} of 200`);
});

test("a back-test of the average tells its miss beside each law's: on the published curve it is not the worst", () => {
  const laws: Law[] = [powerFloorLaw, powerLaw, logLinearLaw];
  const rows = TRANSLATION.map((point) => ({ ...point, holdOut: point.holdOut === true }));
  const fits = laws.map((law) => fitLaw(rows, { law, y: "error", holdOut: "holdOut", seed: 4, resamples: 100 }));
  const found = backTestAverage(fits);
  assert.ok(found.ok, found.ok ? "" : found.reason);
  assert.equal(found.rows.length, rows.filter(({ holdOut }) => holdOut).length);
  const misses = Object.values(found.missOfLaw);
  assert.ok(found.missOfAverage < Math.max(...misses) && found.missOfAverage >= 0);
});

test("what cannot be averaged or staged is named", () => {
  const fit = fitScalingLaw({ points: ANSWERS, seed: 7, intervalMethods: ["wald"] });
  assert.throws(() => averageForecast([fit], 1000), /two fits or more/);
  assert.throws(() => averageForecast([fit, fit], 1000), /laws that differ by name/);
  assert.throws(() => averageForecast([fit, fit], 1000, { levle: 0.9 } as never), /did you mean "level"/);
  assert.throws(() => predictThrough(fit, fit, -1), /dataSize to be a number above 0/);
  assert.throws(() => predictThrough(undefined as never, fit, 1), /first to be a fit that is ok/);
  assert.throws(() => backTestAverage([]), /two fits or more/);
});
