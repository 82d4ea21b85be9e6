/** @file Dual numbers carry the derivatives that finite differences find. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Dual, type DualArithmetic, dualArithmetic } from "../../../../src/toolkit/scaling/laws/dual-numbers.ts";

const STEP = 1e-6;
const DIFFERENCE = 1e-7; // central differences with this step leave about 1e-9 of a third derivative near 1

const math = dualArithmetic(2);
const formulas: Record<string, (a: Dual, b: Dual, arithmetic: DualArithmetic) => Dual> = {
  "plus, minus, times": (a, b, { plus, minus, times }) => plus(times(a, b, 3), minus(a, times(2, b)), 5),
  over: (a, b, { over, plus }) => over(plus(a, 1), b),
  "power of a dual": (a, b, { power }) => power(a, b),
  "power by a number": (a, b, { power, plus }) => power(plus(a, b), -1.5),
  "number to a dual": (a, _b, { power }) => power(2, a),
  "exp and log": (a, b, { exp, log, times }) => exp(times(log(a), log(b))),
  "sqrt and sin": (a, b, { sqrt, sin, times }) => sqrt(sin(times(0.3, a, b))),
  softplus: (a, b, { softplus, minus, times }) => softplus(minus(times(3, a), times(2, b))),
  "cos, tanh, arctan": (a, b, { cos, tanh, arctan, plus }) => plus(cos(a), tanh(b), arctan(a)),
};

for (const [name, formula] of Object.entries(formulas)) {
  test(`${name}: the gradient is that of central differences`, () => {
    const at = (a: number, b: number) =>
      formula({ value: a, gradient: Float64Array.of(1, 0) }, { value: b, gradient: Float64Array.of(0, 1) }, math);
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        (a, b) => {
          const { gradient } = at(a, b);
          const byA = (at(a + STEP, b).value - at(a - STEP, b).value) / (2 * STEP);
          const byB = (at(a, b + STEP).value - at(a, b - STEP).value) / (2 * STEP);
          assert.ok(Math.abs((gradient[0] as number) - byA) < DIFFERENCE, `${gradient[0]} against ${byA}`);
          assert.ok(Math.abs((gradient[1] as number) - byB) < DIFFERENCE, `${gradient[1]} against ${byB}`);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
}

test("a square has a slope at 0 and below", () => {
  const square = (x: number) => math.power({ value: x, gradient: Float64Array.of(1, 0) }, 2);
  assert.deepEqual([...square(0).gradient], [0, 0]);
  assert.deepEqual([square(-3).value, ...square(-3).gradient], [9, -6, 0]);
});

test("softplus neither overflows nor vanishes", () => {
  assert.equal(math.softplus(1000).value, 1000);
  assert.equal(math.softplus(-700).value, Math.exp(-700));
});
