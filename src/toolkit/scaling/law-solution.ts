/** @file The minimum of any law on its measurements, where the noise may follow the law: descents, and weights taken anew from each. */
import { binomialDeviance, binomialVariance, relativeDeviance } from "./error-weights.ts";
import type { NoisyMeasurements } from "./law-measurements.ts";
import type { Law } from "./laws/law.ts";
import { lawProblem, type Measurements, type ResidualSpace } from "./least-squares/law-problem.ts";
import type { Loss } from "./least-squares/loss.ts";
import { type BestDescent, descendFromStarts } from "./least-squares/multi-start.ts";
import { COARSE, descend, PRECISE } from "./least-squares/trust-region.ts";

/** What is solved; everything but the starts. */
export interface LawTask {
  law: Law;
  space: ResidualSpace;
  loss: Loss;
  measured: NoisyMeasurements;
}

export interface LawSolution {
  found: BestDescent;
  /** outcome minus law in the residual space, (measurements) */
  residuals: Float64Array;
  /** of (law - outcome) / deviation by the parameters, column after column, (measurements, parameters) */
  jacobian: Float64Array;
  /** standard deviations at the solution, up to a common factor where the noise is not known, (measurements) */
  deviations: Float64Array;
  /** half the deviance, or the sum of the losses */
  objective: number;
  /** did the weights stop changing; true where they do not follow the law */
  settled: boolean;
}

/** When the weights count as settled, as a change of a deviation; and how precise each descent is. */
export interface LawPrecision {
  change: number;
  coarse: boolean;
}

export const EXACT: LawPrecision = { change: 1e-11, coarse: false };
export const FOR_DRAWS: LawPrecision = { change: 1e-3, coarse: true }; // of the refits of a bootstrap, which differ by far more

/**
 * Descends from the starts. Where the noise follows the law, its weights start from the outcomes and are taken anew from each
 * solution until they stop changing: for binomial noise that is maximum likelihood. Weights that swing are mixed.
 *
 * @param starts (starts, parameters), each within the bounds
 * @source McCullagh & Nelder 1989, Generalized Linear Models, section 9.2 (the weights)
 */
export function solveLaw(task: LawTask, starts: readonly Float64Array[], precision = EXACT): LawSolution {
  const { law, space, loss, measured } = task;
  const { noise } = measured;
  let deviations = noise.kind === "fixed" ? measured.deviations : deviationsAt(noise, firstGuess(measured));
  const at = (): Measurements => ({ ...measured, deviations });
  const rough = lawProblem(law, roughly(at(), law.parameters.length, starts.length), space, { kind: "squared" });
  let found = descendOnce(lawProblem(law, at(), space, loss), rough, starts, precision);
  if (noise.kind === "fixed") return solutionOf(task, found, deviations, true);
  let share = 1; // of the new deviations in the next ones, on the logarithm
  let lastChange = Infinity;
  for (let round = 0; round < MOST_ROUNDS && isMinimum(found); round++) {
    const implied = deviationsAt(noise, valuesAt(task, found.best.parameters));
    let change = 0;
    for (let i = 0; i < implied.length; i++) {
      change = Math.max(change, Math.abs((implied[i] as number) / (deviations[i] as number) - 1));
    }
    if (change <= precision.change) return solutionOf(task, found, implied, true);
    if (change > SWINGING * lastChange) share = Math.max(share / 2, LEAST_SHARE);
    lastChange = change;
    const before = deviations;
    deviations = implied.map((deviation, i) => deviation ** share * (before[i] as number) ** (1 - share));
    const problem = lawProblem(law, at(), space, loss);
    const best = descend(problem, found.best.parameters, precision.coarse ? COARSE : PRECISE);
    found = { ...found, best, iterations: found.iterations + best.iterations };
  }
  return solutionOf(task, found, deviations, false);
}

const MOST_ROUNDS = 60;
const SWINGING = 0.7; // of the last change: with a slower decrease than this, half a step goes further
const LEAST_SHARE = 1 / 8;

/** Did the descent end in a minimum? */
export function isMinimum({ best }: BestDescent): boolean {
  return best.end === "gradient" || best.end === "step";
}

