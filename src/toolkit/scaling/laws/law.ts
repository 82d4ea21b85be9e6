/** @file What a law is: named parameters with bounds and starts, and a value with its derivatives at one measurement. */
import type { Dual, DualArithmetic } from "./dual-numbers.ts";

/** The parameter that another equals, or a formula of the untied ones, made with the arithmetic that it is handed. */
export type Tie<Parameter extends string = string> =
  | Parameter
  | ((parameters: Record<Parameter, Dual>, arithmetic: DualArithmetic) => Dual | number);

/** A law that predicts one number from one row of inputs. */
export interface Law<Parameter extends string = string, Input extends string = string> {
  /** for tables, legends and reasons */
  name: string;
  parameters: readonly Parameter[];
  /** the columns it reads, unless the fit names others for them; each is a number */
  inputs: readonly Input[];
  /** what `evaluate` returns: the prediction, or its natural logarithm where that is the safer number */
  gives: "value" | "logarithm";
  /** how `evaluate` wants its inputs: as they are, or as natural logarithms, and then they must be above 0 */
  takes: "values" | "logarithms";
  /** where a parameter may lie; without an entry, anywhere */
  bounds: Partial<Record<Parameter, readonly [low: number, high: number]>>;
  /**
   * Parameters above 0 that may span factors of ten. They are solved for by their natural logarithms, and their Wald intervals
   * are made there; whoever reads a fit sees the parameters themselves.
   */
  positive?: readonly Parameter[];
  /** parameters that are not fitted, with their values */
  fixed?: Partial<Record<Parameter, number>>;
  /** parameters that follow from others */
  ties?: Partial<Record<Parameter, Tie<Parameter>>>;
  /** parameters without which the law says nothing: a fit that cannot tell one of them from 0 is in doubt */
  essential?: readonly Parameter[];
  /** between which numbers the prediction lies, whatever the parameters */
  within?: readonly [low: number, high: number];
  /** does the prediction fall, whatever the parameters, as the one input rises */
  falls?: boolean;
  /** amplitude * input^-exponent + floor, parameters in this order: all but the exponent is a linear fit */
  shape?: "power over a floor";
  /** what helps where the rows say too little about the law */
  advice?: string;
  /**
   * Where the solver may start: every combination of the values of each parameter.
   *
   * @param inputs (measurements, inputs), as the law takes them
   * @param outcomes (measurements), as values
   */
  starts?(inputs: readonly Float64Array[], outcomes: Float64Array): Record<Parameter, readonly number[]>;
  /**
   * @param coordinates the parameters in the order of `parameters`, the positive ones by their logarithms
   * @param inputs of one measurement, in the order of `inputs`, as the law takes them
   * @param gradient receives the derivatives by the coordinates
   */
  evaluate(coordinates: Float64Array, inputs: Float64Array, gradient: Float64Array): number;
  /**
   * Of a law with one input: where it reaches an outcome.
   *
   * @param coordinates as for `evaluate`
   * @returns the input, as a value; Infinity where the law does not come down to the outcome
   */
  inverse?(coordinates: Float64Array, outcome: number): number;
}

/** What helps where the rows say too little. */
export function adviceOf(law: Law): string {
  return law.advice ?? "measure a wider range of inputs, or fit a law with fewer parameters";
}

/** The prediction in the outcomes' own unit. */
export function lawValue(law: Law, coordinates: Float64Array, inputs: Float64Array, gradient: Float64Array): number {
  const given = law.evaluate(coordinates, inputs, gradient);
  return law.gives === "logarithm" ? Math.exp(given) : given;
}
