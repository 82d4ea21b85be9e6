/** @file The fast solver of powers over a floor: one unknown, the exponent, is searched; amplitude and floor are a linear fit. */
import { formatNumber } from "../../../core/number-format.ts";
import { freePlaces, fromCoordinate, toCoordinate } from "../../laws/coordinates.ts";
import type { Law } from "../../laws/law.ts";
import { deviationsAt, halfDeviance } from "../noise.ts";
import type { LawTask, Minimum, Refusal, Solver } from "../task.ts";
import { exponentRange, type MultiStartSolution, solveFromStarts } from "./best-exponent.ts";
import { type PreparedCurve, prepareCurve } from "./prepared-curve.ts";
import type { Held } from "./separable-law.ts";
import { FULL, type Solution, solveAtExponent, solveFrom, solveRoom } from "./weighted-solve.ts";

/**
 * Squares of errors above 0, from the solver's own five starts or from a solution near by.
 *
 * @source Golub & Pereyra 1973, SIAM J. Numer. Anal. 10, 413-432
 */
export const variableProjection: Solver = {
  name: "variable projection",
  takes({ law, loss, space, guided, measured }) {
    if (law.shape !== "power over a floor" || guided || loss.kind !== "squared" || space !== "linear") return false;
    if (freePlaces(law).length === 0 || law.ties !== undefined) return false;
    if (measured.seeds !== undefined || measured.pull !== undefined) return false;
    return measured.outcomes.every((error) => error > 0 || (error === 0 && measured.noise.kind === "binomial"));
  },
  solve(task, starts) {
    const prepared = prepareCurve(task);
    if (!prepared.ok) return prepared;
    const { curve } = prepared;
    const { law } = task;
    const [start] = starts ?? [];
    if (start === undefined && fixedOf(law)[1] === undefined) {
      const solved = solveFromStarts(curve, heldBy(law, curve), exponentRange(curve, mustFall(law)));
      return whyUnsolved(solved, law, curve) ?? whyTooLarge(solved.best, curve, law) ?? minimumOf(task, curve, solved);
    }
    return minimumNear(task, curve, start ?? middleOf(curve));
  },
  holding(task, place) {
    const prepared = prepareCurve(task);
    const fixed = { ...task.law.fixed };
    const held = { ...task, law: { ...task.law, fixed } };
    const parameter = task.law.parameters[place] as string;
    return (coordinate, near) => {
      if (!prepared.ok) return prepared;
      fixed[parameter] = fromCoordinate(task.law, parameter, coordinate);
      return minimumNear(held, prepared.curve, near);
    };
  },
  refitter(task, { coordinates }) {
    const prepared = prepareCurve(task);
    if (!prepared.ok) return () => undefined;
    const { law } = task;
    const { errorScale } = prepared.curve;
    const curve = { ...prepared.curve, errors: new Float64Array(prepared.curve.errors.length) };
    const [, exponent] = coordinates as Float64Array & Three;
    const held = heldBy(law, curve);
    const range = exponentRange(curve, mustFall(law));
    const values = valuesAt(curve, coordinates);
    const exponentIsFixed = fixedOf(law)[1] !== undefined;
    const room = solveRoom(values.length);
    const found = new Float64Array(3) as Float64Array & Three;
    const powers = curve.logSizes.map((logSize) => Math.exp(-exponent * logSize)); // where each refit starts
    return (outcomes) => {
      for (let i = 0; i < outcomes.length; i++) curve.errors[i] = (outcomes[i] as number) / errorScale;
      room.powers.values.set(powers);
      room.powers.at = exponent;
      let refit = exponentIsFixed
        ? solveAtExponent(curve, held, exponent, values, room)
        : solveFrom(curve, held, exponent, range, values, FULL, room);
      if (refit.end !== "minimum" && !exponentIsFixed) {
        refit = solveFrom(curve, held, exponent / 4, range, values, FULL, room);
      }
      putCoordinates(curve, refit, found);
      return refit.end === "minimum" && Math.abs(found[0]) < LARGEST_LOG ? found : undefined;
    };
  },
};

type Three = [number, number, number];

/** The fixed values of amplitude, exponent and floor. */
function fixedOf(law: Law): (number | undefined)[] {
  return law.parameters.map((parameter) => law.fixed?.[parameter]);
}

function mustFall(law: Law): boolean {
  return (law.bounds[law.parameters[1] as string]?.[0] ?? -Infinity) >= 0;
}

/** What the search holds besides the exponent. */
function heldBy(law: Law, { errorScale }: PreparedCurve): Held {
  const [amplitude, , floor] = fixedOf(law);
  if (amplitude !== undefined) {
    const held = floor === undefined ? "free" : floor / errorScale;
    return { kind: "logAmplitude", logAmplitude: Math.log(amplitude / errorScale), floor: held };
  }
  return floor === undefined ? { kind: "nothing" } : { kind: "floor", floor: floor / errorScale };
}

/** The minimum found from a solution near by; at an end of the exponent's range it is the best with what is held. */
function minimumNear(task: LawTask, curve: PreparedCurve, near: Float64Array): Minimum | Refusal {
  const { law } = task;
  const best = solveNear(curve, law, near);
  const found = { best, moved: true, startsAgreeing: { agree: 1, total: 1 }, evaluations: best.evaluations };
  if (best.end !== "unsettled") return minimumOf(task, curve, found);
  if (fixedOf(law)[1] !== undefined) return whyUnsettled(found);
  const solved = solveFromStarts(curve, heldBy(law, curve), exponentRange(curve, mustFall(law)));
  return solved.best.end === "unsettled" ? whyUnsettled(solved) : minimumOf(task, curve, solved);
}

