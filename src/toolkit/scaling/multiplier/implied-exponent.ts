/** @file The exponent that a published pair of errors and a published data multiplier imply together. */
import { requireBetween, requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";
import { createStream } from "../../core/random-stream.ts";
import { percentileRange, whyTooFew } from "../fit/bootstrap.ts";
import type { Failure, Interval } from "../fit/fitted-law.ts";

/**
 * If a method with error e1 is worth `multiplier` times the data of a baseline with error e0, and error falls as
 * dataSize^-exponent, then e0 / e1 = multiplier^exponent, so exponent = ln(e0 / e1) / ln(multiplier).
 * The interval draws both test scores anew from their binomial distributions, as if on separate test sets; where both
 * methods answered the same items, it is wider than need be.
 *
 * @param request baselineError and error: shares of test items, strictly in (0, 1); multiplier > 0, not 1;
 *   items: test items, a count (the baseline's too, unless baselineItems says otherwise); level, default 0.95; seed;
 *   resamples, default 1000
 * @returns the exponent (negative when the method is worse than its multiplier says) with its interval,
 *   or { ok: false, reason } when too many draws have no error at all
 * @throws RangeError when an argument is out of range
 * @example impliedExponent({ baselineError: 0.4, error: 0.2, multiplier: 4, items: 1000, seed: 7 }).value // => 0.5
 */
export function impliedExponent(request: {
  baselineError: number;
  error: number;
  multiplier: number;
  items: number;
  baselineItems?: number;
  level?: number;
  seed: number;
  resamples?: number;
}): { ok: true; value: number; interval: Interval } | Failure {
  requireOptions("impliedExponent", request, OPTIONS);
  const {
    baselineError,
    error,
    multiplier,
    items,
    seed,
    baselineItems = items,
    level = 0.95,
    resamples = 1000,
  } = request;
  requireBetween("impliedExponent", "baselineError", baselineError, 0, 1);
  requireBetween("impliedExponent", "error", error, 0, 1);
  requireBetween("impliedExponent", "multiplier", multiplier, 0, Infinity);
  if (multiplier === 1) throw wrong("impliedExponent", "multiplier to differ from 1", multiplier);
  requireCount("impliedExponent", "items", items, 1, 2 ** 31 - 1);
  requireCount("impliedExponent", "baselineItems", baselineItems, 1, 2 ** 31 - 1);
  requireBetween("impliedExponent", "level", level, 0, 1);
  requireCount("impliedExponent", "resamples", resamples, 1, 1e7);

  requireCount("impliedExponent", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const stream = createStream(seed).split("implied exponent");
  const exponents: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const baselineWrong = stream.binomial(baselineItems, baselineError) / baselineItems;
    const wrongAnswers = stream.binomial(items, error) / items;
    if (baselineWrong > 0 && wrongAnswers > 0)
      exponents.push(Math.log(baselineWrong / wrongAnswers) / Math.log(multiplier));
  }
  if (exponents.length < LEAST_USABLE * resamples) {
    const reason = `no interval for the exponent: ${resamples - exponents.length} of ${resamples} draws of ${items} items have no error; use more test items`;
    return { ok: false, reason };
  }
  const few = whyTooFew(exponents.length, level);
  if (few !== undefined) return { ok: false, reason: `no interval for the exponent: ${few}` };
  const range = percentileRange(exponents, level);
  const value = Math.log(baselineError / error) / Math.log(multiplier);
  return { ok: true, value, interval: { ...range, level, method: "bootstrap" } };
}

const OPTIONS = ["baselineError", "error", "multiplier", "items", "baselineItems", "level", "seed", "resamples"];
const LEAST_USABLE = 0.99; // draws without an error would be exponents without a limit: they may not reach an end's share
