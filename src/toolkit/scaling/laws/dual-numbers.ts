/** @file Forward-mode dual numbers: arithmetic that carries the exact derivatives by every parameter along (Wengert 1964). */

/** A value with its derivatives by the parameters of a law, (parameters). */
export interface Dual {
  value: number;
  gradient: Float64Array;
}

/** A dual, or a plain number whose derivatives are 0. */
export type Term = Dual | number;

/** The arithmetic of a law's formula; every function takes duals and plain numbers. */
export interface DualArithmetic {
  plus(...terms: Term[]): Dual;
  minus(left: Term, right: Term): Dual;
  times(...factors: Term[]): Dual;
  over(numerator: Term, denominator: Term): Dual;
  /** base^exponent, for a base > 0, or any base and an exponent that is a plain number */
  power(base: Term, exponent: Term): Dual;
  exp(argument: Term): Dual;
  log(argument: Term): Dual;
  sqrt(argument: Term): Dual;
  sin(argument: Term): Dual;
  cos(argument: Term): Dual;
  tanh(argument: Term): Dual;
  /** ln(1 + e^argument), for any argument */
  softplus(argument: Term): Dual;
  arctan(argument: Term): Dual;
}

/**
 * The arithmetic for laws of `count` parameters.
 *
 * @param count how many derivatives a dual carries
 * @example dualArithmetic(1).power({ value: 3, gradient: Float64Array.of(1) }, 2) // => { value: 9, gradient: [6] }
 * @source Griewank & Walther 2008, Evaluating Derivatives, section 3.1
 */
export function dualArithmetic(count: number): DualArithmetic {
  /** f(x) and f'(x) turn a dual into f of it: the chain rule. */
  const chain = (argument: Term, value: number, slope: number): Dual => {
    const gradient = new Float64Array(count);
    if (typeof argument !== "number") addScaled(gradient, argument.gradient, slope);
    return { value, gradient };
  };
  const combine = (left: Term, leftSlope: number, right: Term, rightSlope: number, value: number): Dual => {
    const dual = chain(left, value, leftSlope);
    if (typeof right !== "number") addScaled(dual.gradient, right.gradient, rightSlope);
    return dual;
  };
  const product = (left: Term, right: Term): Dual =>
    combine(left, plain(right), right, plain(left), plain(left) * plain(right));

  return {
    plus: (...terms) => {
      const sum = { value: 0, gradient: new Float64Array(count) };
      for (const term of terms) {
        sum.value += plain(term);
        if (typeof term !== "number") addScaled(sum.gradient, term.gradient, 1);
      }
      return sum;
    },
    minus: (left, right) => combine(left, 1, right, -1, plain(left) - plain(right)),
    times: (...factors) => factors.reduce<Dual>((all, factor) => product(all, factor), chain(0, 1, 0)),
    over: (numerator, denominator) => {
      const below = plain(denominator);
      const value = plain(numerator) / below;
      return combine(numerator, 1 / below, denominator, -value / below, value);
    },
    power: (base, exponent) => {
      const from = plain(base);
      const to = plain(exponent);
      const value = from ** to;
      const baseSlope = to === 0 ? 0 : to * from ** (to - 1);
      return combine(base, baseSlope, exponent, value === 0 ? 0 : value * Math.log(from), value);
    },
    exp: (argument) => chain(argument, Math.exp(plain(argument)), Math.exp(plain(argument))),
    log: (argument) => chain(argument, Math.log(plain(argument)), 1 / plain(argument)),
    sqrt: (argument) => chain(argument, Math.sqrt(plain(argument)), 0.5 / Math.sqrt(plain(argument))),
    sin: (argument) => chain(argument, Math.sin(plain(argument)), Math.cos(plain(argument))),
    cos: (argument) => chain(argument, Math.cos(plain(argument)), -Math.sin(plain(argument))),
    tanh: (argument) => chain(argument, Math.tanh(plain(argument)), 1 - Math.tanh(plain(argument)) ** 2),
    softplus: (argument) => {
      const at = plain(argument);
      const value = Math.max(at, 0) + Math.log1p(Math.exp(-Math.abs(at)));
      return chain(argument, value, 1 / (1 + Math.exp(-at)));
    },
    arctan: (argument) => chain(argument, Math.atan(plain(argument)), 1 / (1 + plain(argument) ** 2)),
  };
}

function plain(term: Term): number {
  return typeof term === "number" ? term : term.value;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  if (factor === 0) return; // a slope of 0 stops an infinite derivative further in
  for (let k = 0; k < target.length; k++) target[k] = (target[k] as number) + factor * (source[k] as number);
}
