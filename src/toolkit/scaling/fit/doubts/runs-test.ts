/** @file The runs test: residuals that keep their sign for too long say that the law bends where the data do not. */
import { wrong } from "../../../core/argument-checks.ts";

export interface RunsTest {
  /** stretches of residuals of one sign */
  runs: number;
  positive: number;
  negative: number;
  /** chance of so few runs or fewer, if signs fall at random, in (0, 1] */
  pValue: number;
}

/**
 * Counts the runs of equal sign; residuals of exactly 0 are left out. The p-value is exact, and one-sided: a law that does
 * not fit makes few long runs.
 *
 * @param residuals by rising dataSize
 * @throws TypeError for something that is no list of numbers
 * @source Wald & Wolfowitz 1940, Ann. Math. Statist. 11, 147-162
 * @example runsTest([1, 2, 1, -1, -2, -1, 1, 2]).runs // => 3
 */
export function runsTest(residuals: readonly number[]): RunsTest {
  const fits = Array.isArray(residuals) && residuals.every((residual) => Number.isFinite(residual));
  if (!fits) throw wrong("runsTest", "residuals to be numbers", residuals);
  const signs = residuals.filter((residual) => residual !== 0).map(Math.sign);
  const runs = signs.filter((sign, i) => sign !== signs[i - 1]).length;
  const positive = signs.filter((sign) => sign > 0).length;
  const negative = signs.length - positive;
  if (positive === 0 || negative === 0) return { runs, positive, negative, pValue: 1 }; // one order is possible
  const chance = chancesOfRuns(positive, negative);
  let pValue = 0;
  for (let count = 2; count <= runs; count++) pValue += chance(count);
  return { runs, positive, negative, pValue: Math.min(pValue, 1) };
}

/** Of all orders of so many signs, the share with exactly so many runs. */
function chancesOfRuns(positive: number, negative: number): (runs: number) => number {
  const logFactorials = [0];
  for (let k = 1; k <= positive + negative; k++) logFactorials.push((logFactorials[k - 1] as number) + Math.log(k));
  const logChoose = (from: number, chosen: number): number =>
    chosen > from
      ? -Infinity
      : (logFactorials[from] as number) - (logFactorials[chosen] as number) - (logFactorials[from - chosen] as number);
  const all = logChoose(positive + negative, positive);
  const ways = (parts: number, otherParts: number): number =>
    Math.exp(logChoose(positive - 1, parts - 1) + logChoose(negative - 1, otherParts - 1) - all);
  return (runs) => {
    const half = Math.floor(runs / 2);
    return runs % 2 === 0 ? 2 * ways(half, half) : ways(half + 1, half) + ways(half, half + 1);
  };
}
