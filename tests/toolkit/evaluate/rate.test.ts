/** @file Rates and pass@k: known values, and intervals that hold the truth as often as they say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  accuracy,
  meanPassAtK,
  pairedBootstrap,
  passAtK,
  rateOf,
  shareOf,
} from "../../../src/toolkit/evaluate/index.ts";

const SIMULATIONS = 1000;
/** 3.3 standard deviations of a share of 0.95 over the simulations */
const ROOM = 3.3 * Math.sqrt((0.95 * 0.05) / SIMULATIONS);

test("with one item a problem the interval is Wilson's", () => {
  // scipy.stats.binomtest(right, 10).proportion_ci(method="wilson")
  const cases: [right: number, low: number, high: number][] = [
    [3, 0.10779126740630102, 0.6032218525388546],
    [0, 0, 0.27753279986288926],
    [10, 0.7224672001371109, 1],
  ];
  for (const [right, low, high] of cases) {
    const { interval } = rateOf(Array.from({ length: 10 }, (_, at) => ({ hits: at < right ? 1 : 0, total: 1 })));
    assert.ok(Math.abs(interval.low - low) < 1e-12 && Math.abs(interval.high - high) < 1e-12, JSON.stringify(interval));
  }
});

test("a share is the rate of one item a problem", () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const share = shareOf(items, (item) => item <= 3);
  assert.equal(share.value, 0.3);
  assert.ok(Math.abs(share.interval.high - 0.6032218525388546) < 1e-12); // SciPy's, as above
  assert.ok(shareOf(items, (item) => item <= 3, 0.5).interval.high < share.interval.high);
  assert.throws(() => shareOf([], () => true), /requires at least one problem/);
});

test("pass@k is unbiased, exact at its ends, and the paper's formula", () => {
  assert.equal(passAtK({ samples: 10, correct: 3, k: 1 }), 0.3);
  assert.equal(passAtK({ samples: 10, correct: 8, k: 3 }), 1); // no 3 wrong ones are left
  assert.equal(passAtK({ samples: 10, correct: 0, k: 10 }), 0);
  assert.ok(Math.abs(passAtK({ samples: 200, correct: 10, k: 100 }) - 0.9992289739372822) < 1e-12); // 1 - math.comb(190, 100) / math.comb(200, 100)
  assert.throws(
    () => passAtK({ samples: 10, correct: 3, k: 12 }),
    /passAtK requires k to be an integer in \[1, 10\], got 12/,
  );
});

test("intervals of accuracy, pass@k and shares of steps hold the truth at their level", () => {
  const stream = createStream(21);
  const holds = { accuracy: 0, passAtK: 0, steps: 0 };
  const rates = [0.05, 0.3, 0.8]; // chance of a right answer, by kind of problem
  const truth = {
    accuracy: rates.reduce((sum, rate) => sum + rate, 0) / 3,
    passAtK: rates.reduce((sum, rate) => sum + 1 - (1 - rate) ** 2, 0) / 3,
    steps: 0.2,
  };
  for (let simulation = 0; simulation < SIMULATIONS; simulation++) {
    const kinds = Array.from({ length: 120 }, () => rates[stream.integer(3)] as number);
    const verdicts = kinds.map((rate) => (stream.uniform() < rate ? "right" : "wrong"));
    const counts = kinds.map((rate) => ({ samples: 8, correct: stream.binomial(8, rate) }));
    const steps = kinds.map(() => {
      const total = 3 + stream.integer(3);
      return { hits: stream.uniform() < 0.4 ? stream.binomial(total, 0.5) : 0, total }; // steps of a problem go together
    });
    const measured = {
      accuracy: accuracy(verdicts).right,
      passAtK: meanPassAtK(counts, { k: 2 }),
      steps: rateOf(steps),
    };
    for (const name of ["accuracy", "passAtK", "steps"] as const) {
      const { low, high } = measured[name].interval;
      if (low <= truth[name] && truth[name] <= high) holds[name]++;
    }
  }
  for (const [name, count] of Object.entries(holds)) {
    assert.ok(Math.abs(count / SIMULATIONS - 0.95) < ROOM + 0.005, `${name}: ${count} of ${SIMULATIONS}`);
  }
});

test("accuracy parts into right, wrong and unanswered", () => {
  const { right, wrong, unanswered } = accuracy(["right", "unanswered", "unanswered", "wrong"]);
  assert.deepEqual([right.value, wrong.value, unanswered.value], [0.25, 0.25, 0.5]);
  const silent = accuracy(["unanswered", "unanswered", "unanswered"]);
  assert.equal(silent.right.value, 0);
  assert.ok(silent.right.interval.low === 0 && silent.right.interval.high > 0.5);
});

test("nothing to measure is said: no problem is refused, no step has no rate", () => {
  assert.throws(() => accuracy([]), /rateOf requires at least one problem, got 0/);
  assert.throws(() => rateOf([{ hits: 2, total: 1 }]), /rateOf requires 0 <= hits <= total in each part, got "2 of 1"/);
  const none = rateOf([{ hits: 0, total: 0 }]);
  assert.ok(Number.isNaN(none.value) && none.interval.low === 0 && none.interval.high === 1);
});

test("scores, verdicts and counts that are none are named, and an option that there is not", () => {
  const stream = createStream(1);
  const cases: [() => unknown, RegExp][] = [
    [() => accuracy(["right", "Wrong"] as never), /accuracy requires verdicts\[1\] to be "right" or .*, got "Wrong"/],
    [() => accuracy([true, false] as never), /accuracy requires verdicts\[0\] to be "right" or .*, got true/],
    [() => accuracy(undefined as never), /accuracy requires verdicts to be an array, got undefined/],
    [() => rateOf({} as never), /rateOf requires parts to be an array/],
    [() => rateOf([null] as never), /0 <= hits <= total in each part, got "undefined of undefined"/],
    [() => rateOf([{ hits: "1", total: "2" }] as never), /0 <= hits <= total .*, got "1 of 2" \(hint: .* numbers\)/],
    [() => rateOf([{ hits: 1n, total: 2n }] as never), /0 <= hits <= total .*, got "1 of 2" \(hint: .* numbers\)/],
    [() => shareOf(undefined as never, Boolean), /shareOf requires items to be an array, got undefined/],
    [() => shareOf("abc" as never, Boolean), /shareOf requires items to be an array, got "abc"/],
    [() => shareOf([1, 2], 3 as never), /shareOf requires holds to be a function of an item, got 3/],
    [() => pairedBootstrap([1], [0], undefined as never), /pairedBootstrap requires options to be an object/],
    [() => pairedBootstrap([1], [0], { seed: 3 } as never), /options among stream, resamples, level, got "seed"/],
    [() => pairedBootstrap([1], [0], {} as never), /stream to be a random stream, got undefined \(hint: createStream/],
    [() => pairedBootstrap(["1", "0"] as never, [0, 1], { stream }), /scores to be numbers, at 0, got "1"/],
    [() => pairedBootstrap(3 as never, [0], { stream }), /the first policy's scores to be an array, got 3/],
    [
      () => meanPassAtK([{ samples: 4, correct: 1 }], undefined as never),
      /meanPassAtK requires options to be an object/,
    ],
    [() => meanPassAtK([{ samples: 4, correct: 1 }], { k: 1, levle: 0.9 } as never), /did you mean "level"/],
    [() => meanPassAtK([null] as never, { k: 1 }), /passAtK requires samples to be an integer in .*, got undefined/],
  ];
  for (const [call, expected] of cases) assert.throws(call, expected);
});
