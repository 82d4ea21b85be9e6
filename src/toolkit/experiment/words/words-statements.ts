/** @file What the records of the study of word problems say to the paper's statements, by the rules that its protocol set before a seed was run. */
import { wrong } from "../../core/argument-checks.ts";
import { compareRuns, formatEstimate, formatMeasured, holm, type RunComparison } from "../../report/index.ts";
import type { DataMultiplierFailure, SeededMultiplier, SeedMean } from "../../scaling/index.ts";
import type { Method } from "../methods/methods.ts";
import type { WordsRecord } from "./words-record.ts";

/** A statement of the paper beside what was measured at one size. */
export interface WordsStatement {
  readonly statement: string;
  readonly paper: string;
  /** problems with a teacher's solution */
  readonly problems: number;
  /** value and 95 % interval over seeds */
  readonly here: string;
  /** by the protocol's rule, from the interval alone */
  readonly verdict: string;
}

/** What the rules read of a policy; the records of another task that have as much are judged by the same. */
export type StatedRun = Pick<
  WordsRecord,
  "method" | "size" | "seed" | "passAt1" | "passAtAll" | "sampledAnswers" | "spuriousSteps" | "bestUpdate"
>;

/**
 * Each statement at each size where its methods were run. None is readable at a size that taught SFT nothing.
 *
 * @param runs records of two seeds or more
 * @throws RangeError for fewer seeds, or where no method was run beside SFT
 * @source docs/study-protocol.md, "Word problems"; the statements: Setlur et al. 2024, arXiv:2406.14532
 */
export function wordsStatements(runs: readonly StatedRun[]): WordsStatement[] {
  const study = compareRuns(runs, { by: "method", at: "size" });
  if (study.seeds.length < 2) throw wrong("wordsStatements", "records of two seeds or more", study.seeds);
  const ran = (method: Method, size: number) => runs.some((run) => run.method === method && run.size === size);
  const sizes = [...new Set(runs.flatMap(({ method, size }) => (method === "sft" ? [] : [size])))].sort(
    (one, other) => one - other,
  );
  if (sizes.length === 0) throw wrong("wordsStatements", "a method beside SFT", "sft");
  const luck = adjustedBySizes(runs, study, sizes, ran);
  return sizes.flatMap((problems) => {
    const unread = notReadable(study.runs("sft", problems));
    return statementsAt(study, problems, (method) => ran(method, problems), luck).map((found) => {
      return { ...found, ...(unread !== undefined && { verdict: unread }), problems };
    });
  });
}

/** Where SFT kept the policy that it began with in half of the seeds or more: nothing was taught that a method could do better. */
function notReadable(sft: readonly StatedRun[]): string | undefined {
  const untaught = sft.filter(({ bestUpdate }) => bestUpdate === 0).length;
  if (2 * untaught < sft.length) return undefined;
  return `not readable: SFT kept the policy that it began with in ${untaught} of ${sft.length} seeds`;
}

type Comparison = RunComparison<StatedRun, Method, number>;
type Judged = Omit<WordsStatement, "problems">;

/** The share of samples that are wrong: half a sample where none is, since a multiplier needs errors above 0. */
export function sampledError({ passAt1, sampledAnswers }: Pick<WordsRecord, "passAt1" | "sampledAnswers">): number {
  return Math.max(1 - passAt1, 0.5 / sampledAnswers);
}

