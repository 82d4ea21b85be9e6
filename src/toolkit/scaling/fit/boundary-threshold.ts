/** @file By how much a profile must rise where another parameter may stand at its bound: a little more than chi squared says. */
import { coordinateBounds, freePlaces } from "../laws/coordinates.ts";
import type { Evidence } from "./evidence.ts";

/**
 * The rise at which a value of one parameter is contradicted: critical^2, and more where another parameter's bound is within reach
 * of its interval. With that one truly at its bound, the profile of the first is no chi squared: its 95 % intervals held 93 %.
 *
 * @param critical z, or Student's t
 * @source Self & Liang 1987, J. Am. Statist. Assoc. 82, 605-610, case 8
 */
export function profileThreshold(evidence: Evidence, place: number, critical: number, level: number): number {
  const { task, minimum, standardErrors, covariance } = evidence;
  let factor = 1;
  for (const other of freePlaces(task.law)) {
    if (other === place) continue;
    const [low, high] = coordinateBounds(task.law, task.law.parameters[other] as string);
    const centre = minimum.coordinates[other] as number;
    const reach = critical * (standardErrors[other] as number);
    if (centre - reach > low && centre + reach < high) continue;
    const row = covariance[place] as readonly number[];
    const variances = (row[place] as number) * ((covariance[other] as readonly number[])[other] as number);
    const correlation = (row[other] as number) / Math.sqrt(variances);
    if (Math.abs(correlation) < 1) factor = Math.max(factor, boundaryFactor(Math.abs(correlation), level));
  }
  return factor * critical ** 2;
}

/** The quantile of the rise over that of chi squared, for normal estimates with a correlation, the other truly at its bound. */
function boundaryFactor(correlation: number, level: number): number {
  const heights = Array.from({ length: DIRECTIONS }, (_, k) =>
    height(correlation, (2 * Math.PI * (k + 0.5)) / DIRECTIONS),
  );
  return (
    quantile(heights, level) /
    quantile(
      Array.from(heights, (_, k) => Math.cos((2 * Math.PI * (k + 0.5)) / DIRECTIONS) ** 2),
      level,
    )
  );
}

const DIRECTIONS = 720;

/**
 * The rise over the squared length of the estimates' error, in one direction of two independent normal errors: it is the same at
 * any length, whose square is chi squared on 2 degrees of freedom.
 */
function height(correlation: number, direction: number): number {
  const theta = Math.cos(direction);
  const eta = correlation * theta + Math.sqrt(1 - correlation ** 2) * Math.sin(direction);
  const held = eta >= correlation * theta ? theta ** 2 : 1; // with theta at the truth, the other inside or at its bound
  const free = eta >= 0 ? 0 : eta ** 2;
  return held - free;
}

/** The rise that a share `level` of all errors stays under: of squared length r, P(r h < c) = 1 - exp(-c / (2 h)). */
function quantile(heights: readonly number[], level: number): number {
  let [low, high] = [0, 1000];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    const under = heights.reduce((sum, h) => sum + (h > 0 ? -Math.expm1(-middle / (2 * h)) : 1), 0) / heights.length;
    if (under < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
