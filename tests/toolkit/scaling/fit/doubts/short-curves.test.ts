/** @file Doubts of short curves: each defect is seen on as few points as people have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../../src/toolkit/core/random-stream.ts";
import { deletedResiduals } from "../../../../../src/toolkit/scaling/fit/doubts/deleted-residuals.ts";
import {
  type ErrorModel,
  fitDoubts,
  fitLaw,
  fitScalingLaw,
  type LearningCurvePoint,
  logLinearLaw,
} from "../../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../../curves.ts";

const FAST = { seed: 1, intervalMethods: ["wald", "profile"] } as const;

function kinds(points: readonly LearningCurvePoint[], errorModel?: ErrorModel): string[] {
  const fit = fitScalingLaw({ points, ...FAST, ...(errorModel === undefined ? {} : { errorModel }) });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fitDoubts(fit).map(({ kind }) => kind);
}

test("of a straight line, deleted residuals are statsmodels' externally studentised ones, and so is Bonferroni's p", () => {
  const errors = [2.1, 1.7, 1.9, 1.2, 1.35, 0.7, 3.0, 0.6, 0.1, 0.3, -0.4, -0.35];
  const rows = errors.map((error, k) => ({ dataSize: k + 1, error }));
  const fit = fitLaw(rows, { law: logLinearLaw, y: "error" });
  assert.ok(fit.ok);
  // statsmodels 0.14: OLS(y, column_stack([ones(12), -log(1..12)])).fit().get_influence().resid_studentized_external
  const expected = [
    -0.7906388971251382, -0.2852749294161399, 0.4555670769537167, -0.09094201192477591, 0.34431135401454915,
  ];
  const found = deletedResiduals(fit);
  for (const [row, size] of expected.entries()) assert.ok(Math.abs((found[row]?.size as number) - size) < 1e-9);
  assert.ok(Math.abs((found[6]?.size as number) - 6.759420303647054) < 1e-8);
  assert.ok(Math.abs((found[6]?.pValue as number) - 9.93136376e-4) < 1e-9); // outlier_test(), column bonf(p)
});

for (const count of [6, 7, 8, 12, 16]) {
  test(`one run 60 % too high among ${count} is seen, whatever the other points' noise of 0.5 %`, () => {
    for (let study = 0; study < 20; study++) {
      const stream = createStream(study).split(count);
      const points = Array.from({ length: count }, (_, k) => {
        const dataSize = 100 * 2 ** k;
        const high = k === Math.floor(count / 2) ? 1.6 : 1;
        return { dataSize, error: (3 * dataSize ** -0.4 + 0.1) * stream.normal(1, 0.005) * high };
      });
      assert.ok(kinds(points).includes("outlier"), `study ${study}`);
    }
  });
}

test("residuals too large for the items are a lack of fit, with the factor that intervals lack", () => {
  const deviation = Math.sqrt((0.3 * 0.7) / 1319);
  const points = [100, 400, 1600, 6400, 25600, 102400].map((dataSize, k) => ({
    dataSize,
    items: 1319,
    error: Math.round((2.2 * dataSize ** -0.3 + 0.1 + 2.2 * deviation * (k % 2 ? 1 : -1)) * 1319) / 1319,
  }));
  const fit = fitScalingLaw({ points, ...FAST });
  assert.ok(fit.ok);
  const doubt = fitDoubts(fit).find(({ kind }) => kind === "lack of fit");
  assert.match(doubt?.message ?? "", /9\.36 times what the items say \(chi squared 28\.1 on 3, p = 3\.5e-6\)/); // SciPy: chi2.sf(28.1, 3) = 3.5e-6
  assert.match(doubt?.message ?? "", /too narrow, by a factor 3\.06/); // sqrt(9.36)
  const widened = fitScalingLaw({ points, ...FAST, errorModel: { kind: "overdispersed" } });
  assert.ok(widened.ok);
  assert.ok(Math.abs(widened.dispersion - 9.36) < 0.01);
  const ratio = widened.parameters.exponent.standardError / fit.parameters.exponent.standardError;
  assert.ok(Math.abs(ratio - Math.sqrt(widened.dispersion)) < 1e-9);
  assert.ok(!fitDoubts(widened).some(({ kind }) => kind === "lack of fit"));
});

test("a curve that bends where the law does not leaves runs on 10 points, in 4 of 5 studies", () => {
  let seen = 0;
  for (let study = 0; study < 50; study++) {
    const stream = createStream(study).split("bend");
    const points = Array.from({ length: 10 }, (_, k) => {
      const dataSize = 100 * 4 ** k;
      return { dataSize, error: (2.2 * (dataSize + 300) ** -0.3 + 0.1) * stream.normal(1, 0.01) };
    });
    if (kinds(points, { kind: "relative" }).includes("runs")) seen++;
  }
  assert.ok(seen >= 40, `${seen} of 50`);
});

test("standard errors of three and of five seeds are known as such, in 9 of 10 studies; those of items are not", () => {
  for (const seeds of [3, 5]) {
    let seen = 0;
    for (let study = 0; study < 100; study++) {
      const stream = createStream(study).split("seeds").split(seeds);
      const points = Array.from({ length: 6 }, (_, k) => {
        const dataSize = 100 * 4 ** k;
        const runs = Array.from({ length: seeds }, () => (2.2 * dataSize ** -0.3 + 0.1) * stream.normal(1, 0.04));
        const error = runs.reduce((sum, run) => sum + run, 0) / seeds;
        const variance = runs.reduce((sum, run) => sum + (run - error) ** 2, 0) / (seeds - 1);
        return { dataSize, error, standardError: Math.sqrt(variance / seeds) };
      });
      if (kinds(points).includes("noise")) seen++;
    }
    assert.ok(seen >= 90, `${seen} of 100`);
  }
  const told = ANSWERS.map(({ dataSize, error }) => ({
    dataSize,
    error,
    standardError: Math.sqrt((error * (1 - error)) / 1319),
  }));
  assert.ok(!kinds(told).includes("noise"));
});

const seeded = (index: number, runs: number) => {
  const stream = createStream(index).split("seed effect");
  return [100, 400, 1600, 6400, 25600, 102400].flatMap((dataSize) =>
    Array.from({ length: runs }, () => {
      const share = Math.min(1, (2.2 * dataSize ** -0.3 + 0.1) * Math.exp(stream.normal(0, 0.04)));
      return { dataSize, items: 1319, error: stream.binomial(1319, share) / 1319 };
    }),
  );
};

test("one run a size is said to show no effect of seeds; many runs, or overdispersed ones, need no such word", () => {
  for (let index = 0; index < 50; index++) {
    const raised = kinds(seeded(index, 1));
    assert.ok(raised.includes("no replication") && !raised.includes("seeds"));
  }
  assert.ok(!kinds(seeded(0, 1), { kind: "overdispersed" }).includes("no replication"));
  assert.ok(!kinds(seeded(0, 5)).includes("no replication"));
  const fit = fitScalingLaw({ points: seeded(0, 1), ...FAST });
  assert.ok(fit.ok);
  // SciPy: chi2.ppf(0.98, 3) / chi2.ppf(0.5, 3) = 4.158, its root 2.04; Wilson and Hilferty's are 4.1 and 2.0
  assert.match(
    fitDoubts(fit).find(({ kind }) => kind === "no replication")?.message ?? "",
    /no dataSize has a second run: 3 degrees of freedom .* 4\.1 times .* up to 2\.0;/,
  );
});

test("five runs a size show by themselves that seeds differ beyond their items, in 8 of 10 studies", () => {
  let seen = 0;
  for (let index = 0; index < 100; index++) if (kinds(seeded(index, 5)).includes("seeds")) seen++;
  assert.ok(seen >= 80, `${seen} of 100`);
  const points = [0.5, 0.3, 0.2, 0.15].flatMap((share, k) =>
    [-0.02, 0.02].map((move) => ({ dataSize: 100 * 4 ** k, error: share + move, items: 1000 })),
  );
  const fit = fitScalingLaw({ points, ...FAST });
  assert.ok(fit.ok);
  // by hand: 2 * 1000 * 0.02^2 * (1/0.25 + 1/0.21 + 1/0.16 + 1/0.1275) = 18.28 on 4; SciPy: chi2.sf(18.28, 4) = 0.00108
  assert.match(
    fitDoubts(fit).find(({ kind }) => kind === "seeds")?.message ?? "",
    /at the same dataSize vary 4\.6 times .*chi squared 18\.3 on 4, p = 0\.0011\)/,
  );
});

test("a floor at 0, copies, and items on some rows alone are each doubted", () => {
  const bare = [1, 2, 4, 8, 16, 32].map((dataSize, k) => ({
    dataSize,
    error: 0.8 * dataSize ** -0.3 * (k === 5 ? 0.97 : 1 + 0.01 * (k % 2)),
  }));
  assert.ok(kinds(bare).includes("at bound"));
  const plain = ANSWERS.map(({ dataSize, error }) => ({ dataSize, error }));
  assert.deepEqual(kinds(plain), []);
  assert.ok(kinds([...plain, ...plain]).includes("duplicates"));
  const partial = ANSWERS.map((point, k) => (k < 3 ? point : { dataSize: point.dataSize, error: point.error }));
  const fit = fitScalingLaw({ points: partial, ...FAST });
  assert.ok(fit.ok);
  const [doubt] = fitDoubts(fit);
  assert.match(
    doubt?.message ?? "",
    /^3 of 8 rows have items, so none are used and the noise is taken as equal; give items on all/,
  );
});

test("too few resamples, and a level that they do not reach, are doubted and give no interval", () => {
  const few = fitScalingLaw({ points: ANSWERS, seed: 1, resamples: 100, intervalMethods: ["bootstrap"] });
  assert.ok(few.ok && "low" in few.parameters.exponent.interval);
  assert.match(
    fitDoubts(few)[0]?.message ?? "",
    /^100 bootstrap refits leave 2\.5 beyond each end .* ask for 200 resamples or more/,
  );
  for (const asked of [{ resamples: 1 }, { resamples: 5 }, { level: 0.9999 }]) {
    const fit = fitScalingLaw({ points: ANSWERS, seed: 1, intervalMethods: ["bootstrap"], ...asked });
    assert.ok(fit.ok);
    const { interval } = fit.parameters.exponent;
    assert.ok("reason" in interval && /do not reach the ends of a level/.test(interval.reason));
    assert.ok(fitDoubts(fit).some(({ kind }) => kind === "resamples"));
  }
});

test("failed refits are doubted with their share", () => {
  const points = [0.8, 0.5, 0.35, 0.5, 0.6, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 2 ** k, error }));
  const fit = fitScalingLaw({ points, seed: 1 });
  assert.ok(fit.ok);
  assert.ok(fitDoubts(fit).some(({ message }) => /^\d+ of 1000 bootstrap refits have no solution/.test(message)));
});
