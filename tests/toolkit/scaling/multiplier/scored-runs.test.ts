/** @file Runs scored on the same items: draws over items and training seeds cover a true multiplier, read both ways. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  dataMultiplier,
  fitScalingLaw,
  fitScoredRuns,
  pairedMultiplier,
  type ScoredRun,
  sharedShapeMultiplier,
} from "../../../../src/toolkit/scaling/index.ts";
import { scoredCurves } from "../../../../src/toolkit/scaling/multiplier/scored-runs.ts";
import { closed, DOUBLINGS } from "../curves.ts";

const ITEMS = 400;
const STUDIES = 100;
const RESAMPLES = 80;
// 80 resamples put the ends at about the 2.5th draw from either side: nominal 94.4 %
const NOMINAL = 0.944;
const WITHIN = 3 * Math.sqrt((NOMINAL * (1 - NOMINAL)) / STUDIES);

const truth = (dataSize: number) => 3 * dataSize ** -0.35 + 0.1;

/** A run answers wrongly the items whose difficulty for it lies under its error; uniform difficulties give that error. */
function run(dataSize: number, error: number, difficulty: (item: number) => number): ScoredRun {
  return { dataSize, wrong: Array.from({ length: ITEMS }, (_, item) => difficulty(item) < error) };
}

function points(runs: readonly ScoredRun[]) {
  return runs.map(({ dataSize, wrong }) => ({
    dataSize,
    error: wrong.filter(Boolean).length / wrong.length,
    items: wrong.length,
  }));
}

type Study = (stream: RandomStream) => { curve: ScoredRun[]; baseline: ScoredRun[] };
type Reading = { ok: true; low: number; high: number; value: number } | { ok: false; reason: string };

/** Share of the studies of a true 2x that cover it, and their mean width on the logarithm, by each way of reading. */
function simulate(study: Study, ways: Record<string, (runs: ReturnType<Study>, seed: number) => Reading>) {
  const seen = Object.fromEntries(Object.keys(ways).map((way) => [way, { covered: 0, width: 0, read: 0 }]));
  for (let seed = 0; seed < STUDIES; seed++) {
    const runs = study(createStream(31).split(seed));
    for (const [way, read] of Object.entries(ways)) {
      const result = read(runs, seed);
      const tally = seen[way];
      if (!result.ok || tally === undefined) continue;
      tally.read++;
      tally.width += Math.log(result.high / result.low);
      if (result.low <= 2 && 2 <= result.high) tally.covered++;
    }
  }
  return Object.fromEntries(
    Object.entries(seen).map(([way, { covered, width, read }]) => [
      way,
      { share: covered / read, width: width / read, read },
    ]),
  );
}

const paired = ({ curve, baseline }: ReturnType<Study>, seed: number) =>
  pairedMultiplier(curve, baseline, { seed, resamples: RESAMPLES });
const independent = ({ curve, baseline }: ReturnType<Study>, seed: number) =>
  sharedShapeMultiplier(points(curve), points(baseline), { seed, resamples: RESAMPLES });

function byItems(multiplier: number, difficulties: () => readonly number[]): ScoredRun[] {
  return DOUBLINGS.map((dataSize) => {
    const own = difficulties();
    return run(dataSize, truth(multiplier * dataSize), (item) => own[item] as number);
  });
}

test("items that are hard for all runs alike cancel: pairing covers the shift with narrower intervals", () => {
  const { pairs, scores } = simulate(
    (stream) => {
      const own = Array.from({ length: ITEMS }, () => stream.uniform());
      const anew = () => own.map((hard) => (stream.uniform() < 0.8 ? hard : stream.uniform()));
      return { curve: byItems(2, anew), baseline: byItems(1, anew) };
    },
    { pairs: paired, scores: independent },
  );
  assert.ok(pairs !== undefined && scores !== undefined && pairs.read === STUDIES);
  assert.ok(Math.abs(pairs.share - NOMINAL) <= WITHIN, `${pairs.share}`);
  assert.ok(pairs.width < 0.8 * scores.width, `${pairs.width} against ${scores.width}`);
});

test("items that one method finds hard at every size do not: pairing covers the shift where independent scores fail", () => {
  const { pairs, scores } = simulate(
    (stream) => {
      const own = Array.from({ length: ITEMS }, () => stream.uniform());
      const forMethod = () => {
        const hard = own.map((shared) => (stream.uniform() < 0.5 ? shared : stream.uniform()));
        return () => hard;
      };
      return { curve: byItems(2, forMethod()), baseline: byItems(1, forMethod()) };
    },
    { pairs: paired, scores: independent },
  );
  assert.ok(pairs !== undefined && scores !== undefined);
  assert.ok(Math.abs(pairs.share - NOMINAL) <= WITHIN, `${pairs.share}`);
  assert.ok(scores.share < NOMINAL - WITHIN, `${scores.share}`);
});

