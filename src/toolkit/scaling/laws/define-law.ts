/** @file Laws of your own: a formula over named parameters, whose derivatives come by themselves. */
import { guess, requireList, requireOneOf, requireOptions, requireText, wrong } from "../../core/argument-checks.ts";
import { type Dual, type DualArithmetic, dualArithmetic } from "./dual-numbers.ts";
import type { Law } from "./law.ts";

/** A law as its author writes it. */
export interface LawDefinition<Parameter extends string, Input extends string> {
  name: string;
  parameters: readonly Parameter[];
  inputs: readonly Input[];
  /** the prediction at one measurement, made with the arithmetic that it is handed */
  formula: (
    parameters: Record<NoInfer<Parameter>, Dual>,
    inputs: Record<NoInfer<Input>, number>,
    arithmetic: DualArithmetic,
  ) => Dual;
  /** where a parameter may lie; without an entry, anywhere */
  bounds?: Partial<Record<NoInfer<Parameter>, readonly [low: number, high: number]>>;
  /** how the formula wants its inputs, default "values" */
  takes?: "values" | "logarithms";
  /** parameters above 0 that may span factors of ten; the formula is handed the parameters themselves */
  positive?: readonly NoInfer<Parameter>[];
  /** parameters without which the law says nothing */
  essential?: readonly NoInfer<Parameter>[];
  /** between which numbers the prediction lies, whatever the parameters; bands end there */
  within?: readonly [low: number, high: number];
  /** does the prediction fall, whatever the parameters, as the one input rises */
  falls?: boolean;
  /** where to start, when a fit names no start */
  starts?: NonNullable<Law<Parameter, Input>["starts"]>;
}

const OPTIONS = [
  ...["name", "parameters", "inputs", "formula", "bounds"],
  ...["takes", "positive", "essential", "within", "falls", "starts"],
];

/** Throws unless every parameter's bounds are two numbers, the lower one first. */
function requireRanges(bounds: unknown): void {
  if (typeof bounds !== "object" || bounds === null || Array.isArray(bounds)) {
    throw wrong("defineLaw", "bounds to be an object of [low, high] by parameter", bounds);
  }
  for (const [parameter, range] of Object.entries(bounds)) {
    const [low, high] = Array.isArray(range) && range.length === 2 ? range : [];
    if (!(low < high)) throw wrong("defineLaw", `bounds.${parameter} to be [low, high] with low < high`, range);
  }
}

/**
 * Makes a law of a formula. The solver gets exact derivatives: no finite differences, no derivative to write.
 *
 * @param definition at least one parameter and one input, each name once
 * @throws RangeError or TypeError for a definition that names no parameter, names one twice, has no formula, or an option that there is not
 * @example defineLaw({ name: "Misra", parameters: ["top", "rate"], inputs: ["x"], formula: ({ top, rate }, { x }, { minus, times, exp }) => times(top, minus(1, exp(times(rate, -x)))) }).parameters // => ["top", "rate"]
 */
export function defineLaw<const Parameter extends string, const Input extends string>(
  definition: LawDefinition<Parameter, Input>,
): Law<Parameter, Input> {
  requireOptions("defineLaw", definition, OPTIONS);
  const { name, parameters, inputs, formula, bounds = {}, takes = "values", positive = [], ...rest } = definition;
  requireText("defineLaw", "name", name);
  requireNames("parameters", parameters);
  requireNames("inputs", inputs);
  for (const option of ["positive", "essential"] as const) {
    if (definition[option] !== undefined)
      requireList("defineLaw", `${option} to be an array of parameters`, definition[option]);
  }
  if (definition.starts !== undefined && typeof definition.starts !== "function") {
    throw wrong("defineLaw", "starts to be a function of inputs and outcomes", definition.starts);
  }
  requireRanges(bounds);
  for (const option of ["bounds", "positive", "essential"] as const) {
    const named = definition[option] ?? [];
    for (const parameter of Array.isArray(named) ? (named as string[]) : Object.keys(named)) {
      requireOneOf("defineLaw", `a parameter in ${option}`, parameter, parameters as readonly string[]);
    }
  }
  if (typeof formula !== "function") throw wrong("defineLaw", "formula to be a function", formula);
  const arithmetic = dualArithmetic(parameters.length);
  const duals = {} as Record<Parameter, Dual>;
  const logarithmic = parameters.map((parameter) => positive.includes(parameter));
  for (const [k, parameter] of parameters.entries()) {
    const gradient = new Float64Array(parameters.length);
    gradient[k] = 1;
    duals[parameter] = { value: 0, gradient };
  }
  const row = {} as Record<Input, number>;
  let tried = false;
  return {
    name,
    parameters,
    inputs,
    gives: "value",
    takes,
    bounds: bounds as Law<Parameter, Input>["bounds"],
    positive,
    ...rest,
    evaluate(coordinates, given, gradient) {
      for (const [k, parameter] of parameters.entries()) {
        const dual = duals[parameter];
        dual.value = logarithmic[k] ? Math.exp(coordinates[k] as number) : (coordinates[k] as number);
        if (logarithmic[k]) dual.gradient[k] = dual.value;
      }
      for (const [k, input] of inputs.entries()) row[input] = given[k] as number;
      if (!tried) requireNamesOf(definition, duals, row, arithmetic);
      tried = true;
      const result = formula(duals, row, arithmetic) as Dual | number;
      if (typeof result === "number") {
        gradient.fill(0); // a branch that is a plain number depends on no parameter
        return result;
      }
      gradient.set(result.gradient);
      return result.value;
    },
  };
}

/** Throws unless the formula takes names that there are, and gives a number: read once, with the first values. */
function requireNamesOf<Parameter extends string, Input extends string>(
  { name, formula }: LawDefinition<Parameter, Input>,
  duals: Record<Parameter, Dual>,
  row: Record<Input, number>,
  arithmetic: DualArithmetic,
): void {
  const watched = <Known extends object>(what: string, known: Known): Known =>
    new Proxy(known, {
      get(from, key) {
        if (typeof key === "symbol" || key in from) return Reflect.get(from, key);
        const names = Object.keys(from);
        throw wrong(
          "defineLaw",
          `the formula of "${name}" to take ${what} among ${names.join(", ")}`,
          key,
          guess(key, names),
        );
      },
    });
  const result: unknown = formula(
    watched("parameters", duals),
    watched("inputs", row),
    watched("functions", arithmetic),
  );
  if (typeof result === "number" || (typeof result === "object" && result !== null && "gradient" in result)) return;
  const hint = "parameters take no + - * /: plus, minus, times, over, the third argument's functions, do";
  throw wrong("defineLaw", `the formula of "${name}" to give what its arithmetic gives, or a number`, result, hint);
}

function requireNames(what: string, names: readonly string[]): void {
  const fits = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string");
  if (!fits) throw wrong("defineLaw", `${what} to be one name or more`, names);
  if (new Set(names).size < names.length) throw wrong("defineLaw", `${what} to have each name once`, names.join(", "));
}
