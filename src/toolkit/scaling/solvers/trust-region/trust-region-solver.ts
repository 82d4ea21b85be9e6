/** @file The general solver: descents in a trust region for any law, with weights taken anew from each where the noise follows the law. */
import { allCoordinates, freePlaces, fromCoordinate, holding, withoutFixed } from "../../laws/coordinates.ts";
import type { Law } from "../../laws/law.ts";
import { startGrid } from "../../laws/start-grid.ts";
import { lawValues, objectiveAt } from "../law-values.ts";
import { deviationsAt, firstGuess } from "../noise.ts";
import type { LawTask, Minimum, Refusal, Solver } from "../task.ts";
import { covarianceAt } from "./law-covariance.ts";
import { lawProblem, type Measurements } from "./law-problem.ts";
import { type BestDescent, descendFromStarts } from "./multi-start.ts";
import { COARSE, descend, PRECISE } from "./trust-region.ts";

/** Any law, any loss, any space; by squares and, with items, by the likelihood of binomial counts. */
export const trustRegion: Solver = {
  name: "trust region",
  takes: () => true,
  solve,
  holding: (task, place) => (coordinate, near) => {
    const parameter = task.law.parameters[place] as string;
    const law = holding(task.law, parameter, fromCoordinate(task.law, parameter, coordinate));
    return solve({ ...task, law }, [near]);
  },
  refitter(task, { coordinates }) {
    const free = freePlaces(task.law);
    const start = [pick(coordinates, free)];
    const reduced = freeTask(task);
    return (outcomes) => {
      const values = task.space === "log" ? outcomes.map(Math.exp) : outcomes;
      const redrawn = { ...reduced, measured: { ...reduced.measured, outcomes, values } };
      if (whyUnfit(redrawn) !== undefined) return undefined;
      const { found, deviations, settled } = descendWeighted(redrawn, start, FOR_DRAWS);
      if (!isMinimum(found) || !settled || "flat" in covarianceAt(redrawn, found.best.parameters, deviations))
        return undefined;
      return allCoordinates(task.law, found.best.parameters);
    };
  },
};

function solve(task: LawTask, starts: readonly Float64Array[] | null): Minimum | Refusal {
  const unfit = whyUnfit(task);
  if (unfit !== undefined) return refusal(unfit);
  const free = freePlaces(task.law);
  const given = starts ?? ownStarts(task);
  const reached = descendWeighted(
    freeTask(task),
    given.map((start) => pick(start, free)),
    EXACT,
  );
  const unsolved = whyUnsolved(task.law, reached);
  if (unsolved !== undefined) return refusal(unsolved);
  return minimumOf(task, free, reached);
}

/** When the weights count as settled, as a change of a deviation; and how precise each descent is. */
interface Precision {
  change: number;
  coarse: boolean;
}

const EXACT: Precision = { change: 1e-11, coarse: false };
const FOR_DRAWS: Precision = { change: 1e-3, coarse: true }; // of the refits of a bootstrap, which differ by far more

interface Reached {
  found: BestDescent;
  deviations: Float64Array;
  /** did the weights stop changing; true where they do not follow the law */
  settled: boolean;
}

/**
 * Descends from the starts. Where the noise follows the law, its weights start from the outcomes and are taken anew from each
 * solution until they stop changing: for binomial noise that is maximum likelihood. Weights that swing are mixed.
 *
 * @param task of a law without fixed parameters
 * @source McCullagh & Nelder 1989, Generalized Linear Models, section 9.2 (the weights)
 */
function descendWeighted(task: LawTask, starts: readonly Float64Array[], precision: Precision): Reached {
  const { law, space, loss, measured } = task;
  const { noise } = measured;
  let deviations = deviationsAt(noise, measured.deviations, firstGuess(noise, measured.outcomes));
  const at = (): Measurements => ({ ...measured, deviations });
  const rough = lawProblem(law, roughly(at(), law.parameters.length, starts.length), space, { kind: "squared" });
  let found = descendOnce(lawProblem(law, at(), space, loss), rough, starts, precision);
  if (noise.kind === "fixed") return { found, deviations, settled: true };
  let share = 1; // of the new deviations in the next ones, on the logarithm
  let lastChange = Infinity;
  for (let round = 0; round < MOST_ROUNDS && isMinimum(found); round++) {
    const implied = deviationsAt(noise, deviations, lawValues(law, space, measured.inputs, found.best.parameters));
    let change = 0;
    for (let i = 0; i < implied.length; i++) {
      change = Math.max(change, Math.abs((implied[i] as number) / (deviations[i] as number) - 1));
    }
    if (change <= precision.change) return { found, deviations: implied, settled: true };
    if (change > SWINGING * lastChange) share = Math.max(share / 2, LEAST_SHARE);
    lastChange = change;
    const before = deviations;
    deviations = implied.map((deviation, i) => deviation ** share * (before[i] as number) ** (1 - share));
    const problem = lawProblem(law, at(), space, loss);
    const best = descend(problem, found.best.parameters, precision.coarse ? COARSE : PRECISE);
    found = { ...found, best, iterations: found.iterations + best.iterations };
  }
  return { found, deviations, settled: false };
}