function statementsAt(
  study: Comparison,
  size: number,
  ran: (method: Method) => boolean,
  luck: (one: Method, other: Method, size: number) => number,
): Judged[] {
  const worth = study.multipliers("sft", sampledError);
  const less = (one: Method, other: Method, quantity: "passAt1" | "passAtAll" | "spuriousSteps") =>
    study.differences(other, quantity).cell(one, size);
  const told: (Judged & { readonly of: readonly Method[] })[] = [];
  const add = (of: readonly Method[], judge: () => Judged) => {
    if (of.every(ran)) told.push({ of, ...judge() });
  };
  for (const [method, name, times] of [
    ["rft", "own right solutions (RFT)", 2],
    ["step-dpo-full", "own wrong steps (per-step DPO, full pairs)", 8],
  ] as const) {
    add([method], () => {
      const found = worth.cell(method, size);
      const statement = `${name} are worth ${times} times the problems`;
      return { statement, paper: `${times} times`, here: formatMeasured(found), verdict: multiplied(found, times) };
    });
  }
  add(["dpo"], () => {
    const gain = less("dpo", "sft", "passAt1");
    const verdict = gain.low > 0 ? "not so here: above SFT" : "agrees: not above SFT";
    return {
      ...{ statement: "DPO on whole responses does not beat SFT", paper: "does not" },
      ...{ here: `pass@1 less SFT's: ${formatEstimate(gain)}`, verdict },
    };
  });
  const contrast = (statement: string, one: Method, other: Method) =>
    add([one, other], () => {
      const gain = less(one, other, "passAt1");
      const p = luck(one, other, size);
      const verdict = p < 0.05 ? (gain.value > 0 ? "agrees" : "against it") : "not told apart";
      const here = `pass@1, ${one} less ${other}: ${formatEstimate(gain)}, Holm's p ${p.toFixed(3)}`;
      return { statement, paper: "yes", here, verdict };
    });
  contrast("credit does it: the first pit against a random step", "step-dpo-forked", "step-dpo-shuffled");
  contrast("per-step pairs beat whole responses", "step-dpo-full", "dpo");
  add(["rft"], () => {
    const more = less("rft", "sft", "spuriousSteps");
    return {
      ...{ statement: "own right solutions amplify spurious steps", paper: "yes" },
      ...{ here: `spurious steps of right solutions, less SFT's: ${formatEstimate(more)}`, verdict: sign(more, 1) },
    };
  });
  add(["step-dpo-full"], () => {
    const fewer = less("step-dpo-full", "sft", "spuriousSteps");
    return {
      ...{ statement: "own wrong steps unlearn spurious steps", paper: "yes" },
      ...{ here: `spurious steps of right solutions, less SFT's: ${formatEstimate(fewer)}`, verdict: sign(fewer, -1) },
    };
  });
  add(["step-dpo-full"], () => {
    const gain = less("step-dpo-full", "sft", "passAtAll");
    return {
      ...{ statement: "more samples gain too (pass@k)", paper: "yes" },
      ...{ here: `pass@k of all samples, less SFT's: ${formatEstimate(gain)}`, verdict: sign(gain, 1) },
    };
  });
  return told.map(({ of: _of, ...judged }) => judged);
}

/** Holds where the interval has the paper's number and excludes 1. */
function multiplied(found: SeededMultiplier | DataMultiplierFailure, times: number): string {
  if (!found.ok) return `open: ${found.reason}`;
  const { low, high } = found;
  if (high < 1) return "against it: worth less than 1";
  if (low <= 1) return high < times ? `not shown, and below ${times}` : "not told from no gain";
  if (high < times) return `a gain, and below ${times} times`;
  return low > times ? `a gain, and above ${times} times` : "agrees";
}

/** @param wanted the sign that the paper says */
function sign({ low, high }: SeedMean, wanted: 1 | -1): string {
  if (low <= 0 && high >= 0) return "not told from nought";
  return Math.sign(low) === wanted ? "agrees" : "against it";
}

/** Holm's p of every named contrast, at all sizes together. */
function adjustedBySizes(
  runs: readonly StatedRun[],
  study: Comparison,
  sizes: readonly number[],
  ran: (method: Method, size: number) => boolean,
): (one: Method, other: Method, size: number) => number {
  const methods = [...new Set(runs.map(({ method }) => method))].filter((method) => method !== "sft");
  const named: (readonly [Method, Method])[] = [
    ["step-dpo-full", "dpo"],
    ["step-dpo-forked", "step-dpo-shuffled"],
    ...methods.map((method) => [method, "sft"] as const),
  ];
  const contrasts = sizes.flatMap((size) =>
    named.flatMap(([one, other]) => (ran(one, size) && ran(other, size) ? [{ one, other, size }] : [])),
  );
  const differences = contrasts.map(({ one, other, size }) => study.differences(other, "passAt1").cell(one, size));
  const tests = holm(differences);
  const keyOf = (one: Method, other: Method, size: number) => `${one} ${other} ${size}`;
  const found = new Map(
    contrasts.map(({ one, other, size }, at) => [keyOf(one, other, size), tests[at]?.adjusted ?? 1]),
  );
  return (one, other, size) => found.get(keyOf(one, other, size)) ?? 1;
}
