/** @file Accuracy: the share of problems that a policy answers right, with the shares of wrong and missing answers beside it. */
import { requireList, requireOneOf } from "../core/argument-checks.ts";
import type { Verdict } from "../tasks/index.ts";
import { type Rate, shareOf } from "./rate.ts";

/** The three shares sum to 1. */
export interface Accuracy {
  right: Rate;
  wrong: Rate;
  unanswered: Rate;
}

/**
 * @param verdicts one a problem: of greedy completions, for greedy accuracy
 * @param level nominal coverage of the intervals, in (0, 1)
 * @throws RangeError when there is no verdict, or one that is none of the three
 * @example accuracy(["right", "wrong", "right", "unanswered"]).right.value // => 0.5
 */
export function accuracy(verdicts: readonly Verdict[], level = 0.95): Accuracy {
  requireList("accuracy", "verdicts to be an array", verdicts);
  for (const [index, verdict] of verdicts.entries()) requireOneOf("accuracy", `verdicts[${index}]`, verdict, VERDICTS);
  const share = (wanted: Verdict): Rate => shareOf(verdicts, (verdict) => verdict === wanted, level);
  return { right: share("right"), wrong: share("wrong"), unanswered: share("unanswered") };
}

const VERDICTS = ["right", "wrong", "unanswered"] as const;
