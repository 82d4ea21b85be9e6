/** @file Operators with fixed random tables, drawn by a Zipf law: a few are met often, most seldom. */
import type { RandomStream } from "../../core/random-stream.ts";
import { randomSubset } from "../random-order.ts";
import type { ChainConfig } from "./options.ts";

/** Operators 0 to `operators` - 1 take one value, the `joinOperators` after them take two. */
export interface Operators {
  readonly modulus: number;
  /** The value of an operator at its inputs, all in [0, modulus). */
  apply(operator: number, inputs: readonly number[]): number;
  /** An operator of one input, drawn with weight rank^-zipf. */
  draw(stream: RandomStream): number;
}

/**
 * The tables of a task, a function of the stream.
 *
 * @param stream split for each operator, so that more operators leave the first ones as they are
 * @source Michaud, Liu, Girit & Tegmark 2023, arXiv:2303.13506: skills met by a Zipf law are learnt along a power law
 */
export function createOperators(config: ChainConfig, stream: RandomStream): Operators {
  const { operators, joinOperators, modulus, tables, zipf } = config;
  const unary = Array.from({ length: operators }, (_, operator) => {
    const own = stream.split(operator);
    return tables === "permutation" ? permutation(modulus, own) : randomTable(modulus, modulus, own);
  });
  const joining = stream.split("join");
  const binary = Array.from({ length: joinOperators }, (_, operator) =>
    randomTable(modulus * modulus, modulus, joining.split(operator)),
  );
  const cumulative = cumulativeWeights(operators, zipf);
  return {
    modulus,
    apply(operator, inputs) {
      const first = inputs[0] as number;
      if (operator < operators) return unary[operator]?.[first] as number;
      return binary[operator - operators]?.[first * modulus + (inputs[1] as number)] as number;
    },
    draw: (from) => rankAt(cumulative, from.uniform()),
  };
}

function randomTable(entries: number, modulus: number, stream: RandomStream): Uint16Array {
  return Uint16Array.from({ length: entries }, () => stream.integer(modulus));
}

function permutation(modulus: number, stream: RandomStream): Uint16Array {
  return Uint16Array.from(randomSubset(modulus, modulus, stream));
}

/** Entry r is the chance of a rank <= r. */
function cumulativeWeights(count: number, zipf: number): Float64Array {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -zipf;
    cumulative[rank] = sum;
  }
  return cumulative.map((weight) => weight / sum); // the last is sum / sum, exactly 1
}

/** The first rank whose cumulative chance is above `share`, by bisection. */
function rankAt(cumulative: Float64Array, share: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] as number) > share) high = middle;
    else low = middle + 1;
  }
  return low;
}
