/** @file Levenberg and Marquardt's method as a trust region (Moré 1978), with bounds: from one start to the nearest minimum. */
import { emptyModel, type LinearModel, linearise, promisedFall, stepWithin } from "./linear-model.ts";

/** What to minimise. */
export interface LeastSquaresProblem {
  residualCount: number;
  /** a cost that is rounding: two ends below it are one */
  roundingCost: number;
  /** (parameters), -Infinity where there is no bound */
  lower: Float64Array;
  upper: Float64Array;
  /**
   * Half the sum of squared residuals, or of a robust loss; not finite outside the domain.
   * For a robust loss the residuals and the Jacobian are those whose J^T r is the gradient, and whose J^T J is the curvature.
   *
   * @param residuals receives them, (residualCount)
   * @param jacobian receives their derivatives, (residualCount, parameters), column after column
   */
  evaluate(parameters: Float64Array, residuals: Float64Array, jacobian: Float64Array): number;
}

/** "gradient" and "step" are a minimum; the others are none. */
export type DescentEnd = "gradient" | "step" | "iterations" | "outside";

export interface Descent {
  parameters: Float64Array;
  cost: number;
  residuals: Float64Array;
  jacobian: Float64Array;
  end: DescentEnd;
  iterations: number;
}

/** When to stop. `fall`: promised fall of the cost, relative; `step`: the radius over the size of the parameters. */
export interface Tolerances {
  fall: number;
  step: number;
  iterations: number;
  /** go on from there by the gradient, which has twice as many digits as the cost */
  polish: boolean;
}

export const PRECISE: Tolerances = { fall: 1e-15, step: 1e-14, iterations: 2000, polish: true }; // where float64 ends
export const COARSE: Tolerances = { fall: 1e-5, step: 1e-5, iterations: 60, polish: false }; // tells minima apart

/**
 * Goes downhill from `start`. Each step minimises the linearised squares inside a ball whose axes are the lengths of the
 * Jacobian's columns, the longest seen so far; the ball grows where the promise was kept and shrinks where it was not.
 * A step over a bound is cut to it; a parameter at a bound which the gradient presses against is held.
 *
 * @param start (parameters), within the bounds
 * @source Moré 1978, Lecture Notes in Mathematics 630, 105-116; MINPACK's lmder for the constants
 */
export function descend(problem: LeastSquaresProblem, start: Float64Array, tolerances: Tolerances): Descent {
  const size = start.length;
  let here = newPoint(start, problem.residualCount);
  let there = newPoint(start, problem.residualCount);
  here.cost = problem.evaluate(here.parameters, here.residuals, here.jacobian);
  if (!isFinitePoint(here)) return { ...here, end: "outside", iterations: 0 };
  const scale = new Float64Array(size);
  growScale(scale, here);
  let radius = FIRST_RADIUS * (weightedLength(scale, here.parameters) || 1);
  const step = new Float64Array(size);
  const model = emptyModel(problem.residualCount, size);
  let iterations = 0;
  const finish = (end: DescentEnd): Descent => ({ ...here, end, iterations });
  const settle = (): Descent => {
    if (tolerances.polish) here = polished(problem, here, there, model, scale);
    return finish("step");
  };

  while (iterations < tolerances.iterations) {
    freeParameters(problem, here, model);
    if (model.size === 0) return finish("gradient");
    linearise(model, here.jacobian, here.residuals, scale);
    if (gradientVanishes(model, here)) return finish("gradient");
    for (let tries = 0; ; tries++) {
      iterations++;
      stepWithin(model, radius, step);
      const target = there.parameters;
      const wasCut = cutToBounds(problem, here.parameters, step, target);
      const promised = promisedFall(model, step);
      const length = weightedLength(scale, step);
      if (promised > 0) {
        there.cost = problem.evaluate(target, there.residuals, there.jacobian);
        const kept = isFinitePoint(there) ? (here.cost - there.cost) / promised : -1;
        if (tries === 0 && iterations === 1) radius = Math.min(radius, length);
        if (kept < SHRINK_UNDER) radius = Math.min(radius, length) * (kept < -10 ? 0.1 : 0.25);
        else if (kept > GROW_OVER) radius = Math.max(radius, 2 * length);
        const small =
          promised <= tolerances.fall * here.cost && Math.abs(here.cost - there.cost) <= tolerances.fall * here.cost;
        if (kept > ACCEPT_OVER) {
          [here, there] = [there, here];
          growScale(scale, here);
          if (small) return settle();
          break;
        }
        if (small) return settle();
      } else if (!wasCut) return finish("gradient");
      else radius = Math.min(radius, length) * 0.25;
      if (!(radius > tolerances.step * weightedLength(scale, here.parameters)) || radius < Number.MIN_VALUE * 1e8) {
        return finish("step");
      }
      if (iterations >= tolerances.iterations) break;
    }
  }
  return finish("iterations");
}

const FIRST_RADIUS = 1; // times the start's own length
const LEAST_EFFECT = 0.1; // of the largest effect on the residuals
const ACCEPT_OVER = 1e-4; // of the promise
const SHRINK_UNDER = 0.25;
const GROW_OVER = 0.75;
const VANISHING = 1e-15; // cosine between the residuals and every column of the Jacobian

