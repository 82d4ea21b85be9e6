/** @file The published analysis of the Chinchilla runs, done again: its minimum is reached, and both its estimates are explained. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chinchillaLaw, type FittedLaw, fitLaw } from "../../../../src/toolkit/scaling/index.ts";
import { PUBLISHED } from "../../../reference/published-fits.ts";
import { sharedData } from "../shared-data.ts";
import { readChinchillaRuns } from "./chinchilla-runs.ts";

type Parameter = "logA" | "logB" | "logE" | "alpha" | "beta";

const DELTA = 1e-3; // of Huber's loss, in both papers
const BEST_KNOWN = 0.0010182740178006; // scipy 1.17.1, L-BFGS from the 4,500 starts, polished with tolerances of 1e-15

const [GRID, TABLE] = PUBLISHED.map(({ values }) => values) as [Estimate, Estimate]; // the grid search, and the paper's table 1
const GRID_OBJECTIVE = 0.0010182740346154362; // stored beside the grid search

type Estimate = (typeof PUBLISHED)[number]["values"];

const { folder, skip } = sharedData("chinchilla");
const START = { logA: 6, logB: 7, logE: 0.5, alpha: 0.35, beta: 0.35 };

function fitted(delta: number, start?: typeof START): FittedLaw<Parameter> {
  const fit = fitLaw(readChinchillaRuns(folder), {
    law: chinchillaLaw,
    y: "loss",
    loss: { kind: "huber", delta },
    ...(start === undefined ? {} : { start }),
  });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fit;
}

function published({ parameters }: FittedLaw<Parameter>) {
  const { logA, logB, logE, alpha, beta } = parameters;
  return {
    A: Math.exp(logA.value),
    B: Math.exp(logB.value),
    E: Math.exp(logE.value),
    alpha: alpha.value,
    beta: beta.value,
  };
}

function near(actual: Record<string, number>, expected: Record<string, number>, relative: number): void {
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs((actual[name] as number) / value - 1) <= relative, `${name} = ${actual[name]}, not ${value}`);
  }
}

function objective(at: Estimate, delta: number): number {
  return readChinchillaRuns(folder).reduce((sum, { modelSize, dataSize, loss }) => {
    const predicted = at.A * modelSize ** -at.alpha + at.B * dataSize ** -at.beta + at.E;
    const size = Math.abs(Math.log(loss / predicted));
    return sum + (size <= delta ? size ** 2 / 2 : delta * (size - delta / 2));
  }, 0);
}

test("the paper's 4,500 starts reach a minimum as low as any known, and nearly half of them agree", { skip }, () => {
  const fit = fitted(DELTA);
  assert.ok(fit.objective <= BEST_KNOWN * (1 + 1e-12), `${fit.objective}`);
  assert.equal(fit.startsAgreeing.total, 4500);
  assert.ok(fit.startsAgreeing.agree >= 0.33 * 4500, `${fit.startsAgreeing.agree}`); // scipy's L-BFGS: 33 %
});

test("the first published estimate is this minimum, as far as a search that stops at 1e-8 of the objective finds it", {
  skip,
}, () => {
  assert.ok(Math.abs(objective(GRID, DELTA) / GRID_OBJECTIVE - 1) < 1e-12); // same runs, same objective
  const fit = fitted(DELTA, START);
  assert.ok(fit.objective < GRID_OBJECTIVE);
  near(published(fit), GRID, 3e-4);
});

test("the second published estimate is no minimum of this objective, but that of absolute deviations", { skip }, () => {
  // its likelihood has the scale of the residuals as a sixth parameter, over which Huber's delta shrinks to about 1e-8
  assert.ok(objective(TABLE, DELTA) > BEST_KNOWN * 1.0004);
  const tiny = 1e-7;
  const fit = fitted(tiny, START);
  assert.ok(objective(TABLE, tiny) / fit.objective - 1 < 2e-4); // five decimals of an exponent of 1e9 are 1e-4 of a term
  near(published(fit), TABLE, 3e-5); // the table's last digits
  assert.ok(objective(GRID, tiny) / fit.objective - 1 > 8e-4); // and the first estimate is no minimum of that one
});

test("the derivatives are those of central differences", () => {
  const at = Float64Array.of(6, 7, 0.6, 0.35, 0.37);
  const inputs = Float64Array.of(Math.log(1e9), Math.log(2e10));
  const gradient = new Float64Array(5);
  const unused = new Float64Array(5);
  chinchillaLaw.evaluate(at, inputs, gradient);
  for (let k = 0; k < 5; k++) {
    const moved = (by: number) => chinchillaLaw.evaluate(at.with(k, (at[k] as number) + by), inputs, unused);
    const difference = (moved(1e-5) - moved(-1e-5)) / 2e-5; // leaves 1e-8 of a third derivative of logarithms of 1e10
    assert.ok(Math.abs((gradient[k] as number) - difference) < 1e-7, `${k}: ${gradient[k]} against ${difference}`);
  }
});
