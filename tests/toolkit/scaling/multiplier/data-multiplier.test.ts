/** @file The data multiplier recovers a known shift, covers it, and is censored where the sizes end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import { dataMultiplier, fitScalingLaw, type ScalingLawFit } from "../../../../src/toolkit/scaling/index.ts";
import { DOUBLINGS, exactCurve } from "../curves.ts";

/** A curve of test scores whose data count `multiplier` times. */
function scores(multiplier: number, stream: ReturnType<typeof createStream>, seed: number): ScalingLawFit {
  const points = DOUBLINGS.map((dataSize) => {
    const error = 3 * (multiplier * dataSize) ** -0.35 + 0.1;
    return { dataSize, error: stream.binomial(1319, error) / 1319, items: 1319 };
  });
  return fitScalingLaw({ points, seed, resamples: 300, intervalMethods: ["bootstrap"] });
}

function exact(name: string, multiplier: number): ScalingLawFit {
  const points = exactCurve(3 * multiplier ** -0.35, 0.35, 0.1, DOUBLINGS);
  return fitScalingLaw({ name, points, seed: 7, resamples: 50 });
}

test("two noiseless curves give their shift exactly, at every error that both pass", () => {
  for (const atError of [0.2, 0.22, 0.25]) {
    const result = dataMultiplier(exact("ours", 4), exact("baseline", 1), { atError });
    assert.ok(result.ok);
    assert.ok(Math.abs(result.value - 4) < 1e-6 && Math.abs(result.low - 4) < 1e-5 && Math.abs(result.high - 4) < 1e-5);
    assert.ok(Math.abs(result.baselineDataSize / result.curveDataSize - result.value) < 1e-9);
    assert.equal(result.censored, "none");
  }
});

for (const [multiplier, atError, low, high] of [
  [2, 0.22, 1.2, 3.2],
  [8, 0.17, 4, 16],
] as const) {
  test(`a true ${multiplier}x is covered by 95 % intervals of 8 points and 1,319 items`, () => {
    const studies = 250;
    const values: number[] = [];
    let covered = 0;
    for (let study = 0; study < studies; study++) {
      const stream = createStream(99).split(study);
      const baseline = scores(1, stream, study);
      const result = dataMultiplier(scores(multiplier, stream, study), baseline, { atError });
      if (!result.ok) continue;
      values.push(result.value);
      const above = result.low <= multiplier || result.censored === "low" || result.censored === "both";
      const below = multiplier <= result.high || result.censored === "high" || result.censored === "both";
      if (above && below) covered++;
    }
    assert.ok(values.length > 0.8 * studies, `${values.length} studies gave a value`);
    const share = covered / values.length;
    assert.ok(share >= 0.95 - 3 * Math.sqrt((0.95 * 0.05) / values.length), `covered in ${share}`);
    values.sort((one, other) => one - other);
    assert.ok((values[Math.floor(0.025 * values.length)] as number) > low);
    assert.ok((values[Math.floor(0.975 * values.length)] as number) < high);
  });
}

test("equal curves of equal seeds do not make each other look certain", () => {
  const stream = createStream(5);
  const fit = scores(1, stream, 7);
  const result = dataMultiplier(fit, fit, { atError: 0.25 });
  assert.ok(result.ok && result.value === 1);
  assert.ok(result.low < 0.9 && result.high > 1.1);
});

test("an error that a curve does not pass gives a bound and advice, not an extrapolation", () => {
  const ours = exact("ours", 4);
  const baseline = exact("baseline", 1);
  // by hand: baseline reaches 3 * 64000^-0.35 + 0.1 = 0.1624, ours 0.1384; 0.15 is reached by ours alone
  const low = dataMultiplier(ours, baseline, { atError: 0.15 });
  assert.ok(!low.ok);
  assert.match(
    low.reason,
    /^"baseline" only reaches error 0.1624 at its largest dataSize 64000, not 0.15; choose a larger atError$/,
  );
  const oursNeeds = ((1.05 / 0.05) ** (1 / 0.35) * (3 / 1.05) ** (1 / 0.35)) / 4; // (3 / 0.05)^(1 / 0.35) / 4
  assert.equal(low.bound?.kind, "at least");
  assert.ok(Math.abs((low.bound?.value as number) / (64000 / oursNeeds) - 1) < 1e-5);
  // by hand: ours has 3 * 2000^-0.35 + 0.1 = 0.3098 at its smallest size; 0.4 is above it at its smallest size, baseline passes it
  const high = dataMultiplier(ours, baseline, { atError: 0.4 });
  assert.ok(!high.ok);
  assert.match(
    high.reason,
    /"ours" already has error 0.3098 at its smallest dataSize 500, under 0.4; choose a smaller atError/,
  );
  assert.equal(high.bound?.kind, "at least");
  assert.equal(dataMultiplier(baseline, ours, { atError: 0.4 }).ok, false);
  const reverse = dataMultiplier(baseline, ours, { atError: 0.15 });
  assert.ok(!reverse.ok && reverse.bound?.kind === "at most");
  const neither = dataMultiplier(ours, baseline, { atError: 0.1 });
  assert.ok(!neither.ok && neither.bound === undefined);
});

test("an end of the interval that the sizes cut off is marked", () => {
  const stream = createStream(8);
  const ours = scores(2, stream, 1);
  const baseline = scores(1, stream, 2);
  const result = dataMultiplier(ours, baseline, { atError: 0.175 }); // the baseline gets there at its last size
  assert.ok(result.ok, result.ok ? "" : result.reason);
  assert.equal(result.censored, "high");
  assert.ok(result.low < result.value && result.value <= result.high && Number.isFinite(result.high));
});

test("a failed fit, or one without draws, is a reason", () => {
  const failed = fitScalingLaw({ name: "short", points: [], seed: 7 });
  const none = dataMultiplier(failed, exact("baseline", 1), { atError: 0.2 });
  assert.ok(!none.ok);
  assert.match(none.reason, /^"short" has no fit: "power \+ floor" has 3 parameters/);
  const points = exactCurve(3, 0.35, 0.1, DOUBLINGS);
  const bare = fitScalingLaw({ name: "bare", points, seed: 7, intervalMethods: ["wald"] });
  const noDraws = dataMultiplier(bare, exact("baseline", 1), { atError: 0.2 });
  assert.ok(!noDraws.ok);
  assert.match(noDraws.reason, /"bare" has no bootstrap draws/);
});

test("wrong arguments are refused", () => {
  const fit = exact("baseline", 1);
  assert.throws(
    () => dataMultiplier(undefined as unknown as ScalingLawFit, fit, { atError: 0.2 }),
    /requires curve to be a fit that is ok, got undefined/,
  );
  assert.throws(() => dataMultiplier(fit, fit, { atError: 0 }), /atError/);
  assert.throws(() => dataMultiplier(fit, fit, { atError: 0.2, level: 2 }), /level/);
});
