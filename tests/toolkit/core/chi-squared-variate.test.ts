/** @file Draws of chi squared have its moments and its quantiles, by squares and by rejection, and cost the same however many degrees of freedom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chiSquaredVariate } from "../../../src/toolkit/core/chi-squared-variate.ts";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";

const DRAWS = 20_000;

// quantiles at 0.05, 0.5 and 0.95: scipy.stats.chi2.ppf
for (const [degreesOfFreedom, quantiles] of [
  [3, [0.351846, 2.365974, 7.814728]],
  [257, [220.879738, 256.333642, 295.39336]],
  [5000, [4836.65949, 4999.333349, 5165.614519]],
] as const) {
  test(`chi squared on ${degreesOfFreedom} degrees of freedom has its moments and quantiles`, () => {
    const stream = createStream(31).split(degreesOfFreedom);
    const draws = Array.from({ length: DRAWS }, () => chiSquaredVariate(stream, degreesOfFreedom));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / (DRAWS - 1);
    assert.ok(Math.abs(mean - degreesOfFreedom) < 4 * Math.sqrt((2 * degreesOfFreedom) / DRAWS), `${mean}`);
    assert.ok(Math.abs(variance / (2 * degreesOfFreedom) - 1) < 0.1, `${variance}`); // its error: 2 %, and more for few
    for (const [k, share] of [0.05, 0.5, 0.95].entries()) {
      const below = draws.filter((draw) => draw < (quantiles[k] as number)).length / DRAWS;
      assert.ok(Math.abs(below - share) < 4 * Math.sqrt((share * (1 - share)) / DRAWS), `${share}: ${below}`);
    }
  });
}

test("two billion degrees of freedom are drawn as quickly as a thousand", () => {
  const draw = chiSquaredVariate(createStream(1), 2 ** 31);
  assert.ok(Math.abs(draw / 2 ** 31 - 1) < 6 * Math.sqrt(2 / 2 ** 31), `${draw}`);
});
