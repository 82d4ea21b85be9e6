/** @file The singular values of a small matrix by one-sided Jacobi rotations, to full relative precision (Demmel & Veselić 1992). */

/**
 * Rotates pairs of columns until all are at right angles. Their lengths are then the singular values of the matrix, and
 * the rotations together its right singular vectors: matrix * right = rotated.
 *
 * @param matrix (size, size), column after column, is overwritten by the rotated one
 * @param right receives the right singular vectors, (size, size), column after column
 * @param size a count >= 1
 * @source Demmel & Veselić 1992, SIAM J. Matrix Anal. Appl. 13, 1204-1245, algorithm 4.1
 */
export function rotateToOrthogonal(matrix: Float64Array, right: Float64Array, size: number): void {
  for (let at = 0; at < size * size; at++) right[at] = at % (size + 1) === 0 ? 1 : 0;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let one = 0; one < size - 1; one++) {
      for (let other = one + 1; other < size; other++) {
        if (orthogonalise(matrix, right, one * size, other * size, size)) rotated = true;
      }
    }
    if (!rotated) break;
  }
}

const MOST_SWEEPS = 30; // it converges quadratically: ten are many
const ORTHOGONAL = 1e-15; // cosine of the angle between two columns that counts as a right angle

/** Rotates two columns, of the matrix and of the right factor, to a right angle; false if they stand at one. */
function orthogonalise(matrix: Float64Array, right: Float64Array, one: number, other: number, size: number): boolean {
  const oneSquare = dot(matrix, one, one, size);
  const otherSquare = dot(matrix, other, other, size);
  const product = dot(matrix, one, other, size);
  if (!(Math.abs(product) > ORTHOGONAL * Math.sqrt(oneSquare) * Math.sqrt(otherSquare))) return false;
  const cotangent = (otherSquare - oneSquare) / (2 * product); // of twice the angle
  const tangent = (cotangent >= 0 ? 1 : -1) / (Math.abs(cotangent) + Math.sqrt(1 + cotangent * cotangent));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  rotate(matrix, one, other, size, cosine, cosine * tangent);
  rotate(right, one, other, size, cosine, cosine * tangent);
  return true;
}

function rotate(matrix: Float64Array, one: number, other: number, size: number, cosine: number, sine: number): void {
  for (let row = 0; row < size; row++) {
    const left = matrix[one + row] as number;
    const right = matrix[other + row] as number;
    matrix[one + row] = cosine * left - sine * right;
    matrix[other + row] = sine * left + cosine * right;
  }
}

function dot(matrix: Float64Array, one: number, other: number, size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row++) sum += (matrix[one + row] as number) * (matrix[other + row] as number);
  return sum;
}
