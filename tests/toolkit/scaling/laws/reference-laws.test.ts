/** @file Every law with data of its own reaches scipy's optimum from its own starts, and what is derived from it agrees: tests/reference/laws.py. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  brokenPowerLawWith,
  chanceCeilingLaw,
  computeSigmoidLaw,
  coverageLaw,
  dataConstrainedLaw,
  dataMixingLaw,
  deriveQuantity,
  farseerLaw,
  fitLaw,
  goodnessOfFit,
  isoFlopFrontier,
  type Law,
  overTrainingLaw,
  parameterCorrelations,
  powerFloorLaw,
} from "../../../../src/toolkit/scaling/index.ts";

interface Reference {
  rows: Record<string, number>[];
  parameters: number[];
  standardErrors: number[];
  squares: number;
  correlation: number[][];
  r2: number;
  reducedChiSquared: number;
  deviation: number;
}

const file = join(import.meta.dirname, "..", "..", "..", "reference", "laws.json");
const SCIPY: Record<string, Reference> = JSON.parse(readFileSync(file, "utf8"));

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual}, not ${expected}`);
}

const LAWS: Law[] = [
  computeSigmoidLaw,
  chanceCeilingLaw,
  coverageLaw,
  overTrainingLaw,
  dataMixingLaw(["web", "code"]),
  brokenPowerLawWith(2),
  dataConstrainedLaw,
];

for (const law of LAWS) {
  test(`"${law.name}" reaches scipy's optimum from its own starts, with its errors, correlations and goodness`, () => {
    const expected = SCIPY[law.name] as Reference;
    const fit = fitLaw(expected.rows, { law, y: "y" });
    assert.ok(fit.ok, fit.ok ? "" : fit.reason);
    near(fit.residualSumOfSquares, expected.squares, 1e-7);
    const correlations = parameterCorrelations(fit);
    for (const [k, parameter] of law.parameters.entries()) {
      near(fit.parameters[parameter]?.value as number, expected.parameters[k] as number, 1e-5);
      near(fit.parameters[parameter]?.standardError as number, expected.standardErrors[k] as number, 1e-4); // scipy's Jacobian is one of differences
      for (const [j, other] of law.parameters.entries()) {
        const difference = (correlations[parameter]?.[other] as number) - (expected.correlation[k]?.[j] as number);
        assert.ok(Math.abs(difference) < 1e-4, `${parameter}, ${other}`);
      }
    }
    near(goodnessOfFit(fit).rSquared, expected.r2, 1e-9);
    const rows = expected.rows.map((row) => ({ ...row, deviation: expected.deviation }));
    const known = fitLaw(rows, { law, y: "y", standardError: "deviation" });
    near(goodnessOfFit(known).reducedChiSquared as number, expected.reducedChiSquared, 1e-7);
  });
}

test("where a law passes through all points of known noise, measures over degrees of freedom are null", () => {
  const rows = [100, 400, 1600].map((dataSize) => ({ dataSize, y: 2 * dataSize ** -0.3 + 0.1, deviation: 0.01 }));
  const through = goodnessOfFit(fitLaw(rows, { law: powerFloorLaw, y: "y", standardError: "deviation" }));
  assert.deepEqual([through.adjustedRSquared, through.reducedChiSquared, through.degreesOfFreedom], [null, null, 0]);
});

test("a profile that is lowest beyond its measured sizes tells no optimum: three computes of such profiles have no frontier", () => {
  const sizes = [0.25, 0.5, 1, 2, 4];
  const columns = { compute: "compute", modelSize: "modelSize", loss: "loss" };
  const runs = [1e18, 1e19, 1e20, 1e21].flatMap((compute, k) => {
    const best = 0.09 * compute ** 0.5;
    return sizes.map((share) => {
      const loss = k === 0 ? 2 + 400 * (best * share) ** -0.3 : 2 + 0.1 * Math.log(share) ** 2;
      return { compute, modelSize: best * share, loss };
    });
  });
  const found = isoFlopFrontier(runs, columns);
  assert.ok(found.ok, found.ok ? "" : found.reason);
  assert.deepEqual(
    found.profiles.map(({ counts }) => counts),
    [false, true, true, true],
  );
  assert.ok(Math.abs(found.frontier.parameters.exponent.value - 0.5) < 1e-9);
  const falling = runs.map((run) => ({ ...run, loss: 2 + 400 * run.modelSize ** -0.3 }));
  const none = isoFlopFrontier(falling, columns);
  assert.match(
    none.ok ? "" : none.reason,
    /0 of 4 computes .* \(at compute 1000000000000000000: its parabola is lowest beyond the measured sizes; measure there\)/,
  );
});

test("the Farseer law reaches scipy's optimum on a grid of noisy losses, from its own starts", () => {
  const { rows, parameters, squares } = SCIPY.Farseer as Reference;
  const fit = fitLaw(rows, { law: farseerLaw, y: "y" });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  near(fit.residualSumOfSquares, squares, 1e-9);
  for (const [k, parameter] of farseerLaw.parameters.entries()) {
    near(fit.parameters[parameter].value, parameters[k] as number, 1e-4); // a valley: every a and b trade places in it
  }
});

test("the best ratio of tokens to parameters has the delta method's error, worked with numpy", () => {
  const { rows, ratio } = SCIPY["over-training"] as Reference & { ratio: { value: number; standardError: number } };
  const fit = fitLaw(rows, { law: overTrainingLaw, y: "y" });
  const found = deriveQuantity(fit, ({ a, b, exponent }) => (b / a) ** (1 / (2 * exponent)));
  near(found.value, ratio.value, 1e-5);
  near(found.standardError, ratio.standardError, 1e-4);
});

test("a sigmoid of compute with test items is fitted by their likelihood, its asymptote inside its interval", () => {
  const { rows } = SCIPY["sigmoid of compute"] as Reference;
  const counted = rows.map(({ compute = 0, y = 0 }) => ({ compute, y: Math.round(4000 * y) / 4000, items: 4000 }));
  const fit = fitLaw(counted, { law: computeSigmoidLaw, y: "y", items: "items", intervalMethods: ["profile"] });
  assert.ok(fit.ok);
  const { interval } = fit.parameters.asymptote;
  assert.ok("low" in interval && interval.low < 0.61 && interval.high > 0.61); // the truth that the data were drawn from
});

test("isoFLOP profiles have numpy's optima, and the frontier scipy's exponent with its error", () => {
  const { rows, optima, exponent, standardError } = SCIPY.isoFLOP as unknown as {
    rows: Record<string, number>[];
    optima: [number, number][];
    exponent: number;
    standardError: number;
  };
  const found = isoFlopFrontier(rows, { compute: "compute", modelSize: "modelSize", loss: "loss" });
  assert.ok(found.ok, found.ok ? "" : found.reason);
  for (const [index, { compute, fit }] of found.profiles.entries()) {
    assert.ok(fit.ok);
    const [at, optimum] = optima[index] as [number, number];
    near(compute, at, 1e-12);
    near(fit.parameters.optimum.value, optimum, 1e-6);
  }
  near(found.frontier.parameters.exponent.value, exponent, 1e-6);
  near(found.frontier.parameters.exponent.standardError, standardError, 1e-5);
  const one = isoFlopFrontier(rows.slice(0, 14), { compute: "compute", modelSize: "modelSize", loss: "loss" });
  assert.ok(!one.ok && /2 of 2 computes have a profile/.test(one.reason));
});
