/** @file The covariance of a least-squares fit from the QR factors of its Jacobian, and each point's leverage. */
import type { PreparedCurve } from "./prepared-curve.ts";
import type { LawName } from "./types.ts";
import type { Solution } from "./weighted-solve.ts";

export interface UnitCovariance {
  /** of [ln amplitude at the smallest size, exponent, floor / errorScale], for residuals of variance 1 / weight */
  matrix: number[][];
  /** share of each point in its own fitted value, in [0, 1], (points) */
  leverages: number[];
}

/**
 * (J^T W J)^-1 with the exact Jacobian J of [ln amplitude, exponent, floor] at the solution. A floor at its bound 0 is
 * treated as free: the data, not the bound, say how well exponent and amplitude are known.
 *
 * @returns the covariance, or undefined when the points cannot tell the parameters apart
 */
export function unitCovariance(curve: PreparedCurve, law: LawName, solution: Solution): UnitCovariance | undefined {
  const { amplitude, exponent, weights } = solution;
  const columns = [
    Array.from(curve.logSizes, (logSize) => amplitude * Math.exp(-exponent * logSize)),
    Array.from(curve.logSizes, (logSize) => -logSize * amplitude * Math.exp(-exponent * logSize)),
  ];
  if (law === "power + floor") columns.push(Array.from(curve.logSizes, () => 1));
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) * Math.sqrt(weights[i] as number);
  }
  const upper = orthogonalise(columns);
  if (upper === undefined) return undefined;
  const inverse = invertUpper(upper);
  const matrix = inverse.map((row) => inverse.map((other) => dot(row, other)));
  const leverages = Array.from(weights, (_, i) => columns.reduce((sum, column) => sum + (column[i] as number) ** 2, 0));
  return { matrix, leverages };
}

/** Modified Gram-Schmidt: turns the columns into Q and returns R, or undefined when a column is spanned by those before. */
function orthogonalise(columns: number[][]): number[][] | undefined {
  const upper = columns.map(() => columns.map(() => 0));
  for (const [k, column] of columns.entries()) {
    const before = Math.sqrt(dot(column, column));
    for (let j = 0; j < k; j++) {
      const previous = columns[j] as number[];
      const along = dot(previous, column);
      (upper[j] as number[])[k] = along;
      for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - along * (previous[i] as number);
    }
    const length = Math.sqrt(dot(column, column));
    if (!(length > INDEPENDENT * before)) return undefined;
    (upper[k] as number[])[k] = length;
    for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) / length;
  }
  return upper;
}

const INDEPENDENT = 1e-10; // of a column's length; with less left over, its direction is rounding

/** Back substitution, a column of the identity at a time. */
function invertUpper(upper: number[][]): number[][] {
  const size = upper.length;
  const inverse = upper.map(() => new Array<number>(size).fill(0));
  for (let column = 0; column < size; column++) {
    for (let row = column; row >= 0; row--) {
      const upperRow = upper[row] as number[];
      let value = row === column ? 1 : 0;
      for (let k = row + 1; k <= column; k++)
        value -= (upperRow[k] as number) * ((inverse[k] as number[])[column] as number);
      (inverse[row] as number[])[column] = value / (upperRow[row] as number);
    }
  }
  return inverse;
}

function dot(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (left[i] as number) * (right[i] as number);
  return sum;
}
