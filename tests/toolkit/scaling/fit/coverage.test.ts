/** @file Intervals at 95 % hold the truth in 95 % of simulated studies, by every method and error model. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  type ErrorModel,
  fitScalingLaw,
  type IntervalMethod,
  type LearningCurvePoint,
  type PowerParameter,
  predictionBand,
} from "../../../../src/toolkit/scaling/index.ts";

const STUDIES = 400;
const RESAMPLES = 250; // an end's percentile has then half the spread that 400 studies can show
const NOMINAL = 0.95;
const SHORTFALL = 3 * Math.sqrt((NOMINAL * (1 - NOMINAL)) / STUDIES); // 3 binomial standard errors: 0.033
const FEW_RUNS = 0.94; // of four runs a row: whether their deviations are equal or in proportion is told wrongly now and then
const METHODS: readonly IntervalMethod[] = ["wald", "profile", "bootstrap"];
const PARAMETERS: readonly PowerParameter[] = ["amplitude", "exponent", "irreducibleError"];

const SIZES = Array.from({ length: 8 }, (_, k) => 250 * 4 ** k);
const TRUTH = { amplitude: 2.4, exponent: 0.35, irreducibleError: 0.12 };
const FARTHER = 4 * (SIZES[7] as number);

function truth(dataSize: number): number {
  return TRUTH.amplitude * dataSize ** -TRUTH.exponent + TRUTH.irreducibleError;
}

const MEASURE: Record<ErrorModel["kind"], (dataSize: number, stream: RandomStream) => LearningCurvePoint> = {
  binomial: (dataSize, stream) => ({ dataSize, error: stream.binomial(1319, truth(dataSize)) / 1319, items: 1319 }),
  overdispersed: (dataSize, stream) => {
    const deviation = Math.sqrt((3 * truth(dataSize) * (1 - truth(dataSize))) / 1319); // thrice the variance of the items
    return { dataSize, error: stream.normal(truth(dataSize), deviation), items: 1319 };
  },
  standardErrors: (dataSize, stream) => {
    const standardError = 0.004 + 0.012 * truth(dataSize);
    return { dataSize, error: stream.normal(truth(dataSize), standardError), standardError };
  },
  estimatedErrors: (dataSize, stream) => {
    const values = Array.from({ length: 4 }, () => truth(dataSize) * stream.normal(1, 0.03));
    const error = values.reduce((sum, value) => sum + value, 0) / 4;
    const variance = values.reduce((sum, value) => sum + (value - error) ** 2, 0) / 3;
    return { dataSize, error, standardError: Math.sqrt(variance / 4), runs: 4 };
  },
  relative: (dataSize, stream) => ({ dataSize, error: truth(dataSize) * stream.normal(1, 0.03) }),
  equal: (dataSize, stream) => ({ dataSize, error: stream.normal(truth(dataSize), 0.006) }),
};

for (const kind of Object.keys(MEASURE) as ErrorModel["kind"][]) {
  test(`8 points with ${kind} noise: every 95 % interval, the curve's band and that of a new score cover as they say`, () => {
    const covered = new Map<string, number>();
    const count = (what: string, low: number, high: number, value: number) => {
      covered.set(what, (covered.get(what) ?? 0) + (low <= value && value <= high ? 1 : 0));
    };
    for (let study = 0; study < STUDIES; study++) {
      const stream = createStream(2024).split(kind).split(study);
      const points = SIZES.map((size) => MEASURE[kind](size, stream));
      const fit = fitScalingLaw({ points, errorModel: { kind }, seed: study, resamples: RESAMPLES });
      assert.ok(fit.ok, fit.ok ? "" : fit.reason);
      for (const parameter of PARAMETERS) {
        for (const method of METHODS) {
          const interval = fit.intervals[parameter][method];
          assert.ok(interval !== undefined && !("reason" in interval), `${method} interval of the ${parameter}`);
          count(`${method} interval of the ${parameter}`, interval.low, interval.high, TRUTH[parameter]);
        }
      }
      for (const row of predictionBand(fit, [FARTHER]))
        count("band at 4 times the largest size", row.low, row.high, truth(FARTHER));
      const { error, ...told } = MEASURE[kind](FARTHER, stream); // what is known of a run before it is scored
      const measurement = kind === "estimatedErrors" ? { standardError: (0.03 * truth(FARTHER)) / 2 } : told; // four runs do not tell their own
      for (const row of predictionBand(fit, [FARTHER], { measurement })) {
        count("band of a new score there", row.low, row.high, error);
      }
    }
    const nominal = kind === "estimatedErrors" ? FEW_RUNS : NOMINAL;
    for (const [what, hits] of covered) {
      const share = hits / STUDIES;
      assert.ok(Math.abs(share - nominal) <= SHORTFALL, `${what} holds the truth in ${share} of the studies`);
    }
  });
}

test("a level of 80 % covers 80 %", () => {
  const within = 3 * Math.sqrt((0.8 * 0.2) / STUDIES);
  let wald = 0;
  let profile = 0;
  for (let study = 0; study < STUDIES; study++) {
    const stream = createStream(11).split(study);
    const points = SIZES.map((size) => MEASURE.binomial(size, stream));
    const fit = fitScalingLaw({ points, seed: study, level: 0.8, intervalMethods: ["wald", "profile"] });
    assert.ok(fit.ok);
    const covers = (method: "wald" | "profile") => {
      const interval = fit.intervals.exponent[method];
      return interval !== undefined && !("reason" in interval) && interval.low <= 0.35 && 0.35 <= interval.high ? 1 : 0;
    };
    wald += covers("wald");
    profile += covers("profile");
  }
  assert.ok(Math.abs(wald / STUDIES - 0.8) < within && Math.abs(profile / STUDIES - 0.8) < within);
});
