/** @file Intervals and bands of any law hold the truth in 95 % of simulated studies: Wald, profile, both bootstraps, law and new measurement. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  defineLaw,
  fitLaw,
  type MeasurementColumns,
  powerFloorLaw,
  predictionBand,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";
import { closed } from "../curves.ts";

const STUDIES = 300;
const RESAMPLES = 150;
const within = (nominal: number, studies = STUDIES) => 3 * Math.sqrt((nominal * (1 - nominal)) / studies);

const SIZES = Array.from({ length: 8 }, (_, k) => 250 * 4 ** k);
const truth = (dataSize: number) => 2.4 * dataSize ** -0.35 + 0.12;
const FARTHER = { dataSize: 4 * (SIZES[7] as number), items: 1319 };

type Measure = (dataSize: number, stream: RandomStream) => { dataSize: number; error: number; items?: number };

/** Shares of studies whose interval holds the truth. */
class Tally {
  readonly #hits = new Map<string, number>();

  count(what: string, { low, high }: { low: number; high: number }, value: number): void {
    this.#hits.set(what, (this.#hits.get(what) ?? 0) + (low <= value && value <= high ? 1 : 0));
  }

  requireNear(nominal: number, studies = STUDIES): void {
    for (const [what, hits] of this.#hits) {
      const share = hits / studies;
      assert.ok(Math.abs(share - nominal) <= within(nominal, studies), `${what}: ${share}`);
    }
  }
}

const ITEMS: Measure = (dataSize, stream) => {
  return { dataSize, error: stream.binomial(1319, truth(dataSize)) / 1319, items: 1319 };
};
/** Named starts go to the trust region; coverage.test.ts has the other solver. */
const GUIDED = { start: { amplitude: 2, exponent: 0.3, irreducibleError: 0.1 } };
const RELATIVE: Measure = (dataSize, stream) => ({ dataSize, error: truth(dataSize) * stream.normal(1, 0.03) });

for (const [name, measure, columns] of [
  ["binomial", ITEMS, { items: "items" }],
  ["relative", RELATIVE, { noise: "relative" }],
] as [string, Measure, Omit<MeasurementColumns, "y">][]) {
  test(`power + floor, 8 points, ${name} noise: Wald, profile, parametric bootstrap and both bands cover 95 %`, () => {
    const tally = new Tally();
    for (let study = 0; study < STUDIES; study++) {
      const stream = createStream(77).split(name).split(study);
      const rows = SIZES.map((size) => measure(size, stream));
      const fit = fitLaw(rows, { law: powerFloorLaw, y: "error", ...columns, ...GUIDED });
      const options = { draw: "parametric", seed: study, resamples: RESAMPLES } as const;
      const drawn = withIntervals(fit, { ...options, intervalMethods: ["wald", "profile", "bootstrap"] });
      assert.ok(drawn.ok && drawn.solver === "trust region", drawn.ok ? "" : drawn.reason);
      for (const method of drawn.intervalMethods) {
        const interval = drawn.intervals.exponent[method];
        assert.ok(interval !== undefined && !("reason" in interval));
        tally.count(`${method}, exponent`, interval, 0.35);
      }
      const floor = drawn.intervals.irreducibleError.bootstrap;
      assert.ok(floor !== undefined && !("reason" in floor));
      tally.count("bootstrap, floor", floor, 0.12);
      const [band] = predictionBand(drawn, [FARTHER], { method: "delta" });
      const [score] = predictionBand(drawn, [FARTHER], { method: "delta", measurement: true });
      assert.ok(band !== undefined && score !== undefined);
      tally.count("band of the law, 4 times beyond", band, truth(FARTHER.dataSize));
      tally.count("band of a new score, 4 times beyond", score, measure(FARTHER.dataSize, stream).error);
    }
    tally.requireNear(0.95);
  });
}

const decay = defineLaw({
  name: "decay",
  parameters: ["height", "rate"],
  inputs: ["x"],
  formula: ({ height, rate }, { x }, { times, exp }) => times(height, exp(times(rate, -x))),
});

/**
 * Percentile intervals of pairs are narrow by the factor sqrt((n - p) / n) of their standard deviation, and use normal
 * tails: with 40 rows and 2 parameters a nominal 95 % holds 94.1 % at best; skewness takes off up to another percent.
 */
const CASES_NOMINAL = 0.935;

test("the case bootstrap of 40 rows whose noise differs from row to row covers 93.5 %, where Wald's interval holds less", () => {
  const tally = new Tally();
  let wald = 0;
  for (let study = 0; study < STUDIES; study++) {
    const stream = createStream(78).split(study);
    const rows = Array.from({ length: 40 }, (_, k) => {
      const x = k / 10;
      return { x, y: stream.normal(3 * Math.exp(-0.4 * x), 0.02 + 0.12 * Math.exp(-x)) };
    });
    const options = { law: decay, y: "y", start: { height: 2, rate: 0.5 }, seed: study, resamples: 200 } as const;
    const fit = fitLaw(rows, { ...options, draw: "cases", intervalMethods: ["bootstrap", "wald"] });
    assert.ok(fit.ok);
    tally.count("cases, height", closed(fit.parameters.height.interval), 3);
    const byCovariance = fit.intervals.height.wald;
    assert.ok(byCovariance !== undefined && !("reason" in byCovariance));
    wald += byCovariance.low <= 3 && 3 <= byCovariance.high ? 1 : 0;
  }
  tally.requireNear(CASES_NOMINAL);
  assert.ok(wald / STUDIES < 0.9, `${wald / STUDIES}`);
});