/** Solves with a solution near by, or a guess, to start from. */
function solveNear(curve: PreparedCurve, law: Law, near: Float64Array): Solution {
  const [logAmplitude, nearExponent] = near as Float64Array & Three;
  const [amplitude, exponent] = fixedOf(law);
  const held = heldBy(law, curve);
  const values = valuesAt(curve, near);
  const room = solveRoom(values.length);
  if (exponent !== undefined) return solveAtExponent(curve, held, exponent, values, room);
  // With another amplitude at size 1, this exponent leaves the curve as it was in the middle of the measured sizes.
  const middle = curve.logSmallest + curve.span / 2;
  const shift = amplitude === undefined ? 0 : toCoordinate(law, law.parameters[0] as string, amplitude) - logAmplitude;
  const start = nearExponent + (shift * middle) / (middle ** 2 + 1);
  return solveFrom(curve, held, start, exponentRange(curve, mustFall(law)), values, FULL, room);
}

/** A flat curve through the middle of the errors: enough for a fit whose exponent is held. */
function middleOf({ errors, errorScale }: PreparedCurve): Float64Array {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return Float64Array.of(Math.log(mean * errorScale), 0, 0);
}

/** The curve at the points, over errorScale. */
function valuesAt({ logSizes, logSmallest, errorScale }: PreparedCurve, coordinates: Float64Array): Float64Array {
  const [logAmplitude, exponent, floor] = coordinates as Float64Array & Three;
  const top = logAmplitude - Math.log(errorScale);
  return logSizes.map((logSize) => Math.exp(top - exponent * (logSize + logSmallest)) + floor / errorScale);
}

function coordinatesAt(curve: PreparedCurve, solution: Solution): Float64Array & Three {
  const coordinates = new Float64Array(3) as Float64Array & Three;
  putCoordinates(curve, solution, coordinates);
  return coordinates;
}

function putCoordinates(
  { errorScale, logSmallest }: PreparedCurve,
  { amplitude, exponent, floor }: Solution,
  into: Float64Array & Three,
): void {
  into[0] = Math.log(amplitude * errorScale) + exponent * logSmallest;
  into[1] = exponent;
  into[2] = floor * errorScale;
}

function minimumOf(task: LawTask, curve: PreparedCurve, solved: MultiStartSolution): Minimum {
  const { noise, outcomes, deviations: given } = task.measured;
  const values = solved.best.values.map((value) => value * curve.errorScale);
  const deviations = deviationsAt(noise, given, values);
  return {
    ok: true,
    coordinates: coordinatesAt(curve, solved.best),
    values,
    deviations,
    objective: halfDeviance(noise, outcomes, deviations, values),
    ended: "the exponent's slope vanished",
    moved: task.law.parameters.map(
      (parameter, k) => task.law.fixed?.[parameter] === undefined && (k !== 1 || solved.moved),
    ),
    startsAgreeing: solved.startsAgreeing,
    iterations: solved.evaluations,
  };
}

/** Outcomes that rise with the data are accuracies, more often than not. */
function adviceOnRise({ logSizes, errors, errorScale }: PreparedCurve): string {
  const [first, last] = [logSizes.indexOf(Math.min(...logSizes)), logSizes.indexOf(Math.max(...logSizes))];
  const [least, most] = [(errors[first] as number) * errorScale, (errors[last] as number) * errorScale];
  if (!(most > least)) return "";
  return `it rises from ${formatNumber(least)} to ${formatNumber(most)}: if these are accuracies, give ${most > 1 ? "(100 - accuracy) / 100" : "1 - accuracy"} as the error; else `;
}

function whyUnsolved(solved: MultiStartSolution, law: Law, curve: PreparedCurve): Refusal | undefined {
  const { best } = solved;
  if (best.end === "minimum") return undefined;
  const [input] = law.inputs;
  if (best.end === "low") {
    return refusal(
      `the error does not fall with ${input} in a way that a power law describes; ${adviceOnRise(curve)}plot the points and check their order`,
    );
  }
  if (best.end === "high") {
    const instead = mustFall(law) ? 'or fit the law "power"' : "or use more test items";
    return refusal(
      `the exponent has no best value: all of the fall is before the second size; measure smaller sizes ${instead}`,
    );
  }
  return whyUnsettled(solved);
}

function whyUnsettled({ startsAgreeing: { total }, evaluations }: MultiStartSolution): Refusal {
  return refusal(
    `no start of ${total} converged in ${evaluations} evaluations; check the points for a wrong size or error`,
  );
}

function whyTooLarge(best: Solution, curve: PreparedCurve, law: Law): Refusal | undefined {
  const [logAmplitude] = coordinatesAt(curve, best);
  if (Math.abs(logAmplitude) < LARGEST_LOG_AMPLITUDE) return undefined;
  const [input] = law.inputs;
  return refusal(
    `the amplitude at ${input} = 1 leaves the range of float64; give ${input} in a unit nearer to the sizes measured`,
  );
}

const LARGEST_LOG = Math.log(Number.MAX_VALUE); // an amplitude beyond it, or under its inverse, is no number
const LARGEST_LOG_AMPLITUDE = Math.log(1e150); // its square, in the covariance, is inside float64

function refusal(reason: string): Refusal {
  return { ok: false, reason };
}
