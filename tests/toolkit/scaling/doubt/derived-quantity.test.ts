/** @file Intervals of derived quantities stay where the quantity can be: by hand on each scale, and through two laws. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  chinchillaLaw,
  computeOptimum,
  deriveQuantity,
  fitLaw,
  meanOverSeeds,
  powerFloorLaw,
  powerLaw,
  predict,
  predictThrough,
} from "../../../../src/toolkit/scaling/index.ts";

const NORMAL = 1.959963984540054; // scipy.stats.norm.ppf(0.975)
const near = (one: number, other: number) => assert.ok(Math.abs(one / other - 1) < 1e-9, `${one}, not ${other}`);

const rows = [0.62, 0.43, 0.36, 0.24, 0.21].map((error, k) => ({ dataSize: 100 * 4 ** k, error, standardError: 0.1 }));
const fit = fitLaw(rows, { law: powerFloorLaw, y: "error", standardError: "standardError" });

test("a delta interval on the scale of the odds is one of a logit by hand, and stays between 0 and 1 where the plain one does not", () => {
  const share = ({ exponent }: { exponent: number }) => Math.exp(-exponent);
  const plain = deriveQuantity(fit, share);
  assert.ok(plain.high > 1, "so noisy that the plain interval leaves the range");
  const { value, low, high, standardError } = deriveQuantity(fit, share, { scale: "logit" });
  const logit = Math.log(value / (1 - value));
  const reach = (NORMAL * standardError) / (value * (1 - value));
  near(low, 1 / (1 + Math.exp(reach - logit)));
  near(high, 1 / (1 + Math.exp(-reach - logit)));
  assert.ok(0 < low && low < value && value < high && high < 1);
});

test("a delta interval on the scale of logarithms is by hand that of the logarithm, and stays above 0", () => {
  const doubled = ({ amplitude }: { amplitude: number }) => 2 * amplitude;
  assert.ok(deriveQuantity(fit, doubled).low < 0, "so noisy that the plain interval leaves the range");
  const { value, low, high, standardError } = deriveQuantity(fit, doubled, { scale: "log" });
  near(low, value * Math.exp((-NORMAL * standardError) / value));
  near(high, value * Math.exp((NORMAL * standardError) / value));
});

test("a quantity outside the range of the scale is named", () => {
  assert.throws(
    () => deriveQuantity(fit, ({ exponent }) => 2 + exponent, { scale: "logit" }),
    /a quantity between 0 and 1 where scale is "logit", got 2\.\d+/,
  );
  assert.throws(() => deriveQuantity(fit, ({ exponent }) => -exponent, { scale: "log" }), /a quantity above 0 where/);
  assert.throws(() => deriveQuantity(fit, ({ exponent }) => exponent, { scale: "probit" as never }), /"logit"/);
  assert.throws(() => meanOverSeeds([1, 2], { scale: "logarithm" as never }), /scale to be "linear" or "log"/);
});

test("the exponents of a compute-optimal frontier stay between 0 and 1 however noisy the runs, and a loss that rises has none", () => {
  const stream = createStream(4);
  const runs = [1e8, 1e9, 1e10].flatMap((modelSize) =>
    [1e9, 1e10, 1e11].map((dataSize) => ({
      modelSize,
      dataSize,
      loss: (1.69 + 406.4 * modelSize ** -0.34 + 410.7 * dataSize ** -0.28) * stream.normal(1, 0.1),
    })),
  );
  const start = { logA: 6, logB: 6, logE: 0.5, alpha: 0.34, beta: 0.28 };
  const noisy = fitLaw(runs, { law: chinchillaLaw, y: "loss", start });
  const { modelExponent, dataExponent } = computeOptimum(noisy, 1e21);
  for (const { low, high } of [modelExponent, dataExponent]) assert.ok(0 < low && low < high && high < 1);
  near(modelExponent.low + dataExponent.high, 1);
  const rising = runs.map((run) => ({ ...run, loss: 1 + 1e-3 * run.modelSize ** 0.3 + 5 * run.dataSize ** -0.3 }));
  const rises = fitLaw(rising, { law: chinchillaLaw, y: "loss", start });
  assert.throws(
    () => computeOptimum(rises, 1e21),
    /computeOptimum requires alpha above 0: else no size is the best, got/,
  );
});

test("a prediction through two laws, and a band, stay above the floor that the second law cannot pass", () => {
  const losses = [3, 2.4, 2, 1.8].map((loss, k) => ({ dataSize: 100 * 4 ** k, loss }));
  const first = fitLaw(losses, { law: powerLaw, y: "loss", fixed: { exponent: 0.1 } });
  const errors = [0.3, 0.1, 0.24, 0.02].map((error, k) => ({ loss: [3, 2.4, 2, 1.8][k] as number, error }));
  const falling = fitLaw(errors, { law: powerLaw, x: "loss", y: "error", fixed: { exponent: -4 } });
  const through = predictThrough(first, falling, 1e9);
  assert.ok(through.low === 0 && through.high > 0, JSON.stringify(through));
  const noisy = fitLaw(rows, { law: powerFloorLaw, y: "error" });
  const { low } = predict(noisy, 1e9, { method: "delta", measurement: true });
  assert.equal(low, 0);
});
