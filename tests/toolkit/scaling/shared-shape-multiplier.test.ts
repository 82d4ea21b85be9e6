/** @file The shared-shape multiplier recovers a shift, covers it, is narrower than point readings, and refuses what it cannot say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  dataMultiplier,
  fitScalingLaw,
  pairedMultiplier,
  type ScoredRun,
  sharedShapeMultiplier,
} from "../../../src/toolkit/scaling/index.ts";
import { DOUBLINGS, exactCurve } from "./curves.ts";

const ITEMS = 1319;

function scores(multiplier: number, stream: RandomStream) {
  return DOUBLINGS.map((dataSize) => {
    const error = 3 * (multiplier * dataSize) ** -0.35 + 0.1;
    return { dataSize, error: stream.binomial(ITEMS, error) / ITEMS, items: ITEMS };
  });
}

test("noiseless curves give their shift", () => {
  for (const multiplier of [0.25, 1, 2, 8]) {
    const known = (points: ReturnType<typeof exactCurve>) =>
      points.map((point) => ({ ...point, standardError: 0.001 }));
    const curve = known(exactCurve(3 * multiplier ** -0.35, 0.35, 0.1, DOUBLINGS));
    const result = sharedShapeMultiplier(curve, known(exactCurve(3, 0.35, 0.1, DOUBLINGS)), { seed: 1, resamples: 20 });
    assert.ok(result.ok, result.ok ? "" : result.reason);
    assert.ok(Math.abs(result.value / multiplier - 1) < 1e-6, `${result.value}`);
    assert.equal(result.warning, null);
  }
});

test("a true 2x is covered by 95 % intervals, and shows between 1.5 and 2.6", () => {
  const studies = 60;
  const values: number[] = [];
  let covered = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(17).split(study);
    const result = sharedShapeMultiplier(scores(2, stream), scores(1, stream), { seed: study, resamples: 60 });
    assert.ok(result.ok, result.ok ? "" : result.reason);
    values.push(result.value);
    if (result.low <= 2 && 2 <= result.high) covered++;
  }
  // 60 resamples: nominal 94 %, as below
  assert.ok(covered >= studies * (0.94 - 3 * Math.sqrt((0.94 * 0.06) / studies)), `${covered} of ${studies}`);
  values.sort((one, other) => one - other);
  assert.ok((values[1] as number) > 1.5 && (values[58] as number) < 2.6, `${values[1]} to ${values[58]}`);
});

test("all points together say more than two readings at one error", () => {
  const stream = createStream(23);
  const [curve, baseline] = [scores(2, stream), scores(1, stream)];
  const shared = sharedShapeMultiplier(curve, baseline, { seed: 1, resamples: 300 });
  const fit = (points: typeof curve) => fitScalingLaw({ points, seed: 1, resamples: 300 });
  const read = dataMultiplier(fit(curve), fit(baseline), { atError: 0.18 });
  assert.ok(shared.ok && read.ok);
  assert.ok(Math.log(shared.high / shared.low) < Math.log(read.high / read.low));
});

/** Verdicts on items by their difficulty: uniform difficulties make the error the share of items under it. */
function verdicts(multiplier: number, difficulties: () => readonly number[]): ScoredRun[] {
  return DOUBLINGS.map((dataSize) => {
    const error = 3 * (multiplier * dataSize) ** -0.35 + 0.1;
    return { dataSize, wrong: difficulties().map((difficulty) => difficulty < error) };
  });
}

function points(runs: readonly ScoredRun[]) {
  return runs.map(({ dataSize, wrong }) => ({
    dataSize,
    error: wrong.filter(Boolean).length / wrong.length,
    items: wrong.length,
  }));
}