const MOST_ROUNDS = 60;
const SWINGING = 0.7; // of the last change: with a slower decrease than this, half a step goes further
const LEAST_SHARE = 1 / 8;

function descendOnce(
  problem: ReturnType<typeof lawProblem>,
  rough: ReturnType<typeof lawProblem>,
  starts: readonly Float64Array[],
  { coarse }: Precision,
): BestDescent {
  if (!coarse || starts.length > 1) return descendFromStarts(problem, rough, starts);
  const [start] = starts as [Float64Array];
  const best = descend(problem, start, COARSE);
  return { best, start, startsAgreeing: { agree: 1, total: 1 }, iterations: best.iterations };
}

/** Did the descent end in a minimum? */
function isMinimum({ best }: BestDescent): boolean {
  return best.end === "gradient" || best.end === "step";
}

function minimumOf(task: LawTask, free: readonly number[], { found, deviations }: Reached): Minimum {
  const { measured } = task;
  const { best, start, startsAgreeing, iterations } = found;
  const coordinates = allCoordinates(task.law, best.parameters);
  const values = lawValues(task.law, task.space, measured.inputs, coordinates);
  const followed = measured.noise.kind !== "fixed" || measured.pull !== undefined;
  return {
    ok: true,
    coordinates,
    values,
    deviations,
    objective: followed ? objectiveAt({ ...task, measured: { ...measured, deviations } }, coordinates) : best.cost,
    ended: best.end === "gradient" ? "the gradient vanished" : "no step promised to lower the objective any more",
    moved: movedFrom(start, best.parameters, free, coordinates.length),
    startsAgreeing,
    iterations,
  };
}

/** Rounding of a step along another parameter is no move. */
function movedFrom(start: Float64Array, end: Float64Array, free: readonly number[], count: number): boolean[] {
  const moved = new Array<boolean>(count).fill(false);
  for (const [k, place] of free.entries()) {
    const [from, to] = [start[k] as number, end[k] as number];
    moved[place] = Math.abs(to - from) > LEAST_MOVE * Math.max(Math.abs(from), Math.abs(to));
  }
  return moved;
}

const LEAST_MOVE = 1e-9;

function refusal(reason: string): Refusal {
  return { ok: false, reason };
}

function freeTask(task: LawTask): LawTask {
  return { ...task, law: withoutFixed(task.law) };
}

function pick(all: Float64Array, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (place) => all[place] as number);
}

function ownStarts({ law, measured }: LawTask): Float64Array[] {
  return startGrid("fitLaw", law, law.starts?.(measured.inputs, measured.values) as Record<string, readonly number[]>);
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

/** Why the rows cannot settle the law, before anything is solved. */
function whyUnfit({ law, measured }: LawTask): string | undefined {
  const { values, outcomes, deviations, noise, noiseIsKnown } = measured;
  const needed = freePlaces(law).length + (noiseIsKnown ? 0 : 1);
  if (values.length < needed) {
    const knowing = noiseIsKnown ? "" : ", one of them to tell the noise by";
    return `"${law.name}" needs ${needed} rows or more${knowing}, ${values.length} were given; measure more`;
  }
  if (values.every((value) => value === values[0])) {
    return `all outcomes are ${values[0]}, so no law can be told from them; measure a wider range of inputs`;
  }
  const largest = outcomes.reduce((most, outcome, row) => {
    return Math.max(most, Math.abs(outcome / (deviations[row] as number)));
  }, 0);
  if (noise.kind !== "binomial" && !(largest > 1 / LARGEST && largest < LARGEST)) {
    return `outcomes of ${largest.toPrecision(3)} standard deviations have no squares in float64; give them in another unit`;
  }
  return undefined;
}

const LARGEST = 1e140; // its square, and its inverse's, summed over a table, stay inside float64

function whyUnsolved(law: Law, { found, settled }: Reached): string | undefined {
  const { best, startsAgreeing } = found;
  const starts = startsAgreeing.total === 1 ? "the start" : `each of ${startsAgreeing.total} starts`;
  if (best.end === "outside") {
    return `"${law.name}" or its derivative is not finite at ${starts}; start where it is, or set bounds that keep it so`;
  }
  if (!isMinimum(found)) {
    return `no minimum was reached from ${starts} in ${best.iterations} iterations; start nearer, set bounds, or fit a law with fewer parameters`;
  }
  if (settled) return undefined;
  return `"${law.name}" fits so badly that its weights and its curve chase each other; plot it over the rows, or fit another law`;
}
