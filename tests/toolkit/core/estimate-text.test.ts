/** @file Estimates are written with the digits that their intervals deserve. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatEstimate,
  formatInterval,
  formatMeasured,
  formatPercent,
  inPercent,
} from "../../../src/toolkit/core/estimate-text.ts";
import { formatCount, logTicks } from "../../../src/toolkit/report/figures/log-axis.ts";

// Worked by hand: two significant digits of half the width.
const estimates: [value: number, low: number, high: number, text: string][] = [
  [0.45129, 0.39711, 0.50551, "0.451 [0.397, 0.506]"],
  [0.2907, 0.2601, 0.3048, "0.291 [0.260, 0.305]"],
  [2.0437, 1.62, 2.4623, "2.04 [1.62, 2.46]"],
  [8.02, 6.21, 11.04, "8.0 [6.2, 11.0]"],
  [412.7, 390.2, 441.1, "413 [390, 441]"],
  [0, -0.0001, 0.02, "0.000 [0.000, 0.020]"],
  [5.4321e9, 4.1e9, 6.8e9, "(5.4 [4.1, 6.8])e9"],
  [3.2e-5, 2.9e-5, 3.6e-5, "(3.20 [2.90, 3.60])e-5"],
  [0.5, 0.3, Infinity, "0.500 [0.300, Infinity]"],
];

for (const [value, low, high, text] of estimates) {
  test(`${value} in [${low}, ${high}] is written ${text}`, () => {
    assert.equal(formatEstimate({ value, low, high }), text);
    assert.equal(formatEstimate({ value, interval: { low, high } }), text);
  });
}

test("a value that a law fixes has no interval", () => {
  assert.equal(formatEstimate({ value: 0, low: 0, high: 0, fixed: true }), "0 (fixed)");
  assert.equal(formatEstimate({ value: 0.385, low: 0.385, high: 0.385 }), "0.385 [0.385, 0.385]"); // a bootstrap of one draw
  assert.equal(formatEstimate({ value: 0.385, interval: { ok: false, reason: "no upper limit" } }), "0.385 [open]");
});

test("what was measured is a number with its interval, a bound, or the reason why neither is known", () => {
  assert.equal(formatMeasured({ value: 2.0437, low: 1.62, high: 2.4623 }), "2.04 [1.62, 2.46]");
  const reason = "the sizes end";
  assert.equal(formatMeasured({ reason, bound: { kind: "at most", value: 2.7957 } }), "at most 2.80");
  assert.equal(formatMeasured({ reason }), reason);
});

test("what is no measurement at all is named", () => {
  for (const [given, got] of [
    [null, "null"],
    [3, "3"],
    ["0.4", '"0.4"'],
  ] as const) {
    const message = `formatMeasured requires an estimate, a bound or a reason, got ${got}`;
    assert.throws(() => formatMeasured(given as never), { message });
  }
});

test("a share in percent, as a number with its interval and as text", () => {
  const share = { value: 0.5, interval: { low: 0.25, high: 0.75 } };
  assert.deepEqual(inPercent(share), { value: 50, low: 25, high: 75 });
  assert.deepEqual(inPercent({ value: 0.5, low: 0.25, high: 0.75 }), inPercent(share));
  assert.deepEqual([formatPercent(0.9985), formatPercent(0.25, 0)], ["99.9 %", "25 %"]);
});

test("an interval alone is rounded like an estimate", () => {
  assert.equal(formatInterval({ low: 0.39711, high: 0.50551 }), "[0.397, 0.506]");
});

test("a logarithmic axis has at least three labels at round numbers inside its range", () => {
  assert.deepEqual(logTicks(4e5, 6e8), [1e6, 1e7, 1e8]);
  assert.deepEqual(logTicks(900, 50_000), [1000, 3000, 10_000, 30_000]);
  assert.deepEqual(logTicks(0.28, 1.05), [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  assert.deepEqual(logTicks(0.305, 0.385), [0.32, 0.34, 0.36, 0.38]);
  for (const ratio of [1.001, 1.1, 1.7, 3, 12, 1e3, 1e9]) {
    const ticks = logTicks(0.037, 0.037 * ratio);
    assert.ok(ticks.length >= 3 && ticks.length <= 12, `${ticks.length} labels over a ratio of ${ratio}: ${ticks}`);
    assert.ok(ticks.every((tick) => tick >= 0.037 && tick <= 0.037 * ratio));
  }
});

test("data sizes are written as people say them", () => {
  assert.deepEqual([7473, 5e5, 16e6, 3.98e9, 12].map(formatCount), ["7.47k", "500k", "16M", "3.98B", "12"]);
  assert.equal(formatCount(999_600), "1M"); // not 1000k
});
