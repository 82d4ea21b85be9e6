/** @file Huber's loss beside statsmodels: estimates and standard errors, and least squares where delta holds every residual. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import { fitLaw, logLinearLaw, powerFloorLaw } from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../curves.ts";

const ERRORS = [2.1, 1.7, 1.9, 1.2, 1.35, 0.7, 3.0, 0.6, 0.1, 0.3, -0.4, -0.35];
const ROWS = ERRORS.map((error, k) => ({ dataSize: k + 1, error }));

function near(value: number, expected: number, tolerance = 1e-7): void {
  assert.ok(Math.abs(value / expected - 1) < tolerance, `${value}, expected ${expected}`);
}

// statsmodels 0.14, X = column_stack([ones(12), -log(1..12)]):
//   RLM(y, X, M=norms.HuberT(t=t)).fit(cov="H1", update_scale=False, maxiter=2000, tol=1e-14); delta = t * result.scale
const RLM = [
  {
    delta: 0.6399230189627579,
    params: [2.537149278418651, 1.0015195518300195],
    bse: [0.31563646826452124, 0.17380723433662656],
  }, // t = 1.345
  {
    delta: 0.33304543737838704,
    params: [2.4799008867918264, 0.9836325836893505],
    bse: [0.4674828493442712, 0.2574224125339026],
  }, // t = 0.7
];

for (const { delta, params, bse } of RLM) {
  test(`a line under Huber's loss of delta ${delta.toFixed(3)} has statsmodels' estimates and standard errors`, () => {
    const fit = fitLaw(ROWS, { law: logLinearLaw, y: "error", loss: { kind: "huber", delta } });
    assert.ok(fit.ok);
    const { intercept, slope } = fit.parameters;
    near(intercept.value, params[0] as number);
    near(slope.value, params[1] as number);
    near(intercept.standardError, bse[0] as number);
    near(slope.standardError, bse[1] as number);
  });
}

test("with every residual inside delta, the standard errors are those of least squares", () => {
  const wide = fitLaw(ROWS, { law: logLinearLaw, y: "error", loss: { kind: "huber", delta: 1000 } });
  assert.ok(wide.ok);
  near(wide.parameters.intercept.standardError, 0.59092768, 1e-7); // statsmodels OLS(y, X).fit().bse
  near(wide.parameters.slope.standardError, 0.32539809, 1e-7);
  for (const count of [5, 6, 8]) {
    const rows = ANSWERS.slice(0, count).map(({ dataSize, error }) => ({ dataSize, error }));
    const [huber, squares] = [{ kind: "huber", delta: 1000 } as const, { kind: "squared" } as const].map((loss) =>
      fitLaw(rows, { law: powerFloorLaw, y: "error", loss }),
    );
    assert.ok(huber?.ok && squares?.ok);
    for (const parameter of powerFloorLaw.parameters) {
      near(huber.parameters[parameter].standardError, squares.parameters[parameter].standardError, 1e-6);
    }
    near(huber.dispersion, squares.dispersion, 1e-9);
  }
});

// scipy 1.17, the same X and y: the least of BFGS from three starts, gtol 1e-13, of sum(w * where(a <= delta, a^2 / 2, delta (a - delta / 2)))
// with r = X p - y, a = |r| and w = where(r > 0, 2 (1 - q), 2 q)
for (const [delta, quantile, params, objective] of [
  [0.3, 0.8, [2.9081605966014275, 1.053567277793927], 1.3253654999573166],
  [100, 0.8, [2.6292206321369687, 0.7014224932829226], 3.6744843273371877],
  [0.3, 0.25, [2.304711817050391, 0.9995585517197375], 0.7410522986632474],
  [0.001, 0.75, [3.355127369049663, 1.3250000250326697], 0.005487457790619296],
] as const) {
  test(`a line at quantile ${quantile} under a delta of ${delta} is scipy's minimum`, () => {
    const fit = fitLaw(ROWS, { law: logLinearLaw, y: "error", loss: { kind: "huber", delta, quantile } });
    assert.ok(fit.ok);
    near(fit.objective, objective, 1e-7);
    near(fit.parameters.intercept.value, params[0], 1e-5);
    near(fit.parameters.slope.value, params[1], 1e-5);
  });
}

test("with a delta far under the noise a quantile is that of quantile regression, to delta", () => {
  const fit = fitLaw(ROWS, { law: logLinearLaw, y: "error", loss: { kind: "huber", delta: 1e-3, quantile: 0.75 } });
  assert.ok(fit.ok);
  const { intercept, slope } = fit.parameters; // statsmodels 0.14: QuantReg(y, X).fit(q=0.75, p_tol=1e-12).params
  assert.ok(Math.abs(intercept.value - 3.35610972) < 2e-3 && Math.abs(slope.value - 1.32540867) < 2e-3);
});

for (const loss of [
  { kind: "huber", delta: 1e-6 },
  { kind: "huber", delta: 1e-6, quantile: 0.8 },
  { kind: "own", of: Math.abs },
] as const) {
  test(`where a ${JSON.stringify(loss)} makes as many residuals 0 as there are parameters, standard errors are those of repeated studies`, () => {
    const errors: number[] = [];
    const slopes: number[] = [];
    for (let study = 0; study < 200; study++) {
      const stream = createStream(5).split(study);
      const rows = Array.from({ length: 20 }, (_, k) => {
        return { dataSize: k + 1, error: 3 - 0.5 * Math.log(k + 1) + stream.normal(0, 0.2) };
      });
      const fit = fitLaw(rows, { law: logLinearLaw, y: "error", loss });
      if (!fit.ok) continue; // on a kink a descent may find no way down
      slopes.push(fit.parameters.slope.value);
      errors.push(fit.parameters.slope.standardError);
    }
    assert.ok(slopes.length > 180, `${slopes.length}`);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(mean(slopes.map((slope) => (slope - mean(slopes)) ** 2)));
    near(mean(errors), spread, 0.15);
    assert.ok(Math.max(...errors) < 4 * spread);
  });
}

test("standard errors at a quantile are those of repeated studies, to a tenth; a quantile out of range is named", () => {
  const errors: number[] = [];
  const slopes: number[] = [];
  for (let study = 0; study < 400; study++) {
    const stream = createStream(41).split(study);
    const rows = Array.from({ length: 80 }, (_, k) => {
      return { dataSize: k + 1, error: 3 - 0.5 * Math.log(k + 1) + stream.normal(0, 0.2) };
    });
    const fit = fitLaw(rows, { law: logLinearLaw, y: "error", loss: { kind: "huber", delta: 0.2, quantile: 0.8 } });
    assert.ok(fit.ok);
    slopes.push(fit.parameters.slope.value);
    errors.push(fit.parameters.slope.standardError);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(mean(slopes.map((slope) => (slope - mean(slopes)) ** 2)));
  near(mean(errors), spread, 0.1);
  const asked = { law: logLinearLaw, y: "error" } as const;
  assert.throws(
    () => fitLaw(ROWS, { ...asked, loss: { kind: "huber", delta: 1, quantile: 1 } }),
    /fitLaw requires loss\.quantile to be a number strictly between 0 and 1, got 1/,
  );
  assert.throws(() => fitLaw(ROWS, { ...asked, loss: { kind: "squared", delta: 1 } as never }), /options among kind/);
});
