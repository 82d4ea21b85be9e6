/** @file How much seeds differ, by restricted maximum likelihood, and how many degrees of freedom that leaves an interval (Satterthwaite). */
import { triangularise } from "../solvers/trust-region/householder.ts";
import { decorrelate, logDeterminant, type SeedLevels } from "../solvers/trust-region/seed-levels.ts";

/** A law near its minimum as a line: what a restricted likelihood is made of. */
export interface SeedModel {
  /** without its ratio */
  seeds: Omit<SeedLevels, "ratio">;
  /** outcome minus law over its deviation, (rows) */
  residuals: Float64Array;
  /** derivatives of the law by its free parameters that stand at no bound, over the deviations, (rows, parameters), column after column */
  jacobian: Float64Array;
  noiseIsKnown: boolean;
  /** degrees of freedom that tell the size of the noise beside the residuals */
  noiseFreedom: number;
}

/**
 * The ratio of the seeds' variance to the noise's at which the restricted likelihood is highest; 0 where it falls from there on.
 *
 * @source Patterson & Thompson 1971, Biometrika 58, 545-554; Harville 1977, J. Am. Statist. Assoc. 72, 320-338
 */
export function restrictedRatio(model: SeedModel): number {
  const { members, loadings } = model.seeds;
  const squares = members.map((rows) => rows.reduce((sum, row) => sum + (loadings[row] as number) ** 2, 0));
  const unit = Math.max(...squares);
  if (!(unit > 0)) return 0;
  const at = (logRatio: number) => criterion(model, Math.exp(logRatio) / unit);
  let best = LOWEST;
  for (let log = LOWEST; log <= HIGHEST; log += GRID) if (at(log) < at(best)) best = log;
  const least = goldenMinimum(at, best - GRID, best + GRID);
  return at(least) < criterion(model, 0) - ROUNDING ? Math.exp(least) / unit : 0;
}

const LOWEST = -14; // logarithms of the ratio, times the largest sum of squared loadings
const HIGHEST = 26;
const GRID = 1;
const ROUNDING = 1e-9; // of the criterion

/** -2 ln of the restricted likelihood, up to a constant; the noise's variance is at its best where it is not known. */
function criterion(model: SeedModel, ratio: number): number {
  const { squares, freedom, logs } = partsAt(model, ratio);
  if (model.noiseIsKnown) return squares + logs;
  return (freedom + model.noiseFreedom) * Math.log(Math.max(squares + model.noiseFreedom, Number.MIN_VALUE)) + logs;
}

function partsAt(
  { seeds, residuals, jacobian }: SeedModel,
  ratio: number,
): { squares: number; freedom: number; logs: number } {
  const rows = residuals.length;
  const columns = jacobian.length / rows;
  const [triangle, turned] = [jacobian.slice(), residuals.slice()];
  const levels = { ...seeds, ratio };
  decorrelate(levels, turned, triangle);
  triangularise(triangle, turned, rows, columns);
  let logs = logDeterminant(levels);
  for (let k = 0; k < columns; k++) logs += 2 * Math.log(Math.abs(triangle[k * rows + k] as number));
  let squares = 0;
  for (let row = columns; row < rows; row++) squares += (turned[row] as number) ** 2;
  return { squares, freedom: rows - columns, logs };
}

/** @source Kiefer 1953, Proc. Am. Math. Soc. 4, 502-506 */
function goldenMinimum(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [one, other] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [fOne, fOther] = [f(one), f(other)];
  while (high - low > 1e-9) {
    if (fOne < fOther) {
      [high, other, fOther] = [other, one, fOne];
      one = high - GOLDEN * (high - low);
      fOne = f(one);
    } else {
      [low, one, fOne] = [one, other, fOther];
      other = low + GOLDEN * (high - low);
      fOther = f(other);
    }
  }
  return (low + high) / 2;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Twice the inverse of the curvature of the criterion by the logarithms of the noise's variance and of the ratio: their covariance.
 * Rows and columns of one that is known, or stands at 0, are 0.
 */
export function componentCovariance(model: SeedModel, ratio: number): number[][] {
  const { freedom, squares } = partsAt(model, ratio);
  const whole = freedom + model.noiseFreedom;
  const alone = model.noiseIsKnown ? 0 : 2 / whole;
  if (ratio === 0)
    return [
      [alone, 0],
      [0, 0],
    ];
  const variance = model.noiseIsKnown ? 1 : (squares + model.noiseFreedom) / whole;
  const at = (step: number) => {
    const there = partsAt(model, ratio * Math.exp(step));
    return { squares: there.squares / variance, whole: there.squares / variance + there.logs };
  };
  const [before, here, after] = [at(-STEP), at(0), at(STEP)];
  const curvature = (after.whole - 2 * here.whole + before.whole) / STEP ** 2;
  if (model.noiseIsKnown)
    return [
      [0, 0],
      [0, curvature > 0 ? 2 / curvature : 0],
    ];
  const mixed = -(after.squares - before.squares) / (2 * STEP);
  const determinant = whole * curvature - mixed ** 2;
  if (!(determinant > 0))
    return [
      [alone, 0],
      [0, 0],
    ];
  const [first, cross, second] = [curvature, -mixed, whole].map((entry) => (2 * entry) / determinant) as Three;
  return [
    [first, cross],
    [cross, second],
  ];
}

type Three = [number, number, number];
const STEP = 1e-3; // of the ratio's logarithm: the error of a second difference is its square