/** Of 40 studies of a true 2x: intervals that cover it, paired and independent, and their mean width on the logarithm. */
function pairedStudies(difficultiesOf: (own: readonly number[], stream: RandomStream) => () => readonly number[]) {
  const seen = { covered: 0, independentCovered: 0, width: 0, independentWidth: 0 };
  for (let study = 0; study < STUDIES; study++) {
    const stream = createStream(31).split(study);
    const own = Array.from({ length: 400 }, () => stream.uniform());
    const curve = verdicts(2, difficultiesOf(own, stream));
    const baseline = verdicts(1, difficultiesOf(own, stream));
    const options = { seed: study, resamples: 60 };
    const paired = pairedMultiplier(curve, baseline, options);
    const independent = sharedShapeMultiplier(points(curve), points(baseline), options);
    assert.ok(paired.ok && independent.ok);
    assert.equal(paired.value, independent.value);
    if (paired.low <= 2 && 2 <= paired.high) seen.covered++;
    if (independent.low <= 2 && 2 <= independent.high) seen.independentCovered++;
    seen.width += Math.log(paired.high / paired.low) / STUDIES;
    seen.independentWidth += Math.log(independent.high / independent.low) / STUDIES;
  }
  return seen;
}

const STUDIES = 40;
// 60 resamples put the ends at about the 2nd and 59th draw: nominal 94 %; three binomial standard errors below
const ENOUGH = STUDIES * (0.94 - 3 * Math.sqrt((0.94 * 0.06) / STUDIES));

test("items that are hard for all runs alike cancel: pairing covers the shift with narrower intervals", () => {
  const seen = pairedStudies(
    (own, stream) => () => own.map((hard) => (stream.uniform() < 0.8 ? hard : stream.uniform())),
  );
  assert.ok(seen.covered >= ENOUGH, `${seen.covered} of ${STUDIES}`);
  assert.ok(seen.width < 0.8 * seen.independentWidth, `${seen.width} against ${seen.independentWidth}`);
});

test("items that one method finds hard at every size do not: pairing covers the shift where independent scores fail", () => {
  const seen = pairedStudies((own, stream) => {
    const forMethod = own.map((hard) => (stream.uniform() < 0.5 ? hard : stream.uniform()));
    return () => forMethod;
  });
  assert.ok(seen.covered >= ENOUGH, `${seen.covered} of ${STUDIES}`);
  assert.ok(seen.independentCovered < ENOUGH, `${seen.independentCovered} of ${STUDIES}`);
});

test("curves of different shape are told", () => {
  const stream = createStream(5);
  const steep = DOUBLINGS.map((dataSize) => {
    return { dataSize, error: stream.binomial(ITEMS, 30 * dataSize ** -0.7 + 0.02) / ITEMS, items: ITEMS };
  });
  const result = sharedShapeMultiplier(steep, scores(1, stream), { seed: 1, resamples: 20 });
  assert.ok(result.ok, result.ok ? "" : result.reason);
  assert.match(result.warning ?? "", /the two curves differ in shape \(p = .*\), .* with dataMultiplier/);
});

test("curves that share no error give a reason, not a number", () => {
  const known = (points: ReturnType<typeof exactCurve>) => points.map((point) => ({ ...point, standardError: 0.001 }));
  const sizes = [1, 2, 4, 8, 16];
  const result = sharedShapeMultiplier(
    known(exactCurve(0.9 * 1e6 ** -0.3, 0.3, 0, sizes)),
    known(exactCurve(0.9, 0.3, 0, sizes)),
    { seed: 1, resamples: 5 },
  );
  assert.ok(!result.ok);
  assert.match(result.reason, /no error is reached by both: the curve covers .* measure sizes at which they meet/);
});

test("runs on different numbers of items are refused", () => {
  const run = (items: number) => ({ dataSize: 1, wrong: new Array<boolean>(items).fill(true) });
  assert.throws(
    () => pairedMultiplier([run(3)], [run(4)], { seed: 1 }),
    /runs\[1\]\.wrong to have 3 verdicts, .* got an array of 4/,
  );
  assert.throws(() => pairedMultiplier([], [], { seed: -1 }), /seed/);
});
