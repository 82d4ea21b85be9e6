/** @file Training seeds as a random effect: lme4's restricted likelihood, lmerTest's degrees of freedom (tests/reference/seeds.py and seeds.R). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { criticalStudent } from "../../../../src/toolkit/core/critical-values.ts";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import { moderateVariances } from "../../../../src/toolkit/scaling/fit/moderated-errors.ts";
import {
  backTest,
  compareFits,
  type Estimate,
  type FittedLaw,
  fitDoubts,
  fitLaw,
  fitScalingLaw,
  type Interval,
  jointRegion,
  type Law,
  type LawFitOptions,
  logLinearLaw,
  measurementDeviation,
  powerFloorLaw,
  predict,
  profileLaw,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";

interface Mixed {
  parameters: number[];
  standardErrors: number[];
  freedom: number[];
  seedVariance: number;
  noiseVariance: number;
}

interface Row {
  seed: string;
  dataSize: number;
  y: number;
}

const file = join(import.meta.dirname, "..", "..", "..", "reference", "seeds.json");
const JUDGED: Record<"line" | "alike" | "power", { rows: Row[]; lme4: Mixed }> & {
  line: { statsmodels: Mixed & { effects: Record<string, number> } };
  moderated: Record<"variances" | "freedoms" | "limma" | "agreeing" | "limmaAgreeing", number[]>;
} = JSON.parse(readFileSync(file, "utf8"));

function near(actual: number | undefined, expected: number | undefined, tolerance: number): void {
  assert.ok(
    Math.abs((actual as number) - (expected as number)) <= tolerance * Math.abs(expected as number),
    `${actual}, not ${expected}`,
  );
}

function fitted(rows: readonly object[], law: Law, more: Partial<LawFitOptions<string>> = {}): FittedLaw {
  const fit = fitLaw(rows, { law, y: "y", trainingSeed: "seed", ...more });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fit;
}

for (const [name, law, signs] of [
  ["line", logLinearLaw, [1, -1]],
  ["alike", logLinearLaw, [1, -1]],
  ["power", powerFloorLaw, [1, 1, 1]],
] as [keyof typeof JUDGED & ("line" | "alike" | "power"), Law, number[]][]) {
  test(`seeds of "${name}" have lme4's variances, and the law its estimates, errors and lmerTest's degrees of freedom`, () => {
    const { rows, lme4 } = JUDGED[name];
    const fit = fitted(rows, law);
    near(fit.dispersion, lme4.noiseVariance, 1e-6);
    assert.ok(Math.abs((fit.seedEffect?.deviation ?? -1) ** 2 - lme4.seedVariance) <= 1e-6 * lme4.noiseVariance);
    for (const [k, parameter] of law.parameters.entries()) {
      const estimate = fit.parameters[parameter] as Estimate;
      near(estimate.value, (signs[k] as number) * (lme4.parameters[k] as number), 1e-7);
      near(estimate.standardError, lme4.standardErrors[k], 1e-6);
      if (law.positive?.includes(parameter)) continue; // its interval is made of its logarithm
      const { low, high } = estimate.interval as Interval;
      const reach = criticalStudent(0.95, lme4.freedom[k] as number) * (lme4.standardErrors[k] as number);
      near((high - low) / 2, reach, 1e-5);
    }
  });
}

test("each seed's effect is statsmodels' best linear prediction", () => {
  const { rows, statsmodels } = JUDGED.line;
  const fit = fitted(rows, logLinearLaw);
  for (const [seed, effect] of Object.entries(statsmodels.effects)) near(fit.seedEffect?.effects[seed], effect, 1e-5);
  near((fit.seedEffect?.deviation ?? 0) ** 2, statsmodels.seedVariance, 1e-4); // its optimiser stops at 1e-5
});

test("a profile of a line is its Wald interval, and what follows takes a fit with seeds", () => {
  const fit = fitted(JUDGED.line.rows, logLinearLaw, {
    intervalMethods: ["wald", "profile", "bootstrap"],
    seed: 1,
    resamples: 400,
  });
  const { wald, profile, bootstrap } = fit.intervals.slope as Record<"wald" | "profile" | "bootstrap", Interval>;
  near(profile.low, wald.low, 1e-6);
  near(profile.high, wald.high, 1e-6);
  near(bootstrap.high - bootstrap.low, wald.high - wald.low, 0.15); // of 400 draws
  const again = withIntervals(fit, { intervalMethods: ["profile"] });
  assert.ok(again.ok);
  assert.deepEqual(again.intervals.slope?.profile, profile);
  const drawn = profileLaw(fit, { parameter: "slope", points: 5 });
  assert.ok(drawn.ok && "low" in drawn.interval);
  near(drawn.interval.low, profile.low, 1e-9);
  assert.ok(jointRegion(fit, { parameters: ["intercept", "slope"], points: 8 }).ok);
  assert.ok(fitDoubts(fit).every(({ kind }) => kind !== "no replication"));
  const held = JUDGED.line.rows.map((row) => ({ ...row, last: row.dataSize > 1e5 }));
  assert.ok(backTest(fitted(held, logLinearLaw, { holdOut: "last" }), { seed: 1 }).ok);
  // by hand: sqrt(noise + seeds) of a new seed's run
  const { noiseVariance, seedVariance } = JUDGED.line.lme4;
  near(measurementDeviation(fit, {}, 1), Math.sqrt(noiseVariance + seedVariance), 1e-6);
});

test("the law between the sizes is within its 95 % interval where seeds move whole curves, and in fewer studies where rows are taken as independent", () => {
  const within = { seeds: 0, rows: 0 };
  const studies = 100;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(study).split("whole curves");
    const effects = Array.from({ length: 4 }, () => stream.normal(0, 0.04));
    const rows = [100, 400, 1600, 6400, 25600].flatMap((dataSize) =>
      effects.map((effect, seed) => ({
        seed,
        dataSize,
        y: (2.2 * dataSize ** -0.3 + 0.1) * (1 + effect + stream.normal(0, 0.01)),
      })),
    );
    const truth = 2.2 * 1000 ** -0.3 + 0.1;
    const holds = (fit: FittedLaw) => {
      const { low, high } = predict(fit, 1000);
      return low <= truth && truth <= high;
    };
    if (holds(fitted(rows, powerFloorLaw, { noise: "relative" }))) within.seeds++;
    const plain = fitLaw(rows, { law: powerFloorLaw, y: "y", noise: "relative" });
    assert.ok(plain.ok);
    if (holds(plain)) within.rows++;
  }
  assert.ok(within.seeds >= 88, `${within.seeds} of ${studies}`); // 3 binomial standard errors under 95
  assert.ok(within.rows < 88, `${within.rows} of ${studies}`);
});

test("shares of test items keep their binomial noise beside the seeds'", () => {
  const stream = createStream(5);
  const effects = Array.from({ length: 12 }, () => stream.normal(0, 0.05));
  const rows = [100, 400, 1600, 6400, 25600].flatMap((dataSize) =>
    effects.map((effect, seed) => ({
      seed,
      dataSize,
      items: 2000,
      y: stream.binomial(2000, (2.2 * dataSize ** -0.3 + 0.1) * (1 + effect)) / 2000,
    })),
  );
  const fit = fitted(rows, powerFloorLaw, { items: "items" });
  assert.equal(fit.dispersion, 1);
  const spread = Math.sqrt(effects.reduce((sum, effect) => sum + effect ** 2, 0) / 12);
  near(fit.seedEffect?.deviation, spread, 0.25); // of twelve seeds
});

test("what a seed column cannot tell is named", () => {
  const { rows } = JUDGED.line;
  const own = rows.map((row, index) => ({ ...row, seed: index }));
  assert.throws(
    () => fitLaw(own, { law: logLinearLaw, y: "y", trainingSeed: "seed" }),
    /two seeds or more, some of them in two rows or more, got "each seed in one row" \(hint: rows of their own seeds are independent/,
  );
  const one = rows.map((row) => ({ ...row, seed: 1 }));
  assert.throws(() => fitLaw(one, { law: logLinearLaw, y: "y", trainingSeed: "seed" }), /got "1 seed"$/);
  const open = rows.map((row) => ({ ...row, seed: null }));
  assert.throws(
    () => fitLaw(open, { law: logLinearLaw, y: "y", trainingSeed: "seed" }),
    /rows\[0\]\.seed to be a seed, by text or number, got null/,
  );
  const asked = { law: logLinearLaw, y: "y", trainingSeed: "seed" } as const;
  assert.throws(
    () => fitLaw(rows, { ...asked, loss: { kind: "huber", delta: 1 } }),
    /requires squares where training seeds have an effect, got "huber"/,
  );
  assert.throws(
    () => fitLaw(rows, { ...asked, draw: "cases" }),
    /requires draw "parametric" where training seeds have an effect/,
  );
  const fit = fitted(rows, logLinearLaw);
  assert.throws(() => compareFits([fit, fit]), /compareFits requires fits\[0\] without an effect of seeds/);
});

test("variances of a few runs are moderated as limma does, those that agree to one", () => {
  const { variances, freedoms, limma, agreeing, limmaAgreeing } = JUDGED.moderated;
  for (const [row, variance] of moderateVariances(variances, freedoms).moderated.entries())
    near(variance, limma[row], 1e-9);
  const even = moderateVariances(
    agreeing,
    agreeing.map(() => 2),
  );
  assert.equal(even.noiseFreedom, 10);
  for (const [row, variance] of even.moderated.entries()) near(variance, limmaAgreeing[row], 1e-9);
});

test("standard errors with their runs say what the single runs as rows say, where all vary alike", () => {
  const stream = createStream(9);
  const groups = [100, 400, 1600, 6400, 25600, 102400].map((dataSize) => ({
    dataSize,
    values: Array.from({ length: 5 }, () => (2.2 * dataSize ** -0.3 + 0.1) * stream.normal(1, 0.04)),
  }));
  const rows = groups.flatMap(({ dataSize, values }) => values.map((error) => ({ dataSize, error })));
  const points = groups.map(({ dataSize, values }) => {
    const error = values.reduce((sum, value) => sum + value, 0) / 5;
    const variance = values.reduce((sum, value) => sum + (value - error) ** 2, 0) / 4;
    return { dataSize, error, standardError: Math.sqrt(variance / 5), runs: 5 };
  });
  const means = fitScalingLaw({ points, seed: 1, intervalMethods: ["wald"] });
  const single = fitScalingLaw({ points: rows, errorModel: { kind: "relative" }, seed: 1, intervalMethods: ["wald"] });
  assert.ok(means.ok && single.ok);
  assert.equal(means.noise, "estimatedErrors");
  assert.equal(means.degreesOfFreedom, single.degreesOfFreedom); // 3 of the means and 24 of the runs; 30 rows less 3
  near(means.parameters.exponent.value, single.parameters.exponent.value, 0.05);
  near(means.parameters.exponent.standardError, single.parameters.exponent.standardError, 0.15);
  assert.throws(
    () => fitScalingLaw({ points: points.map((point) => ({ ...point, runs: 1 })), seed: 1 }),
    /points\[0\]\.runs to be an integer in \[2, .*\], got 1/,
  );
  assert.throws(
    () => fitLaw(points, { law: powerFloorLaw, y: "error", runs: "runs" }),
    /requires standardError, the column of standard errors that the runs told/,
  );
});

test("of shares, whose noise is known, a parameter that the seeds do not move has the normal's interval, and no empty one", () => {
  const { rows } = JUDGED.power;
  const shares = rows.map(({ seed, dataSize, y }) => {
    return { seed, dataSize, y: Math.round(1000 * Math.min(y / 10, 1)) / 1000, items: 1000 };
  });
  const { value, standardError, interval } = fitted(shares, powerFloorLaw, { items: "items" }).parameters
    .exponent as Estimate;
  const { low, high } = interval as Interval;
  near(high - value, 1.959963984540054 * standardError, 1e-6);
  near(value - low, 1.959963984540054 * standardError, 1e-6);
});
