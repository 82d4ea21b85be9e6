/** @file The projected misfit's slope and curvature agree with finite differences, whatever is held. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { taskOf } from "../../../../../src/toolkit/scaling/fit/measurements.ts";
import { fitScalingLaw } from "../../../../../src/toolkit/scaling/index.ts";
import {
  type PreparedCurve,
  prepareCurve,
} from "../../../../../src/toolkit/scaling/solvers/variable-projection/prepared-curve.ts";
import {
  type Held,
  noPowers,
  type Projection,
  project,
} from "../../../../../src/toolkit/scaling/solvers/variable-projection/separable-law.ts";
import { TRANSLATION } from "../../curves.ts";

const points = TRANSLATION.map(({ dataSize, error }) => ({ dataSize, error }));
const prepared = prepareCurve(taskOf(fitScalingLaw({ points, seed: 7, intervalMethods: ["wald"] })));
assert.ok(prepared.ok);
const curve: PreparedCurve = prepared.curve;
const weights = Float64Array.from(curve.errors, (error, i) => (1 + (i % 3)) / error);

function projected(exponent: number, held: Held): Projection & { misfit: number } {
  const powers = noPowers(curve.errors.length);
  const into = { exponent: 0, amplitude: 0, floor: 0, amplitudeSlope: 0, slope: 0, curvature: 0 };
  project(curve, weights, exponent, held, powers, into);
  const misfit = curve.errors.reduce((sum, error, i) => {
    return sum + (weights[i] as number) * (error - into.amplitude * (powers.values[i] as number) - into.floor) ** 2;
  }, 0);
  return { ...into, misfit };
}

const STEP = 1e-5; // central differences: truncation and rounding are both near 1e-10
const TOLERANCE = 1e-7;

for (const [name, held] of [
  ["nothing", { kind: "nothing" }],
  ["the floor at 0", { kind: "floor", floor: 0 }],
  ["the floor at 0.2", { kind: "floor", floor: 0.2 }],
  ["the amplitude, floor free", { kind: "logAmplitude", logAmplitude: -0.6, floor: "free" }],
  ["the amplitude, floor 0.2", { kind: "logAmplitude", logAmplitude: -0.4, floor: 0.2 }],
  ["the amplitude, floor 0", { kind: "logAmplitude", logAmplitude: -0.2, floor: 0 }],
] as [string, Held][]) {
  for (const exponent of [0.05, 0.2, 0.45, 0.9, 2]) {
    test(`slope and curvature are exact at exponent ${exponent}, holding ${name}`, () => {
      const here = projected(exponent, held);
      const left = projected(exponent - STEP, held);
      const right = projected(exponent + STEP, held);
      const scale = 1 + Math.abs(here.slope) + Math.abs(here.curvature);
      assert.ok(Math.abs((right.misfit - left.misfit) / (2 * STEP) - here.slope) < TOLERANCE * scale);
      assert.ok(Math.abs((right.slope - left.slope) / (2 * STEP) - here.curvature) < TOLERANCE * scale);
      assert.ok(here.amplitude >= 0 && here.floor >= 0);
    });
  }
}

test("no other amplitude and floor fit better at the same exponent", () => {
  for (const exponent of [0.05, 0.45, 2]) {
    const best = projected(exponent, { kind: "nothing" });
    for (const [dAmplitude, dFloor] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-3],
      [1e-3, -1e-3],
    ] as const) {
      const amplitude = best.amplitude + dAmplitude;
      const floor = Math.max(best.floor + dFloor, 0);
      const misfit = curve.errors.reduce((sum, error, i) => {
        const power = Math.exp(-exponent * (curve.logSizes[i] as number));
        return sum + (weights[i] as number) * (error - amplitude * power - floor) ** 2;
      }, 0);
      assert.ok(misfit >= best.misfit - 1e-12);
    }
  }
});
