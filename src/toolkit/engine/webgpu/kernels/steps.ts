/** @file The steps of a pass as expressions of WGSL. */
import type { PassStep, StepName } from "../../plan/instruction.ts";
import { float } from "./kernel.ts";

/** How a register is held: as a float, as an integer, or as bits that either may be. */
export type Kind = "f32" | "i32" | "u32";

const INTEGER = /(_INT|EQUAL|LESS|BOOL)$|^(AND|OR|NOT)$/;

export function kindOf(name: StepName): Kind {
  if (name === "SELECT") return "u32";
  return INTEGER.test(name) ? "i32" : "f32";
}

export function as(kind: Kind, own: Kind, text: string): string {
  return kind === own ? text : `bitcast<${kind}>(${text})`;
}

/** What a row has one of, found before its elements are gone through once more. */
export const ROW_NUMBERS: ReadonlySet<StepName> = new Set<StepName>([
  ...(["SUM_ROW", "MAX_ROW", "SUM_ROW_INT", "INVERSE_DEVIATION"] as const),
]);

/** Steps that need numbers of the whole row, and give one an element. */
export const ROW_STEPS: ReadonlySet<StepName> = new Set<StepName>(["SOFTMAX", "LOG_SOFTMAX", "STANDARDISE"]);

/** Reads an operand as a kind. */
type Read = (kind: Kind, register: number) => string;

/** The value of step `at`; of a step over rows by the numbers `first` and `second` of its row. */
export function formula({ name, operands, number }: PassStep, at: number, read: Read): string {
  const f = (place: number): string => read("f32", operands[place] as number);
  const i = (place: number): string => read("i32", operands[place] as number);
  const u = (place: number): string => read("u32", operands[place] as number);
  const truth = (test: string): string => `select(0, 1, ${test})`;
  const integer = INTEGER.test(name) && !["EQUAL", "LESS", "LESS_EQUAL", "TO_INT", "FLOAT_TO_BOOL"].includes(name);
  const [a, b] = integer ? [i, i] : [f, f];
  switch (name) {
    case "CONSTANT":
      return float(number);
    case "CONSTANT_INT":
      return `i32(${number})`;
    case "ADD":
    case "ADD_INT":
      return `${a(0)} + ${b(1)}`;
    case "SUB":
    case "SUB_INT":
      return `${a(0)} - ${b(1)}`;
    case "MUL":
    case "MUL_INT":
      return `${a(0)} * ${b(1)}`;
    case "DIV":
    case "DIV_INT":
      return `${a(0)} / ${b(1)}`;
    case "NEG":
    case "NEG_INT":
      return `-${a(0)}`;
    case "EXP":
    case "LOG":
    case "SQRT":
      return `${name.toLowerCase()}(${f(0)})`;
    case "TANH":
    case "ERF":
    case "SIGMOID":
    case "SOFTPLUS":
      return `own_${name.toLowerCase()}(${f(0)})`;
    case "GELU":
      return `0.5 * ${f(0)} * (1.0 + own_erf(${f(0)} * ${float(Math.SQRT1_2)}))`;
    case "MULTIPLY_ADD":
      return `fma(${f(0)}, ${f(1)}, ${f(2)})`;
    case "MAXIMUM":
      return `max(${f(0)}, ${f(1)})`;
    case "EQUAL":
    case "EQUAL_INT":
      return truth(`${a(0)} == ${b(1)}`);
    case "LESS":
    case "LESS_INT":
      return truth(`${a(0)} < ${b(1)}`);
    case "LESS_EQUAL":
    case "LESS_EQUAL_INT":
      return truth(`${a(0)} <= ${b(1)}`);
    case "AND":
      return `${i(0)} & ${i(1)}`;
    case "OR":
      return `${i(0)} | ${i(1)}`;
    case "NOT":
      return `1 - ${i(0)}`;
    case "SELECT":
      return `select(${u(2)}, ${u(1)}, ${i(0)} != 0)`;
    case "TO_FLOAT":
      return `f32(${i(0)})`;
    case "TO_INT":
      return `i32(${f(0)})`;
    case "FLOAT_TO_BOOL":
      return truth(`${f(0)} != 0.0`);
    case "INT_TO_BOOL":
      return truth(`${i(0)} != 0`);
    case "SOFTMAX":
      return `exp(${f(0)} - first${at}) * second${at}`;
    case "LOG_SOFTMAX":
      return `${f(0)} - first${at} - second${at}`;
    case "STANDARDISE":
      return `(${f(0)} - first${at}) * second${at}`;
    case "SUM_ROW":
    case "MAX_ROW":
    case "SUM_ROW_INT":
    case "INVERSE_DEVIATION":
      return `first${at}`;
  }
}

/**
 * Functions that WGSL lacks, or has to no stated accuracy: near 0 by their series, elsewhere by exp.
 *
 * @source erf: Abramowitz and Stegun 7.1.26, wrong by 1.5e-7 at most
 */
export const FUNCTIONS = `
fn own_erf(x: f32) -> f32 {
  let a = abs(x);
  let s = x * x;
  if (a < 0.5) { return x * (1.1283791671 + s * (-0.3761263890 + s * (0.1128379167 + s * (-0.0268661706 + s * (0.0052239776 - s * 0.0008548327))))); }
  let t = 1.0 / (1.0 + 0.3275911 * a);
  let y = 1.0 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * exp(-s);
  return select(y, -y, x < 0.0);
}
fn own_tanh(x: f32) -> f32 {
  let a = abs(x);
  let s = x * x;
  if (a < 0.1) { return x * (1.0 + s * (-0.333333333 + s * (0.133333333 - s * 0.053968254))); }
  let e = exp(-2.0 * a);
  let y = (1.0 - e) / (1.0 + e);
  return select(y, -y, x < 0.0);
}
fn own_sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(1.0, e, x < 0.0) / (1.0 + e);
}
fn own_softplus(x: f32) -> f32 {
  let e = exp(-abs(x));
  return max(x, 0.0) + select(log(1.0 + e), e - 0.5 * e * e, e < 1e-3);
}
`;
