/** @file What intervals are made from: a solved task, and how sure its covariance is of it. */
import { coordinatesOf } from "../laws/coordinates.ts";
import { solverOf } from "../solvers/choose.ts";
import { lawValues } from "../solvers/law-values.ts";
import { deviationsAt } from "../solvers/noise.ts";
import type { LawTask, Minimum, Solver } from "../solvers/task.ts";
import type { FittedLaw, SeedEffect } from "./fitted-law.ts";
import { taskOf } from "./measurements.ts";
import { withSeeds } from "./seed-fit.ts";

export interface Evidence<Parameter extends string = string> {
  task: LawTask<Parameter>;
  solver: Solver;
  minimum: Minimum;
  /** variance of a residual over what its deviation says: 1 for known noise, else estimated */
  dispersion: number;
  degreesOfFreedom: number;
  /** of the coordinates, with the dispersion in it, (parameters) */
  standardErrors: readonly number[];
  /** of the coordinates or of the parameters, whichever: its correlations are read, (parameters, parameters) */
  covariance: readonly (readonly number[])[];
  /** its covariance slope in the same unit; null where no column tells seeds */
  seedEffect: SeedEffect | null;
}

/** What a fit was made from, and what it found. */
export function evidenceOf<Parameter extends string>(fit: FittedLaw<Parameter>): Evidence<Parameter> {
  const { law, parameters, dispersion, degreesOfFreedom, seedEffect } = fit;
  const task = solvedTask(fit);
  const standardErrors = law.parameters.map((parameter) => {
    const { value, standardError } = parameters[parameter];
    return law.positive?.includes(parameter) ? standardError / value : standardError;
  });
  const minimum = minimumOf(fit, task);
  const { covariance } = fit;
  return {
    task,
    solver: solverOf(task),
    minimum,
    dispersion,
    degreesOfFreedom,
    standardErrors,
    covariance,
    seedEffect,
  };
}

/** What a fit's solver was asked at last: where seeds have an effect, with the weights and the effect at the minimum. */
export function solvedTask<Parameter extends string>(fit: FittedLaw<Parameter>): LawTask<Parameter> {
  const task = taskOf(fit);
  if (fit.seedEffect === null) return task;
  const { law, space } = fit;
  const coordinates = coordinatesOf(law, (parameter) => fit.parameters[parameter].value);
  return withSeeds(fit, task, lawValues(law, space, task.measured.inputs, coordinates), fit.seedEffect.ratio);
}

/** A fit's minimum, as its solver left it. */
export function minimumOf<Parameter extends string>(fit: FittedLaw<Parameter>, task: LawTask<Parameter>): Minimum {
  const { law, space, objective, moved, startsAgreeing, iterations, ended } = fit;
  const { inputs, noise, deviations } = task.measured;
  const coordinates = coordinatesOf(law, (parameter) => fit.parameters[parameter].value);
  const values = lawValues(law, space, inputs, coordinates);
  return {
    ok: true,
    coordinates,
    values,
    deviations: deviationsAt(noise, deviations, values),
    objective,
    ended,
    moved: law.parameters.map((parameter) => moved[parameter]),
    startsAgreeing,
    iterations,
  };
}
