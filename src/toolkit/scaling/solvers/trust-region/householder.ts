/** @file Householder's QR, in place: a tall Jacobian becomes a small triangle, and the residuals turn with it (Golub & Van Loan 2013, 5.2). */

/**
 * Turns `matrix` into R, upper triangular in its first `columns` rows, and `right` into Q^T right. What stands below the
 * triangle is left over from the reflections and means nothing.
 *
 * @param matrix (rows, columns), column after column
 * @param right (rows)
 * @param rows a count >= columns
 * @param columns a count >= 1
 * @source Golub & Van Loan 2013, Matrix Computations, algorithms 5.1.1 and 5.2.1
 */
export function triangularise(matrix: Float64Array, right: Float64Array, rows: number, columns: number): void {
  for (let k = 0; k < columns; k++) {
    const pivot = k * rows + k;
    const end = (k + 1) * rows;
    let below = 0;
    for (let at = pivot + 1; at < end; at++) below += (matrix[at] as number) ** 2;
    const head = matrix[pivot] as number;
    if (below === 0) continue; // the column is triangular already
    const length = Math.sqrt(head * head + below);
    const diagonal = head > 0 ? -length : length; // the sign that subtracts nothing
    const first = head - diagonal; // the reflector is (first, the column below), over its length
    const factor = 2 / (first * first + below);
    matrix[pivot] = first;
    for (let column = k + 1; column < columns; column++) reflect(matrix, column * rows + k, matrix, pivot, end, factor);
    reflect(right, k, matrix, pivot, end, factor);
    matrix[pivot] = diagonal;
  }
}

/** target -= factor * (reflector . target) * reflector, over the rows from the pivot down. */
function reflect(
  target: Float64Array,
  from: number,
  reflector: Float64Array,
  pivot: number,
  end: number,
  factor: number,
): void {
  const shift = from - pivot;
  let along = 0;
  for (let at = pivot; at < end; at++) along += (reflector[at] as number) * (target[at + shift] as number);
  along *= factor;
  for (let at = pivot; at < end; at++) {
    target[at + shift] = (target[at + shift] as number) - along * (reflector[at] as number);
  }
}
