/** @file What a residual costs: its square, or Huber's loss, which lets outliers pull with a bounded force (Huber 1964). */

/**
 * "huber": r^2 / 2 up to delta, in the unit of the residuals, and delta (|r| - delta / 2) beyond. With a quantile q, outcomes above the
 * law cost 2 q times as much and those below it 2 (1 - q) times: with a delta far under the noise the law becomes the outcomes'
 * q-quantile, with one far above it their expectile.
 */
export type Loss = { kind: "squared" } | { kind: "huber"; delta: number; quantile?: number };

type Huber = Extract<Loss, { kind: "huber" }>;

/** What a residual, law minus outcome, costs more or less for its side. */
export function sideWeight(residual: number, { quantile = 0.5 }: Huber): number {
  return residual > 0 ? 2 * (1 - quantile) : 2 * quantile;
}

/** Half the sum of squares, or the sum of Huber's losses. */
export function totalLoss(residuals: Float64Array, loss: Loss): number {
  let total = 0;
  if (loss.kind === "squared") {
    for (let i = 0; i < residuals.length; i++) total += (residuals[i] as number) ** 2;
    return total / 2;
  }
  const { delta } = loss;
  for (let i = 0; i < residuals.length; i++) {
    const residual = residuals[i] as number;
    const size = Math.abs(residual);
    total += sideWeight(residual, loss) * (size <= delta ? (size * size) / 2 : delta * (size - delta / 2));
  }
  return total;
}

/**
 * Turns residuals and Jacobian into those of a sum of squares with the gradient of Huber's loss and nearly its curvature.
 * Beyond delta the loss is a straight line and curves not at all; a small share of the curvature of the parabola that lies
 * on it (Holland & Welsch's weight delta / |r|) is kept, so that points far off still steer the first steps.
 *
 * @param residuals (rows), are overwritten
 * @param jacobian (rows, parameters), column after column, is overwritten
 * @source Holland & Welsch 1977, Commun. Stat. A 6, 813-827 (the weights); Björck 1996, section 4.5.3 (Newton's method on Huber's loss)
 */
export function flattenOutliers(residuals: Float64Array, jacobian: Float64Array, loss: Huber): void {
  const { delta } = loss;
  const rows = residuals.length;
  for (let i = 0; i < rows; i++) {
    const residual = residuals[i] as number;
    const size = Math.abs(residual);
    const side = sideWeight(residual, loss);
    if (size <= delta && side === 1) continue;
    const curvature = size <= delta ? side : (side * KEPT_CURVATURE * delta) / size;
    const factor = Math.sqrt(curvature);
    residuals[i] = (side * Math.sign(residual) * Math.min(size, delta)) / factor;
    for (let at = i; at < jacobian.length; at += rows) jacobian[at] = (jacobian[at] as number) * factor;
  }
}

const KEPT_CURVATURE = 0.1;