/** The law at the measurements, in the residual space. */
function valuesAt({ law, space, measured }: LawTask, parameters: Float64Array): Float64Array {
  const unused = new Float64Array(parameters.length);
  return Float64Array.from(measured.inputs, (inputs) => inSpace(law, space, law.evaluate(parameters, inputs, unused)));
}

/** What a law gives, in the space of the residuals. */
export function inSpace(law: Pick<Law, "gives">, space: ResidualSpace, given: number): number {
  if ((law.gives === "logarithm") === (space === "log")) return given;
  return space === "log" ? Math.log(given) : Math.exp(given);
}

function deviationsAt(
  noise: Exclude<NoisyMeasurements["noise"], { kind: "fixed" }>,
  values: Float64Array,
): Float64Array {
  if (noise.kind === "relative") return values.map((value) => Math.max(Math.abs(value), noise.least));
  return values.map((value, i) => Math.sqrt(binomialVariance(value, noise.items[i] as number)));
}

/** A share of 0 or 1 is no guess of the law, so half an item of each kind is added. */
function firstGuess({ noise, outcomes }: NoisyMeasurements): Float64Array {
  if (noise.kind !== "binomial") return outcomes;
  return outcomes.map((share, i) => (share * (noise.items[i] as number) + 0.5) / ((noise.items[i] as number) + 1));
}

function descendOnce(
  problem: ReturnType<typeof lawProblem>,
  rough: ReturnType<typeof lawProblem>,
  starts: readonly Float64Array[],
  { coarse }: LawPrecision,
): BestDescent {
  if (!coarse || starts.length > 1) return descendFromStarts(problem, rough, starts);
  const [start] = starts as [Float64Array];
  const best = descend(problem, start, COARSE);
  return { best, start, startsAgreeing: { agree: 1, total: 1 }, iterations: best.iterations };
}

function solutionOf(task: LawTask, found: BestDescent, deviations: Float64Array, settled: boolean): LawSolution {
  const { law, space, measured } = task;
  const { parameters } = found.best;
  const rows = measured.outcomes.length;
  const scaled = new Float64Array(rows);
  const jacobian = new Float64Array(rows * parameters.length);
  lawProblem(law, { ...measured, deviations }, space, { kind: "squared" }).evaluate(parameters, scaled, jacobian);
  const residuals = scaled.map((residual, i) => 0 - residual * (deviations[i] as number));
  return { found, residuals, jacobian, deviations, objective: objectiveOf(task, found, residuals), settled };
}

function objectiveOf({ measured }: LawTask, found: BestDescent, residuals: Float64Array): number {
  const { noise, outcomes } = measured;
  if (noise.kind === "fixed") return found.best.cost;
  const half = residuals.map((residual, i) => {
    const outcome = outcomes[i] as number;
    const value = outcome - residual;
    const deviance =
      noise.kind === "binomial"
        ? binomialDeviance(outcome, value, noise.items[i] as number)
        : relativeDeviance(outcome, Math.max(Math.abs(value), noise.least));
    return deviance / 2;
  });
  return half.reduce((sum, cost) => sum + cost, 0);
}

/** For a grid of starts, a share of the measurements, from the lowest outcome to the highest, is enough to tell minima apart. */
function roughly(measured: Measurements, parameters: number, starts: number): Measurements {
  const stride = starts < MANY_STARTS ? 1 : Math.floor(measured.outcomes.length / (ROUGH_ROWS * parameters));
  if (stride < 2) return measured;
  const { outcomes, inputs, deviations } = measured;
  const order = Array.from(outcomes.keys()).sort(
    (one, other) => (outcomes[one] as number) - (outcomes[other] as number),
  );
  const rows = order.filter((_, place) => place % stride === 0);
  return {
    inputs: rows.map((row) => inputs[row] as Float64Array),
    outcomes: Float64Array.from(rows, (row) => outcomes[row] as number),
    deviations: Float64Array.from(rows, (row) => deviations[row] as number),
  };
}

const MANY_STARTS = 50;
const ROUGH_ROWS = 8; // a parameter
