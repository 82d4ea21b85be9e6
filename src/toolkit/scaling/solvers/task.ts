/** @file What a solver is asked and what it answers, whichever it is: a law and measurements in, a minimum or a reason out. */
import type { Law } from "../laws/law.ts";
import type { LawNoise } from "./noise.ts";
import type { Measurements, ResidualSpace } from "./trust-region/law-problem.ts";
import type { Loss } from "./trust-region/loss.ts";

/** No answer, and why; the reason advises. */
export interface Refusal {
  ok: false;
  reason: string;
}

/** Measurements with the noise that is known of them. */
export interface NoisyMeasurements extends Measurements {
  /** outcomes in their own unit, (measurements) */
  values: Float64Array;
  noise: LawNoise;
  /** is the size of the noise known, not only its shape */
  noiseIsKnown: boolean;
  /** degrees of freedom that tell its size beside the residuals */
  noiseFreedom: number;
}

/** What is to be solved; everything but the starts. */
export interface LawTask<Parameter extends string = string> {
  /** with its bounds and fixed parameters */
  law: Law<Parameter>;
  space: ResidualSpace;
  loss: Loss;
  measured: NoisyMeasurements;
  /** did the caller name starts or bounds, which not every solver follows */
  guided: boolean;
}

/** A minimum. */
export interface Minimum {
  ok: true;
  /** all parameters of the law as coordinates, the fixed ones too */
  coordinates: Float64Array;
  /** the law at the measurements, in the residual space, (measurements) */
  values: Float64Array;
  /** standard deviations there, up to a common factor where the noise is not known, (measurements) */
  deviations: Float64Array;
  /** half the deviance, or the sum of the losses */
  objective: number;
  /** which test ended the search */
  ended: string;
  /** did the parameter leave its start, or was solved for without one; false of fixed ones, (all parameters) */
  moved: readonly boolean[];
  /** how many starts reached the best minimum */
  startsAgreeing: { agree: number; total: number };
  /** evaluations of all measurements, over all starts */
  iterations: number;
}

/** The minimum with one coordinate held at a value, looked for from a solution near by, or why there is none. */
export type HeldSolve = (coordinate: number, near: Float64Array) => Minimum | Refusal;

/** The coordinates that fit new outcomes at the same inputs, in the residual space, until the next refit; undefined when there is no minimum. */
export type Refit = (outcomes: Float64Array) => Float64Array | undefined;

export interface Solver {
  name: "variable projection" | "trust region";
  /** Is this a task for it? */
  takes(task: LawTask): boolean;
  /**
   * @param starts (starts, all parameters) as coordinates; null for the solver's own
   * @returns the lowest minimum found, to full precision, or why there is none
   */
  solve(task: LawTask, starts: readonly Float64Array[] | null): Minimum | Refusal;
  /** Solves with the parameter at `place` held. */
  holding(task: LawTask, place: number): HeldSolve;
  /** Refits from a minimum of the task, precise enough for the draws of a bootstrap. */
  refitter(task: LawTask, minimum: Minimum): Refit;
}