/** Three seeds a size; a seed shifts the error of its run by a normal of standard deviation 0.015. */
function seeded(multiplier: number, own: readonly number[], stream: RandomStream): ScoredRun[] {
  return DOUBLINGS.flatMap((dataSize) =>
    [0, 1, 2].map(() => {
      const error = truth(multiplier * dataSize) + stream.normal(0, 0.015);
      return run(dataSize, error, (item) => (stream.uniform() < 0.8 ? (own[item] as number) : stream.uniform()));
    }),
  );
}

test("training seeds differ: draws over seeds and items cover the shift, by one shape and read at one error", () => {
  const { shape, items, reading } = simulate(
    (stream) => {
      const own = Array.from({ length: ITEMS }, () => stream.uniform());
      return { curve: seeded(2, own, stream), baseline: seeded(1, own, stream) };
    },
    {
      shape: paired,
      items: ({ curve, baseline }, seed) => {
        // one run a size: nothing tells of seeds
        const first = (runs: ScoredRun[]) => runs.filter((_, index) => index % 3 === 0);
        return pairedMultiplier(first(curve), first(baseline), { seed, resamples: RESAMPLES });
      },
      reading: (runs, seed) => {
        const { curve, baseline } = fitScoredRuns(runs, { seed, resamples: RESAMPLES });
        assert.ok(curve !== undefined && baseline !== undefined);
        return dataMultiplier(curve, baseline, { atError: 0.2 });
      },
    },
  );
  assert.ok(shape !== undefined && items !== undefined && reading !== undefined && reading.read > 0.95 * STUDIES);
  // percentiles of three seeds a size: their variance is known to two degrees of freedom a point, pooled over 16 points
  assert.ok(Math.abs(shape.share - NOMINAL) <= WITHIN, `one shape: ${shape.share}`);
  assert.ok(Math.abs(reading.share - NOMINAL) <= WITHIN, `at one error: ${reading.share}`);
  assert.ok(items.share < NOMINAL - WITHIN, `without seeds: ${items.share}`);
});

test("draws that belong together are paired: a method beside itself has a multiplier of exactly 1", () => {
  const stream = createStream(4);
  const runs = byItems(1, () => Array.from({ length: ITEMS }, () => stream.uniform()));
  const { one, other } = fitScoredRuns({ one: runs, other: runs }, { seed: 1, resamples: 40 });
  assert.ok(one?.ok && other?.ok);
  assert.equal(one.bootstrap?.kind, "items");
  const result = dataMultiplier(one, other, { atError: 0.2 });
  assert.deepEqual(result.ok && [result.value, result.low, result.high], [1, 1, 1]);
});

test("a fit of scored runs is the binomial fit of their scores, and its draws are those of the items", () => {
  const stream = createStream(5);
  const runs = byItems(1, () => Array.from({ length: ITEMS }, () => stream.uniform()));
  const { sft } = fitScoredRuns({ sft: runs.toReversed() }, { seed: 1, resamples: 300 });
  const plain = fitScalingLaw({ points: points(runs), seed: 1, intervalMethods: ["wald"] });
  assert.ok(sft?.ok && plain.ok);
  assert.equal(sft.parameters.exponent.value, plain.parameters.exponent.value);
  // runs without anything in common: their items' draws are as wide as binomial noise; 300 draws tell to 8 %
  const { low, high } = closed(sft.parameters.exponent.interval);
  const width = (high - low) / (2 * 1.96 * plain.parameters.exponent.standardError);
  assert.ok(Math.abs(width - 1) < 0.25, `${width}`);
});

test("seeds that differ by verdict noise alone add nothing to the items' draws", () => {
  const stream = createStream(6);
  const runs = [0, 1, 2, 3].map(() => run(1000, 0.3, () => stream.uniform()));
  const scored = scoredCurves("test", { sft: [...runs, ...runs.map((each) => ({ ...each, dataSize: 2000 }))] });
  assert.equal(scored.resampled, "items and seeds");
  const draws = Array.from({ length: 400 }, (_, k) => scored.draw(createStream(k))[0]?.[0] as number);
  const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / draws.length;
  const binomial = (0.3 * 0.7) / (4 * ITEMS); // four independent runs
  assert.ok(variance > 0.75 * binomial && variance < 1.6 * binomial, `${variance / binomial}`);
});

test("runs on different numbers of items, and runs that are none, are refused by name", () => {
  const short = { dataSize: 1, wrong: [true] };
  const options = { seed: 1 };
  assert.throws(
    () => fitScoredRuns({ sft: [run(1, 0.5, () => 0)], rft: [short] }, options),
    /fitScoredRuns requires rft\[0\]\.wrong to have 400 verdicts, as the first run has, got an array of 1/,
  );
  assert.throws(
    () => fitScoredRuns({ sft: [{ dataSize: 0, wrong: [true] }] }, options),
    /sft\[0\]\.dataSize to be a number/,
  );
  assert.throws(() => fitScoredRuns({ sft: [{ dataSize: 1, wrong: [] }] }, options), /to have 0 verdicts/);
  assert.throws(() => fitScoredRuns({ sft: [short] }, { seed: -1 }), /seed to be an integer/);
  const few = fitScoredRuns({ sft: [short] }, options).sft;
  assert.ok(few !== undefined && !few.ok && /1 different sizes/.test(few.reason));
});
