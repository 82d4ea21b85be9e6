/** @file The laws that come with the toolkit: scipy's optima on a published curve, and the limits that their formulas promise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  brokenPowerLaw,
  brokenPowerLawWith,
  chinchillaLaw,
  computeOptimum,
  fitLaw,
  type Law,
  logLinearLaw,
  powerFloorLaw,
  powerLaw,
  predict,
  repeatedDataLaw,
} from "../../../../src/toolkit/scaling/index.ts";
import { TRANSLATION } from "../curves.ts";

const OPTIMUM = 1e-7; // the precision to which scipy's optimum of a bent valley is known
const ROWS = TRANSLATION.filter((point) => point.holdOut !== true);

// scipy 1.17.1 on ROWS: curve_fit for the powers, as in fit-scaling-law.test.ts; numpy lstsq for the line; for the broken
// law the best of 200 random starts of least_squares(method "trf", x_scale="jac", xtol=ftol=gtol=1e-15)
for (const [law, optimum, squares] of [
  [powerLaw, [0.7604529379686057, 0.1893607656020323, 0], undefined],
  [powerFloorLaw, [0.46617625652779543, 0.4514137794590968, 0.2907291119591524], 0.0012278985838808918],
  [logLinearLaw, [0.7322327272727271, 0.0884713060710963], 0.04812417890909078],
  [
    brokenPowerLaw,
    [
      -0.8768390501581181, 0.49374146776533845, 0.33978688968963516, 0.6024868507881078, 2.0838353883623477,
      0.11179291128766397,
    ],
    0.0002441048534196756,
  ],
] as [Law, number[], number | undefined][]) {
  test(`"${law.name}" reaches scipy's optimum from its own starts`, () => {
    const fit = fitLaw(ROWS, { law, y: "error" });
    assert.ok(fit.ok, fit.ok ? "" : fit.reason);
    for (const [k, parameter] of law.parameters.entries()) {
      const { value } = fit.parameters[parameter] as { value: number };
      const expected = optimum[k] as number;
      assert.ok(Math.abs(value - expected) <= OPTIMUM * Math.abs(expected), `${parameter} = ${value}, not ${expected}`);
    }
    if (squares !== undefined) assert.ok(Math.abs(fit.residualSumOfSquares / squares - 1) < 1e-8);
    assert.ok(fit.startsAgreeing.agree >= 0.3 * fit.startsAgreeing.total);
  });
}

function predicted(law: Law, parameters: number[], inputs: number[]): number {
  const given = Float64Array.from(inputs, law.takes === "logarithms" ? Math.log : Number);
  const value = law.evaluate(Float64Array.from(parameters), given, new Float64Array(parameters.length));
  return law.gives === "logarithm" ? Math.exp(value) : value;
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 1e-12, `${actual}, not ${expected}`);
}

test("a broken power law has the first exponent well before the break, and the sum of both well after", () => {
  const parameters = [0, 0.5, 0, 0.25, Math.log(1e6), 0.2];
  near(predicted(brokenPowerLaw, parameters, [1]) / predicted(brokenPowerLaw, parameters, [100]), 10);
  near(predicted(brokenPowerLaw, parameters, [1e12]) / predicted(brokenPowerLaw, parameters, [1e16]), 1000);
});

// the fit of Muennighoff et al. 2023, arXiv:2305.16264, appendix A, eq. 17
const REPEATED = [Math.log(521), Math.log(1488), Math.log(1.87), 0.35, 0.35, Math.log(15.39)];

test("data seen once are worth themselves: the law is Chinchilla's", () => {
  near(
    predicted(repeatedDataLaw, REPEATED, [1e9, 2e10, 2e10]),
    predicted(chinchillaLaw, REPEATED.slice(0, 5), [1e9, 2e10]),
  );
});

test("data repeated R* times are worth U (1 + R* (1 - 1/e)), and repeated for ever U (1 + R*)", () => {
  const unique = 1e9;
  const worth = (size: number) => predicted(chinchillaLaw, REPEATED.slice(0, 5), [1e9, size]);
  const repeated = (repetitions: number) =>
    predicted(repeatedDataLaw, REPEATED, [1e9, unique * (1 + repetitions), unique]);
  near(repeated(15.39), worth(unique * (1 + 15.39 * (1 - Math.exp(-1)))));
  near(repeated(1e4), worth(unique * (1 + 15.39)));
});

test("the data-repetition law is recovered from noiseless runs", () => {
  const rows = [1e8, 4e8, 1.6e9].flatMap((modelSize) =>
    [1e8, 1e9, 1e10].flatMap((uniqueDataSize) =>
      [1, 4, 16, 64].map((epochs) => {
        const dataSize = uniqueDataSize * epochs;
        return {
          modelSize,
          uniqueDataSize,
          dataSize,
          loss: predicted(repeatedDataLaw, REPEATED, [modelSize, dataSize, uniqueDataSize]),
        };
      }),
    ),
  );
  const fit = fitLaw(rows, { law: repeatedDataLaw, y: "loss" });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  assert.ok(Math.abs(fit.parameters.logRepetitionScale.value - Math.log(15.39)) < 1e-6);
  assert.ok(Math.abs(fit.parameters.alpha.value - 0.35) < 1e-6);
});

test("one break of several is the law with one break, to its derivatives; two have those of differences", () => {
  const at = Float64Array.of(-0.4, 0.2, 0.05, 0.3, 8, 0.6);
  const [own, other] = [new Float64Array(6), new Float64Array(6)];
  for (const logSize of [2, 7.8, 15]) {
    const input = Float64Array.of(logSize);
    near(brokenPowerLawWith(1).evaluate(at, input, own), brokenPowerLaw.evaluate(at, input, other));
    for (let k = 0; k < 6; k++) assert.ok(Math.abs((own[k] as number) - (other[k] as number)) < 1e-13);
  }
  const two = brokenPowerLawWith(2);
  const places = Float64Array.of(-0.4, 0.2, 0.05, 0.3, 8, 0.6, -0.2, 11, 0.4);
  const [gradient, unused] = [new Float64Array(9), new Float64Array(9)];
  const input = Float64Array.of(9);
  two.evaluate(places, input, gradient);
  for (let k = 0; k < 9; k++) {
    const moved = (step: number) => two.evaluate(places.with(k, (places[k] as number) + step), input, unused);
    const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
    assert.ok(Math.abs((gradient[k] as number) - slope) < 1e-9, `${two.parameters[k]}`); // the square of the step, and rounding over it
  }
});

test("the best split of a compute is where the fitted law is lowest along it, and its exponent has the delta method's error", () => {
  const stream = createStream(11);
  const loss = (n: number, d: number) => 1.69 + 406.4 * n ** -0.34 + 410.7 * d ** -0.28;
  const rows = [1e8, 3e8, 1e9, 3e9, 1e10].flatMap((modelSize) =>
    [3e9, 1e10, 3e10, 1e11].map((dataSize) => ({
      modelSize,
      dataSize,
      loss: loss(modelSize, dataSize) * stream.normal(1, 0.002),
    })),
  );
  const fit = fitLaw(rows, { law: chinchillaLaw, y: "loss" });
  assert.ok(fit.ok);
  const found = computeOptimum(fit, 1e21);
  const at = (logSize: number) =>
    predict(fit, { modelSize: Math.exp(logSize), dataSize: 1e21 / 6 / Math.exp(logSize) }).value;
  const best = Math.log(found.modelSize.value);
  assert.ok(at(best) < at(best - 0.01) && at(best) < at(best + 0.01));
  near(found.modelSize.value * found.dataSize.value, 1e21 / 6);
  const [a, b] = [fit.parameters.alpha.value, fit.parameters.beta.value];
  near(found.modelExponent.value, b / (a + b));
  const [aa, ab, bb] = [fit.covariance[3]?.[3], fit.covariance[3]?.[4], fit.covariance[4]?.[4]] as [
    number,
    number,
    number,
  ];
  const error = Math.sqrt(b * b * aa - 2 * a * b * ab + a * a * bb) / (a + b) ** 2;
  assert.ok(Math.abs(found.modelExponent.standardError / error - 1) < 1e-5); // a difference of a thousandth of a standard error
  assert.ok(found.modelSize.low < found.modelSize.value && found.modelSize.value < found.modelSize.high);
});
