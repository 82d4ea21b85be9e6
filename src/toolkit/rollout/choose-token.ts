/** @file The next token: drawn from logits under temperature, top-k and top-p, or the most probable one. */
import { requireCount, requirePositive, requireWithin } from "../core/argument-checks.ts";

export interface TokenOptions {
  /** Divides the logits; 0 takes the most probable token. Default 1. */
  readonly temperature?: number;
  /** Only the so many most probable tokens; default all. */
  readonly topK?: number;
  /** Only the most probable tokens that together have this probability (Holtzman et al. 2020); default 1, all. */
  readonly topP?: number;
}

/** A token, and how probable it was. Natural logarithms. */
export interface ChosenToken {
  token: number;
  /** at temperature 1 over the whole vocabulary: what the policy itself says */
  logProb: number;
  /** under the distribution that it was drawn from; 0 for the most probable one at temperature 0 */
  sampledLogProb: number;
}

/** @throws RangeError naming the option that is out of range */
export function requireTokenOptions(caller: string, { temperature = 1, topK, topP = 1 }: TokenOptions): void {
  requireWithin(caller, "temperature", temperature, 0, Number.MAX_VALUE);
  requirePositive(caller, "topP", topP);
  requireWithin(caller, "topP", topP, 0, 1);
  if (topK !== undefined) requireCount(caller, "topK", topK, 1, Number.MAX_SAFE_INTEGER);
}

/**
 * Draws by the inverse of the distribution function, tokens in the order of their ids. top-k counts tokens of equal
 * logits in the order of their ids; top-p is taken after temperature and top-k, and keeps the token that crosses it.
 *
 * @param logits a row of V numbers at `start`
 * @param uniform in [0, 1)
 * @param into receives the token and its log-probabilities
 * @source Holtzman et al. 2020, arXiv:1904.09751 (top-p); Fan et al. 2018, arXiv:1805.04833 (top-k)
 */
export function chooseToken(
  logits: ArrayLike<number>,
  start: number,
  size: number,
  options: TokenOptions,
  uniform: number,
  into: ChosenToken,
): void {
  const { temperature = 1, topK = size, topP = 1 } = options;
  const weights = weightsFor(size);
  const largest = fillWeights(logits, start, size, 1, weights);
  const logTotal = Math.log(sum(weights, size));
  if (temperature === 0) {
    into.token = largest;
    into.sampledLogProb = 0;
  } else {
    if (temperature !== 1) fillWeights(logits, start, size, temperature, weights);
    if (topK < size || topP < 1) keepTop(weights, size, topK, topP);
    drawWeighted(weights, size, uniform, into);
  }
  into.logProb = (logits[start + into.token] as number) - (logits[start + largest] as number) - logTotal;
}

let scratch = new Float64Array(0);

/** Room for V numbers, the same memory at each call: a draw makes no garbage. */
function weightsFor(size: number): Float64Array {
  if (scratch.length < size) scratch = new Float64Array(size);
  return scratch;
}

/** e^((logit - largest) / temperature) of a row. @returns the first place of the largest logit */
function fillWeights(
  logits: ArrayLike<number>,
  start: number,
  size: number,
  temperature: number,
  into: Float64Array,
): number {
  let largest = 0;
  for (let id = 1; id < size; id++) {
    if ((logits[start + id] as number) > (logits[start + largest] as number)) largest = id;
  }
  const shift = logits[start + largest] as number;
  for (let id = 0; id < size; id++) into[id] = Math.exp(((logits[start + id] as number) - shift) / temperature);
  return largest;
}

function sum(weights: Float64Array, size: number): number {
  let total = 0;
  for (let id = 0; id < size; id++) total += weights[id] as number;
  return total;
}

/** Sets to 0 all but the `topK` largest weights, and of those all but the first that together reach the share topP. */
function keepTop(weights: Float64Array, size: number, topK: number, topP: number): void {
  const order = Array.from({ length: size }, (_, id) => id);
  order.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  for (const id of order.splice(topK)) weights[id] = 0;
  const enough = topP * sum(weights, size);
  let reached = 0;
  for (const id of order) {
    const weight = weights[id] as number;
    if (reached >= enough) weights[id] = 0;
    reached += weight;
  }
}

function drawWeighted(weights: Float64Array, size: number, uniform: number, into: ChosenToken): void {
  const total = sum(weights, size);
  const target = uniform * total;
  let reached = 0;
  for (let id = 0; id < size; id++) {
    const weight = weights[id] as number;
    if (weight === 0) continue;
    into.token = id; // of the last token that has any weight, when rounding leaves the target beyond the sum
    reached += weight;
    if (target < reached) break;
  }
  into.sampledLogProb = Math.log((weights[into.token] as number) / total);
}
