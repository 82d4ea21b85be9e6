/** @file A descent that never left a flat place is refused, and the law's own starts find the minimum that a poor start hides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineLaw, fitDoubts, fitLaw, type LawFit, powerFloorLaw } from "../../../../src/toolkit/scaling/index.ts";

const decay = defineLaw({
  name: "decay",
  parameters: ["a", "b", "c"],
  inputs: ["x"],
  formula: ({ a, b, c }, { x }, { plus, times, exp }) => plus(c, times(a, exp(times(b, -x)))),
});

function decaying(unit: number) {
  return [60, 75, 90, 105, 120, 240, 480, 960].map((x) => ({
    x,
    y: unit * (80 * Math.exp(-x / 400) + 20 + (x % 7) / 10),
  }));
}

function reasonOf(fit: LawFit<"a" | "b" | "c", "x">): string {
  assert.ok(!fit.ok, "the fit is refused");
  return fit.reason;
}

test("an exponential that is over before the first row leaves its amplitude and rate open, in any unit", () => {
  for (const unit of [1e-9, 1, 1e6]) {
    for (const [a, b] of [
      [1, 1],
      [unit, 1],
      [unit, 0.6],
      [unit, 5],
    ] as const) {
      const fit = fitLaw(decaying(unit), { law: decay, y: "y", start: { a, b, c: unit } });
      assert.match(
        reasonOf(fit),
        /^where the descent ended, nothing depends on a near .*, b near .*; try other starts/,
      );
    }
  }
});

test("from a start that the rows can follow, the same law gives scipy's estimates", () => {
  // scipy.optimize.curve_fit(lambda x, a, b, c: c + a * exp(-b * x), x, y, p0=(50, .002, 10)): .002502369, rss .29760852
  const fit = fitLaw(decaying(1), { law: decay, y: "y", start: { a: 50, b: 0.002, c: 10 } });
  assert.ok(fit.ok);
  assert.ok(Math.abs(fit.parameters.b.value / 0.002502369 - 1) < 1e-6);
  assert.ok(Math.abs(fit.residualSumOfSquares / 0.29760852 - 1) < 1e-6);
  assert.deepEqual(fit.moved, { a: true, b: true, c: true });
  assert.equal(fit.startedFrom, "given");
});

const TOKENS = [1e9, 3e9, 1e10, 3e10, 1e11, 3e11].map((dataSize, k) => ({
  dataSize,
  error: 1.7 + 400 * dataSize ** -0.28 + ([0.002, -0.003, 0.001, 0.002, -0.002, 0.001][k] as number),
}));

test("the law's own starts win over a start where the law is flat, and the fit says so", () => {
  const start = { amplitude: 1, exponent: 3, irreducibleError: 1 };
  const fit = fitLaw(TOKENS, { law: powerFloorLaw, y: "error", start });
  const own = fitLaw(TOKENS, { law: powerFloorLaw, y: "error" });
  assert.ok(fit.ok && own.ok);
  assert.ok(Math.abs(fit.parameters.exponent.value - own.parameters.exponent.value) < 1e-8);
  assert.equal(fit.startedFrom, "own");
  assert.equal(own.startedFrom, "own");
  assert.match(fit.reason, /the law's own starts led lower than the start given/);
  assert.ok(fitDoubts(fit).some(({ kind, message }) => kind === "starts" && /own starts led lower/.test(message)));
});

test("a start that leads to the minimum keeps the honour", () => {
  const start = { amplitude: 300, exponent: 0.25, irreducibleError: 1.5 };
  const fit = fitLaw(TOKENS, { law: powerFloorLaw, y: "error", start });
  assert.ok(fit.ok);
  assert.equal(fit.startedFrom, "given");
  assert.doesNotMatch(fit.reason, /own starts/);
});

test("a fit from its exact solution is no stuck one", () => {
  const rows = [1, 2, 3, 4, 5].map((x) => ({ x, y: 3 * Math.exp(-x / 2) + 1 }));
  const fit = fitLaw(rows, { law: decay, y: "y", start: { a: 3, b: 0.5, c: 1 } });
  assert.ok(fit.ok);
});
