/** @file The fit reaches scipy's optimum and covariance, recovers noiseless laws, and keeps the law's symmetries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type ErrorModel,
  type FittedScalingLaw,
  fitScalingLaw,
  type LawName,
  type LearningCurvePoint,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, closed, DOUBLINGS, exactCurve, TRANSLATION } from "../curves.ts";

const OPTIMUM = 1e-8; // the precision asked of the optimum; scipy's lm stops about 1e-10 from it

function fitted(points: readonly LearningCurvePoint[], law: LawName, errorModel?: ErrorModel): FittedScalingLaw {
  const model = errorModel === undefined ? {} : { errorModel };
  const fit = fitScalingLaw({ points, law, ...model, seed: 7, intervalMethods: ["wald"] });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fit;
}

function close(actual: number, expected: number, tolerance: number): void {
  const difference = Math.abs(actual - expected);
  assert.ok(difference <= tolerance * Math.max(Math.abs(expected), 1e-300), `${actual} against ${expected}`);
}

function values(fit: FittedScalingLaw): number[] {
  const { amplitude, exponent, irreducibleError } = fit.parameters;
  return [amplitude.value, exponent.value, irreducibleError.value];
}

function standardErrors(fit: FittedScalingLaw): number[] {
  const { amplitude, exponent, irreducibleError } = fit.parameters;
  return [amplitude.standardError, exponent.standardError, irreducibleError.standardError];
}

// scipy 1.17.1, on TRANSLATION without the hold-out:
// curve_fit(lambda D, a, b, c: a * D**-b + c, D, y, p0=[.5, .4, .2], jac=exact, xtol=1e-15, ftol=1e-15, gtol=0),
// with sigma=.03 * y, absolute_sigma=True for standardErrors; the pure power law without c
const withErrors = TRANSLATION.map((point) => ({ ...point, standardError: 0.03 * point.error }));
for (const [law, kind, points, optimum, errors] of [
  [
    "power + floor",
    "equal",
    TRANSLATION,
    [0.46617625652779543, 0.4514137794590968, 0.2907291119591524],
    [0.01838619702920129, 0.03131013069141369, 0.01511654954348532],
  ],
  [
    "power",
    "equal",
    TRANSLATION,
    [0.7604529379686057, 0.1893607656020323, 0],
    [0.02369987273103259, 0.01550124665664798, 0],
  ],
  [
    "power + floor",
    "standardErrors",
    withErrors,
    [0.460024793007536, 0.47187429161624667, 0.2971883848932784],
    [0.0184626592384563, 0.03927414091017659, 0.01391811584296947],
  ],
  [
    "power",
    "standardErrors",
    withErrors,
    [0.7188134546069461, 0.1645604171648474, 0],
    [0.01130013571622286, 0.00516409647337427, 0],
  ],
] as const) {
  test(`"${law}" with ${kind} weights has scipy's optimum and standard errors`, () => {
    const fit = fitted(points, law, { kind });
    for (const [k, value] of values(fit).entries()) close(value, optimum[k] as number, OPTIMUM);
    for (const [k, error] of standardErrors(fit).entries()) close(error, errors[k] as number, 1e-6);
  });
}

test("the published back-test is an unweighted fit of the errors themselves", () => {
  const fit = fitted(TRANSLATION, "power + floor", { kind: "equal" });
  assert.equal(fit.parameters.exponent.value.toFixed(4), "0.4514");
  assert.equal(fit.parameters.irreducibleError.value.toFixed(4), "0.2907");
  close(fit.residualSumOfSquares, 0.0012278985838808918, 1e-9); // the same scipy call, sum of squared residuals
  close(fit.covariance[0]?.[1] as number, -0.00047619601520347907, 1e-6); // its pcov[0, 1]
  close(fit.covariance[1]?.[2] as number, 0.0004266556827655773, 1e-6); // its pcov[1, 2]
});

test("binomial errors are fitted by maximum likelihood", () => {
  // scipy 1.17.1: minimize(negative binomial log likelihood, method="Nelder-Mead"), polished by root(gradient, tol=1e-15);
  // standard errors from the inverse Fisher information; sizes over 250, hence the amplitude's factor
  const fit = fitted(ANSWERS, "power + floor");
  assert.equal(fit.noise, "binomial");
  close(fit.parameters.amplitude.value, 2.138723558548879, 1e-10);
  close(fit.parameters.exponent.value, 0.32758051773214364, 1e-10);
  close(fit.parameters.irreducibleError.value, 0.11184763616550704, 1e-10);
  close(fit.deviance, 2.445749489877926, 1e-9);
  close(fit.parameters.exponent.standardError, 0.03513118848922629, 1e-8);
  close(fit.parameters.irreducibleError.standardError, 0.01061150253417168, 1e-8);
});

test("a law that fits badly still reaches its maximum likelihood", () => {
  // iterated weights and solutions would chase each other here: a power law through a curve with a floor, 77 items
  // scipy 1.17.1: best of 12 minimize(negative binomial log likelihood, method="Nelder-Mead"), polished by root(gradient)
  const sizes = [1, 1, 2, 2, 4, 8, 64, 128];
  const wrong = [48, 41, 13, 13, 5, 4, 5, 2];
  const points = sizes.map((dataSize, k) => ({ dataSize, error: (wrong[k] as number) / 77, items: 77 }));
  const fit = fitted(points, "power");
  close(fit.parameters.amplitude.value, 0.50860892, 1e-7);
  close(fit.parameters.exponent.value, 0.95016061, 1e-7);
});

test("points that weigh 10^8 times more than others do not stop the search", () => {
  // by hand: the first and the last point are exact for this law, and outweigh the third and fourth
  const points = [
    { dataSize: 1, error: 0.9, standardError: 1e-6 },
    { dataSize: 4, error: 0.5, standardError: 1e-6 },
    { dataSize: 16, error: 0.31, standardError: 0.01 },
    { dataSize: 64, error: 0.19, standardError: 0.01 },
    { dataSize: 256, error: 0.15, standardError: 1e-6 },
  ];
  const fit = fitted(points, "power + floor");
  close(fit.parameters.exponent.value, 0.5, 1e-4);
  close(fit.parameters.irreducibleError.value, 0.1, 1e-4);
});

test("relative errors are fitted by the quasi-score with variance mu^2", () => {
  // scipy 1.17.1: root(lambda q: sum((y - mu) / mu^2 * dmu/dq), [.46, .47, .297], tol=1e-15) on TRANSLATION
  const fit = fitted(TRANSLATION, "power + floor", { kind: "relative" });
  const expected = [0.4605104492263557, 0.47011109645666205, 0.2971872263583067];
  for (const [k, value] of values(fit).entries()) close(value, expected[k] as number, 1e-9);
});

test("a fit says that it converged, moved, and how its starts agree", () => {
  const fit = fitted(ANSWERS, "power + floor");
  assert.equal(fit.status, "converged");
  assert.ok(Object.values(fit.moved).every((moved) => moved));
  assert.deepEqual(fit.startsAgreeing, { agree: 5, total: 5 });
  assert.ok(fit.iterations > 5 && fit.iterations < 500);
  assert.equal(fit.degreesOfFreedom, 5);
});

test("a curve still falling as a power law puts the floor at its bound and says so", () => {
  const points = exactCurve(3, 0.3, 0, DOUBLINGS).map((point, k) => ({
    ...point,
    error: point.error * (1 - 0.002 * k),
  }));
  const fit = fitted(points, "power + floor", { kind: "equal" });
  assert.equal(fit.parameters.irreducibleError.value, 0);
  assert.equal(fit.status, "converged at irreducibleError = 0");
  assert.equal(closed(fit.parameters.irreducibleError.interval).low, 0);
});

test("noiseless data recover the law", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 20, noNaN: true }),
      fc.double({ min: 0.1, max: 1.2, noNaN: true }),
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      fc.constantFrom<ErrorModel["kind"]>("equal", "relative"),
      (amplitude, exponent, floor, kind) => {
        const sizes = DOUBLINGS.map((size) => size / 500); // 1 to 128: amplitude is the error above the floor at 1
        const fit = fitted(exactCurve(amplitude, exponent, floor, sizes), "power + floor", { kind });
        close(fit.parameters.amplitude.value, amplitude, 1e-7);
        close(fit.parameters.exponent.value, exponent, 1e-7);
        close(fit.parameters.irreducibleError.value, floor, 1e-6 * Math.max(1, amplitude / floor));
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

const noisyCurve = fc
  .record({
    exponent: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    floor: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
    noise: fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), { minLength: 8, maxLength: 8 }),
  })
  .map(({ exponent, floor, noise }) =>
    exactCurve(0.5, exponent, floor, [1, 2, 4, 8, 16, 32, 64, 128]).map((point, k) => ({
      ...point,
      error: point.error * (1 + (noise[k] as number)),
    })),
  );

test("scaling the errors scales amplitude and floor, scaling the sizes only the amplitude", () => {
  fc.assert(
    fc.property(
      noisyCurve,
      fc.constantFrom(1e-6, 0.01, 3, 1e9),
      fc.constantFrom(1e-5, 0.5, 1e6),
      (points, byError, bySize) => {
        const plain = values(fitted(points, "power + floor", { kind: "equal" })) as [number, number, number];
        const scaled = points.map((point) => ({ dataSize: point.dataSize * bySize, error: point.error * byError }));
        const [amplitude, exponent, floor] = values(fitted(scaled, "power + floor", { kind: "equal" })) as [
          number,
          number,
          number,
        ];
        close(exponent, plain[1], 1e-8);
        close(amplitude, plain[0] * byError * bySize ** plain[1], 1e-7);
        close(floor, plain[2] * byError, 1e-7);
      },
    ),
    { seed: 2, numRuns: 100 },
  );
});

test("the order of the points changes nothing, the bootstrap included", () => {
  const fit = (points: readonly LearningCurvePoint[]) => fitScalingLaw({ points, seed: 7, resamples: 20 });
  fc.assert(
    fc.property(fc.shuffledSubarray(ANSWERS, { minLength: ANSWERS.length }), (points) => {
      assert.deepEqual(fit(points), fit(ANSWERS));
    }),
    { seed: 3, numRuns: 30 },
  );
});

test("the same seed gives the same fit to the last bit, another seed another bootstrap", () => {
  const fit = (seed: number) => fitScalingLaw({ points: ANSWERS, seed, resamples: 50 });
  assert.deepEqual(fit(7), fit(7));
  assert.notDeepEqual(fit(7), fit(8));
});

test("the floor never passes the mean of the errors, so shares of items keep it in [0, 1]", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 8, maxLength: 8 }), (wrong) => {
      const points = wrong.map((count, k) => ({ dataSize: 2 ** k, error: count / 50, items: 50 }));
      const fit = fitScalingLaw({ points, seed: 1, intervalMethods: ["wald"] });
      if (!fit.ok) return assert.ok(fit.reason.length > 20);
      const floor = fit.parameters.irreducibleError.value;
      assert.ok(floor >= 0 && floor <= 1, `${floor}`);
      for (const number of [...values(fit), ...standardErrors(fit), ...fit.standardisedResiduals, fit.deviance]) {
        assert.ok(Number.isFinite(number));
      }
    }),
    { seed: 4, numRuns: 500 },
  );
});

test("replicates at one size are as good as their mean with the items of both", () => {
  const twice = ANSWERS.flatMap((point) => [point, { ...point }]);
  const single = fitted(
    ANSWERS.map((point) => ({ ...point, items: 2638 })),
    "power + floor",
  );
  const fit = fitted(twice, "power + floor");
  for (const [k, value] of values(fit).entries()) close(value, values(single)[k] as number, 1e-9);
  for (const [k, error] of standardErrors(fit).entries()) close(error, standardErrors(single)[k] as number, 1e-7);
});
