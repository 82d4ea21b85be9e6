/** @file By how much a profile must rise where another parameter may stand at its bound: a little more than chi squared says. */
import { criticalNormal } from "../../core/critical-values.ts";
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
  const heights: number[] = [];
  for (let k = 0; k < DIRECTIONS; k++) {
    const each = height(correlation, (2 * Math.PI * (k + 0.5)) / DIRECTIONS);
    if (each > 0) heights.push(each);
  }
  const chiSquared = criticalNormal(level) ** 2;
  return quantile(heights, level, chiSquared) / chiSquared;
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

/**
 * The rise that a share `level` of all errors stays under: of squared length r, P(r h < c) = 1 - exp(-c / (2 h)). By Newton's
 * method; the share beyond is convex in c, so that any start does.
 *
 * @param heights those above 0, of DIRECTIONS directions
 */
function quantile(heights: readonly number[], level: number, start: number): number {
  let rise = start;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let over = 0; // share of errors beyond the rise, times DIRECTIONS, and how fast it falls
    let density = 0;
    for (const each of heights) {
      const beyond = Math.exp(-rise / (2 * each));
      over += beyond;
      density += beyond / (2 * each);
    }
    const step = (over - (1 - level) * DIRECTIONS) / density;
    rise += step;
    if (Math.abs(step) <= PRECISION * rise) break;
  }
  return rise;
}

const PRECISION = 1e-13;
const MOST_ROUNDS = 50; // five or so are needed
