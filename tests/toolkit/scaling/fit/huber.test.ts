/** @file Huber's loss beside statsmodels: estimates and standard errors, and least squares where delta holds every residual. */
import assert from "node:assert/strict";
import { test } from "node:test";
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
