/** @file Rows that share the effect of a seed: their residuals are turned into as many that do not hang together. */

/** Which rows share an effect, and how strong it is. */
export interface SeedLevels {
  /** the rows of each seed, (seeds) of lists */
  members: readonly (readonly number[])[];
  /** how an effect of 1 moves a row, in its standard deviations, (measurements) */
  loadings: Float64Array;
  /** variance of the effects over that of the noise, >= 0 */
  ratio: number;
}

/**
 * Multiplies residuals and Jacobian by V^-1/2, V = I + ratio z z' over the rows of a seed, z its loadings: what lies along z shrinks by
 * 1 / sqrt(1 + ratio z'z), what lies across it stays.
 *
 * @param residuals (rows), overwritten
 * @param jacobian (rows, parameters), column after column, overwritten
 */
export function decorrelate(seeds: SeedLevels, residuals: Float64Array, jacobian: Float64Array): void {
  const { members, loadings, ratio } = seeds;
  const count = residuals.length;
  for (const rows of members) {
    const square = squareOf(rows, loadings);
    if (!(square > 0)) continue;
    const share = (1 - 1 / Math.sqrt(1 + ratio * square)) / square;
    shrinkAlong(rows, loadings, share, residuals, 0);
    for (let from = 0; from < jacobian.length; from += count) shrinkAlong(rows, loadings, share, jacobian, from);
  }
}

/** ln |V| of all rows. */
export function logDeterminant({ members, loadings, ratio }: SeedLevels): number {
  return members.reduce((sum, rows) => sum + Math.log1p(ratio * squareOf(rows, loadings)), 0);
}

/**
 * The best linear predictions of the effects.
 *
 * @param residuals outcome minus law over its deviation, (rows)
 * @source Robinson 1991, Statistical Science 6, 15-32
 */
export function seedEffects({ members, loadings, ratio }: SeedLevels, residuals: Float64Array): number[] {
  return members.map((rows) => {
    const along = rows.reduce((sum, row) => sum + (loadings[row] as number) * (residuals[row] as number), 0);
    return (ratio * along) / (1 + ratio * squareOf(rows, loadings));
  });
}

function squareOf(rows: readonly number[], loadings: Float64Array): number {
  let square = 0;
  for (const row of rows) square += (loadings[row] as number) ** 2;
  return square;
}

function shrinkAlong(
  rows: readonly number[],
  loadings: Float64Array,
  share: number,
  column: Float64Array,
  from: number,
): void {
  let along = 0;
  for (const row of rows) along += (loadings[row] as number) * (column[from + row] as number);
  for (const row of rows)
    column[from + row] = (column[from + row] as number) - share * along * (loadings[row] as number);
}
