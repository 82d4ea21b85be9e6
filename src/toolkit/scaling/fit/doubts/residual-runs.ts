/** @file Do neighbouring residuals stand too near each other? Von Neumann's ratio, judged by what residuals of this very fit can do. */
import { requireOptions } from "../../../core/argument-checks.ts";
import { createStream } from "../../../core/random-stream.ts";
import { freeParameters, freePlaces, withoutFixed } from "../../laws/coordinates.ts";
import { lawProblem } from "../../solvers/trust-region/law-problem.ts";
import { evidenceOf } from "../evidence.ts";
import { type FittedLaw, fittedMeasurements } from "../fitted-law.ts";
import { inputAlong } from "../law-line.ts";
import { requireFitted, valueAt } from "../read-law.ts";
import { type RunsTest, runsTest } from "./runs-test.ts";

/**
 * The runs of a fit's residuals by rising input, or by the law's rising value where it has several, with the chance that neighbours come as near to each other if the law is
 * right. Residuals are no free numbers: those of a power over a floor lie at right angles to three tangents and so change
 * sign three times at least, and the plain runs test, which does not know it, cannot speak on fewer than 13 points. Here
 * the ratio (sum of squared differences of neighbours) / (sum of squares) is compared with that of 2,000 draws of normal noise
 * through the same fit. Measurements at one input count as their mean.
 *
 * @param fit a fit that is ok
 * @param options along: of a law with several inputs, the column to order the residuals by, in place of the law's value
 * @returns the counts, and the chance of so small a ratio, in (0, 1]
 * @source von Neumann 1941, Ann. Math. Statist. 12, 367-395; Durbin & Watson 1950, Biometrika 37, 409-428 (residuals of a fit)
 */
export function residualRuns(fit: FittedLaw, options: { along?: string } = {}): RunsTest {
  requireFitted("residualRuns", "fit", fit);
  requireOptions("residualRuns", options, ["along"]);
  const { along } = options;
  const input = along === undefined && fit.law.inputs.length > 1 ? undefined : inputAlong("residualRuns", fit, along);
  return judgedRuns(fit, input, Infinity);
}

/**
 * The runs of a fit with one input, where the chance of them is under `rare`, else undefined: as residualRuns has it, but no more is drawn than settles that.
 *
 * @source Besag & Clifford 1991, Biometrika 78, 301-304 (draws until enough are as extreme)
 */
export function rareRuns(fit: FittedLaw, rare: number): RunsTest | undefined {
  const found = judgedRuns(fit, fit.law.inputs[0], rare * (DRAWS + 1));
  return found.pValue < rare ? found : undefined;
}

/** @param enough draws as near as the residuals, after which no more are made: the chance is then this large at least */
function judgedRuns(fit: FittedLaw, input: string | undefined, enough: number): RunsTest {
  const inputs = fittedMeasurements(fit).map(({ inputs: at }) =>
    input === undefined ? valueAt(fit, at) : (at[input] as number),
  );
  const order = Array.from(inputs.keys()).sort((one, other) => (inputs[one] as number) - (inputs[other] as number));
  const largest = fittedMeasurements(fit).reduce((most, { outcome }) => Math.max(most, Math.abs(outcome)), 0);
  const told = order.map((row) => {
    const residual = fit.residuals[row] as number;
    return Math.abs(residual) > ROUNDING * largest ? residual : 0;
  });
  const counts = runsTest(told);
  if (told.every((residual) => residual === 0)) return counts;
  const groups = groupsOf(inputs, order);
  const observed = ratioOf(Float64Array.from(fit.standardisedResiduals), groups);
  const basis = tangents(fit);
  const stream = createStream(0).split("residual runs");
  let asNear = 1;
  const noise = new Float64Array(inputs.length);
  for (let draw = 0; draw < DRAWS && asNear < enough; draw++) {
    for (let i = 0; i < noise.length; i++) noise[i] = stream.normal();
    for (const tangent of basis) removeAlong(noise, tangent);
    if (ratioOf(noise, groups) <= observed * (1 + 1e-9)) asNear++;
  }
  return { ...counts, pValue: asNear / (DRAWS + 1) };
}

const ROUNDING = 1e-12; // of an outcome: residuals of noiseless measurements have signs too, and they mean nothing
const DRAWS = 2000;

/** The rows at each input, by rising input. */
function groupsOf(inputs: readonly number[], order: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const [place, row] of order.entries()) {
    const before = order[place - 1];
    if (before !== undefined && inputs[before] === inputs[row]) groups.at(-1)?.push(row);
    else groups.push([row]);
  }
  return groups;
}

function ratioOf(residuals: Float64Array, groups: readonly (readonly number[])[]): number {
  let differences = 0;
  let squares = 0;
  let before = Number.NaN;
  for (const group of groups) {
    let sum = 0;
    for (const row of group) sum += residuals[row] as number;
    const mean = sum / Math.sqrt(group.length);
    squares += mean ** 2;
    if (!Number.isNaN(before)) differences += (mean - before) ** 2;
    before = mean;
  }
  return differences / squares;
}

/** An orthonormal basis of what the free parameters can do to the standardised values, (parameters, measurements). */
function tangents(fit: FittedLaw): Float64Array[] {
  const { task, minimum } = evidenceOf(fit);
  const { law, space, measured } = task;
  const { coordinates, deviations } = minimum;
  const rows = measured.outcomes.length;
  const free = Float64Array.from(freePlaces(law), (place) => coordinates[place] as number);
  const jacobian = new Float64Array(rows * free.length);
  const problem = lawProblem(withoutFixed(law), { ...measured, deviations }, space, { kind: "squared" });
  problem.evaluate(free, new Float64Array(rows), jacobian);
  const basis: Float64Array[] = [];
  for (const [k, parameter] of freeParameters(law).entries()) {
    if (fit.atBound.includes(parameter)) continue; // a bound holds it: the fit does not follow it
    const column = jacobian.slice(k * rows, (k + 1) * rows);
    scaleTo(column, 1);
    for (const tangent of [...basis, ...basis]) removeAlong(column, tangent); // twice is enough (Kahan)
    if (scaleTo(column, 1) > 1e-10) basis.push(column);
  }
  return basis;
}

function removeAlong(vector: Float64Array, tangent: Float64Array): void {
  let along = 0;
  for (let i = 0; i < vector.length; i++) along += (vector[i] as number) * (tangent[i] as number);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (tangent[i] as number);
}

/** @returns the length before */
function scaleTo(vector: Float64Array, length: number): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += (vector[i] as number) ** 2;
  const before = Math.sqrt(square);
  for (let i = 0; i < vector.length; i++) vector[i] = ((vector[i] as number) * length) / (before || 1);
  return before;
}
