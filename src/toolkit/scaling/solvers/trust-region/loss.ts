/** @file What a residual costs: its square, Huber's loss, which lets outliers pull with a bounded force (Huber 1964), or a loss of one's own. */

/**
 * "huber": r^2 / 2 up to delta, in the unit of the residuals, and delta (|r| - delta / 2) beyond. With a quantile q, outcomes above the
 * law cost 2 q times as much and those below it 2 (1 - q) times: with a delta far under the noise the law becomes the outcomes'
 * q-quantile, with one far above it their expectile.
 *
 * "own": any cost of one residual, outcome minus law over its deviation, that is least at 0 and rises to both sides, with its derivative,
 * or without: differences then stand for it.
 */
export type Loss =
  | { kind: "squared" }
  | { kind: "huber"; delta: number; quantile?: number }
  | { kind: "own"; of: (residual: number) => number; slope?: (residual: number) => number };

type Huber = Extract<Loss, { kind: "huber" }>;
type Own = Extract<Loss, { kind: "own" }>;

/** What a residual, law minus outcome, costs more or less for its side. */
export function sideWeight(residual: number, { quantile = 0.5 }: Huber): number {
  return residual > 0 ? 2 * (1 - quantile) : 2 * quantile;
}

/** The derivative of a loss of one's own by law minus outcome. */
function ownForce(residual: number, { of, slope }: Own): number {
  if (slope !== undefined) return -slope(-residual);
  const step = DIFFERENCE * Math.abs(residual);
  return step === 0 ? 0 : (of(-residual - step) - of(-residual + step)) / (2 * step);
}

/** The derivative of a loss that is no square by law minus outcome: the force with which a residual pulls. */
export function forceOf(residual: number, loss: Huber | Own): number {
  if (loss.kind === "own") return ownForce(residual, loss);
  return sideWeight(residual, loss) * Math.sign(residual) * Math.min(Math.abs(residual), loss.delta);
}

const DIFFERENCE = 1e-4; // of the residual: its square is the relative error of the force

/** Half the sum of squares, or the sum of the losses. */
export function totalLoss(residuals: Float64Array, loss: Loss): number {
  let total = 0;
  if (loss.kind === "squared") {
    for (let i = 0; i < residuals.length; i++) total += (residuals[i] as number) ** 2;
    return total / 2;
  }
  if (loss.kind === "own") {
    for (let i = 0; i < residuals.length; i++) total += loss.of(-(residuals[i] as number));
    return total;
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
 * Turns residuals and Jacobian into those of a sum of squares with the gradient of the loss and nearly its curvature.
 * Beyond delta Huber's loss is a straight line and curves not at all; a small share of the curvature of the parabola that lies
 * on it (Holland & Welsch's weight delta / |r|) is kept, so that points far off still steer the first steps.
 *
 * @param residuals (rows), are overwritten
 * @param jacobian (rows, parameters), column after column, is overwritten
 * @source Holland & Welsch 1977, Commun. Stat. A 6, 813-827 (the weights); Björck 1996, section 4.5.3 (Newton's method on Huber's loss)
 */
export function flattenOutliers(residuals: Float64Array, jacobian: Float64Array, loss: Huber | Own): void {
  if (loss.kind === "own") {
    flattenOwn(residuals, jacobian, loss);
    return;
  }
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

/** The same for a loss of one's own: where it curves less than a share of the parabola with its slope, or down, that share is taken. */
function flattenOwn(residuals: Float64Array, jacobian: Float64Array, loss: Own): void {
  const rows = residuals.length;
  for (let i = 0; i < rows; i++) {
    const residual = residuals[i] as number;
    const force = ownForce(residual, loss);
    if (residual === 0 || !(force / residual > 0)) continue;
    const step = CURVED * Math.abs(residual);
    const curved = (ownForce(residual + step, loss) - ownForce(residual - step, loss)) / (2 * step);
    const factor = Math.sqrt(Math.max(curved, (KEPT_CURVATURE * force) / residual));
    residuals[i] = force / factor;
    for (let at = i; at < jacobian.length; at += rows) jacobian[at] = (jacobian[at] as number) * factor;
  }
}

const CURVED = 1e-2; // of the residual; the curvature steers steps alone
