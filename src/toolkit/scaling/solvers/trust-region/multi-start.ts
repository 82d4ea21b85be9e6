/** @file The best minimum over many starts: a rough descent from each, those that come together go on as one, to full precision. */
import { COARSE, type Descent, descend, type LeastSquaresProblem, PRECISE } from "./trust-region.ts";

export interface BestDescent {
  best: Descent;
  /** the start, of those that reached the best minimum, from which the descent was the lowest */
  start: Float64Array;
  /** starts that reached the best minimum, the best one among them */
  startsAgreeing: { agree: number; total: number };
  /** over all starts */
  iterations: number;
}

/**
 * One start goes down to full precision at once. Several go down roughly first, on `rough`; ends whose residuals are the
 * same are one minimum, and the lowest minima are taken to full precision. A start agrees when its minimum is the best.
 *
 * @param problem to be solved
 * @param rough the same, or a cheaper one with the same parameters and about the same minima
 * @param starts one or more, (starts, parameters)
 */
export function descendFromStarts(
  problem: LeastSquaresProblem,
  rough: LeastSquaresProblem,
  starts: readonly Float64Array[],
): BestDescent {
  const [only] = starts as [Float64Array];
  if (starts.length === 1) {
    const best = descend(problem, only, PRECISE);
    return { best, start: only, startsAgreeing: { agree: 1, total: 1 }, iterations: best.iterations };
  }
  const { minima, iterations } = roughMinima(problem, rough, starts);
  const ends = minima.slice(0, MOST_MINIMA).map(({ descent, start, starts: count }) => {
    return { descent: descend(problem, descent.parameters, PRECISE), start, count };
  });
  const best = ends.reduce((one, other) => (cost(other.descent) < cost(one.descent) ? other : one));
  const same = ends.filter(
    ({ descent }) => cost(descent) <= Math.max(cost(best.descent) * (1 + SAME_COST), problem.roundingCost),
  );
  return {
    best: best.descent,
    start: best.start,
    startsAgreeing: { agree: same.reduce((sum, { count }) => sum + count, 0), total: starts.length },
    iterations: ends.reduce((sum, { descent }) => sum + descent.iterations, iterations),
  };
}

const MOST_MINIMA = 20; // of the rough ends, taken to full precision
const SAME_COST = 1e-6; // relative; full precision leaves far less between two ways into one minimum
const SAME_RESIDUALS = 0.02; // of their length; rough ends of one minimum are nearer

interface RoughMinimum {
  descent: Descent;
  start: Float64Array;
  starts: number;
}

/** The different ends of the rough descents, lowest first. */
function roughMinima(problem: LeastSquaresProblem, rough: LeastSquaresProblem, starts: readonly Float64Array[]) {
  let iterations = 0;
  const minima: RoughMinimum[] = [];
  for (const start of starts) {
    const descent = descend(rough, start, COARSE);
    iterations += descent.iterations;
    const same = minima.find((minimum) => alike(minimum.descent, descent, rough.roundingCost));
    if (same === undefined) minima.push({ descent, start, starts: 1 });
    else {
      same.starts++;
      if (cost(descent) < cost(same.descent)) Object.assign(same, { descent, start });
    }
  }
  const residuals = new Float64Array(problem.residualCount);
  const jacobian = new Float64Array(problem.residualCount * (starts[0] as Float64Array).length);
  const height = ({ descent }: RoughMinimum) => {
    const there = problem.evaluate(descent.parameters, residuals, jacobian);
    return Number.isFinite(there) ? there : Infinity;
  };
  const heights = new Map(minima.map((minimum) => [minimum, height(minimum)]));
  minima.sort((one, other) => (heights.get(one) as number) - (heights.get(other) as number));
  return { minima, iterations };
}

function cost({ cost: height, end }: Descent): number {
  return end === "outside" ? Infinity : height;
}

function alike(one: Descent, other: Descent, roundingCost: number): boolean {
  if (Math.max(one.cost, other.cost) <= roundingCost) return true;
  if (!(Math.abs(one.cost - other.cost) <= SAME_RESIDUALS * one.cost)) return false;
  let square = 0;
  let difference = 0;
  for (let i = 0; i < one.residuals.length; i++) {
    square += (one.residuals[i] as number) ** 2;
    difference += ((one.residuals[i] as number) - (other.residuals[i] as number)) ** 2;
  }
  return difference <= SAME_RESIDUALS ** 2 * square;
}
