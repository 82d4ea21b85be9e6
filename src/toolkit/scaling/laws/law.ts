/** @file What a law is to the solver: named parameters with bounds and starts, and a value with its derivatives at one measurement. */

/** A law that predicts one number from one row of inputs. */
export interface Law<Parameter extends string = string, Input extends string = string> {
  /** for tables, legends and reasons */
  name: string;
  parameters: readonly Parameter[];
  /** the columns it reads; each is a number */
  inputs: readonly Input[];
  /** what `evaluate` returns: the prediction, or its natural logarithm where that is the safer number */
  gives: "value" | "logarithm";
  /** how `evaluate` wants its inputs: as they are, or as natural logarithms, and then they must be above 0 */
  takes: "values" | "logarithms";
  /** where a parameter may lie; without an entry, anywhere */
  bounds: Partial<Record<Parameter, readonly [low: number, high: number]>>;
  /**
   * Where the solver may start: every combination of the values of each parameter.
   *
   * @param inputs (measurements, inputs), as the law takes them
   * @param outcomes (measurements), as values
   */
  starts?(inputs: readonly Float64Array[], outcomes: Float64Array): Record<Parameter, readonly number[]>;
  /**
   * @param parameters in the order of `parameters`
   * @param inputs of one measurement, in the order of `inputs`, as the law takes them
   * @param gradient receives the derivatives by the parameters
   */
  evaluate(parameters: Float64Array, inputs: Float64Array, gradient: Float64Array): number;
}