interface Point {
  parameters: Float64Array;
  residuals: Float64Array;
  jacobian: Float64Array;
  cost: number;
}

function newPoint(parameters: Float64Array, residualCount: number): Point {
  return {
    parameters: parameters.slice(),
    residuals: new Float64Array(residualCount),
    jacobian: new Float64Array(residualCount * parameters.length),
    cost: Number.NaN,
  };
}

/**
 * Where the cost is flat to rounding, the gradient is not yet: full Gauss-Newton steps, as long as each is at most half as
 * long as the one before and the cost rises by rounding at most.
 */
function polished(
  problem: LeastSquaresProblem,
  found: Point,
  room: Point,
  model: LinearModel,
  scale: Float64Array,
): Point {
  let [here, there] = [found, room];
  const step = new Float64Array(scale.length);
  const nextStep = (point: Point): number => {
    freeParameters(problem, point, model);
    if (model.size === 0) return 0;
    linearise(model, point.jacobian, point.residuals, scale);
    stepWithin(model, Infinity, step);
    return weightedLength(scale, step);
  };
  let length = nextStep(here);
  for (let round = 0; round < MOST_POLISHING && length > 0; round++) {
    cutToBounds(problem, here.parameters, step, there.parameters);
    there.cost = problem.evaluate(there.parameters, there.residuals, there.jacobian);
    if (!isFinitePoint(there) || there.cost > here.cost * (1 + COST_ROUNDING)) break;
    const next = nextStep(there);
    if (next > length / 2) break;
    length = next;
    [here, there] = [there, here];
  }
  return here;
}

const MOST_POLISHING = 10;
const COST_ROUNDING = 1e-13;

function isFinitePoint({ cost, jacobian }: Point): boolean {
  if (!(Math.abs(cost) < Infinity)) return false;
  for (let at = 0; at < jacobian.length; at++) if (!(Math.abs(jacobian[at] as number) < Infinity)) return false;
  return true;
}

/** Notes which parameters no bound holds: those at a bound are held when the gradient presses them against it. */
function freeParameters(
  { residualCount, lower, upper }: LeastSquaresProblem,
  { parameters, residuals, jacobian }: Point,
  model: LinearModel,
): void {
  model.size = 0;
  for (let k = 0; k < parameters.length; k++) {
    const value = parameters[k] as number;
    if (value <= (lower[k] as number) || value >= (upper[k] as number)) {
      let gradient = 0;
      for (let i = 0; i < residualCount; i++) {
        gradient += (jacobian[k * residualCount + i] as number) * (residuals[i] as number);
      }
      if (value <= (lower[k] as number) ? gradient >= 0 : gradient <= 0) continue;
    }
    model.free[model.size++] = k;
  }
}

function gradientVanishes({ size, gradient, values }: LinearModel, { residuals }: Point): boolean {
  let square = 0;
  for (let i = 0; i < residuals.length; i++) square += (residuals[i] as number) ** 2;
  const length = Math.sqrt(square);
  for (let k = 0; k < size; k++) {
    if (Math.abs(gradient[k] as number) > VANISHING * (values[k] as number) * length) return false;
  }
  return true;
}

/**
 * The unit of each parameter is one over the longest column that the Jacobian had for it. A parameter on which nothing
 * depends for now would get an endless unit, and a step along it would never come back: so its unit is also at most ten
 * times its own size for a step that moves the most influential parameter by its own size.
 */
function growScale(scale: Float64Array, { jacobian, residuals, parameters }: Point): void {
  const count = residuals.length;
  let largestEffect = 0; // of a parameter's own size on the residuals
  for (let k = 0; k < scale.length; k++) {
    let square = 0;
    for (let i = k * count; i < (k + 1) * count; i++) square += (jacobian[i] as number) ** 2;
    scale[k] = Math.max(scale[k] as number, Math.sqrt(square));
    largestEffect = Math.max(largestEffect, (scale[k] as number) * ownSize(parameters, k));
  }
  for (let k = 0; k < scale.length; k++) {
    scale[k] = Math.max(scale[k] as number, (LEAST_EFFECT * largestEffect) / ownSize(parameters, k)) || 1;
  }
}

function ownSize(parameters: Float64Array, k: number): number {
  return Math.abs(parameters[k] as number) || 1; // a parameter at 0 has no size to go by
}

function weightedLength(scale: Float64Array, vector: Float64Array): number {
  let square = 0;
  for (let k = 0; k < scale.length; k++) square += ((scale[k] as number) * (vector[k] as number)) ** 2;
  return Math.sqrt(square);
}

/** Puts here + step, cut to the bounds, into `target`, and what is left of the step into `step`; true if it was cut. */
function cutToBounds(
  { lower, upper }: LeastSquaresProblem,
  here: Float64Array,
  step: Float64Array,
  target: Float64Array,
): boolean {
  let wasCut = false;
  for (let k = 0; k < here.length; k++) {
    const wanted = (here[k] as number) + (step[k] as number);
    const allowed = Math.min(Math.max(wanted, lower[k] as number), upper[k] as number);
    if (allowed !== wanted) {
      wasCut = true;
      step[k] = allowed - (here[k] as number);
    }
    target[k] = allowed;
  }
  return wasCut;
}
