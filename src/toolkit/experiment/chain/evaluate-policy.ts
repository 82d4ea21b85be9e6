/** @file What is measured of a policy of a study on its test problems: errors, steps by the oracle's word, and pass@5. */
import { createStream } from "../../core/random-stream.ts";
import { cueFollowing, cueTestSets, reportSolutions } from "../../evaluate/index.ts";
import type { Solution, TransformerPolicy } from "../../rollout/index.ts";
import { type ChainArithmetic, type ChainArithmeticOptions, chainArithmetic } from "../../tasks/index.ts";
import { greedySolutions } from "../methods/greedy.ts";
import { sampledPassAtK } from "../methods/sampled.ts";
import type { ChainConfig } from "./chain-config.ts";
import { type CreditMeasures, measureCredit } from "./evaluate-credit.ts";

/** What greedy answers to one test set show. Shares in [0, 1]. */
export interface GreedyMeasures {
  readonly testProblems: number;
  /** of greedy answers, wrong or missing */
  readonly testError: number;
  /** steps that do not hold */
  readonly wrongSteps: number;
  /** true steps that the answer does not rest on */
  readonly uselessSteps: number;
  /** wrong or useless steps of right solutions */
  readonly spuriousSteps: number;
  /** steps that name more than one operator */
  readonly skippingSteps: number;
  /** where the answer has a cue: of the problems whose cue misleads, those answered by the cue; null without such a problem */
  readonly cueFollowing?: number | null;
}

/** On the test problems, whose cue is broken where there is one. Shares in [0, 1]. */
export interface PolicyMeasures extends GreedyMeasures {
  /** of the configuration's `sampled` problems, at temperature 1 */
  readonly passAt1: number;
  readonly passAt5: number;
  /** of the same problems with the cue as in training, where there is one */
  readonly inDistribution?: GreedyMeasures;
  /** where the configuration asks for it */
  readonly credit?: CreditMeasures;
}

const SAMPLED = { problems: 500, samples: 5 };

/** @param options those of the task that the policy was trained on */
export async function evaluatePolicy(
  options: ChainArithmeticOptions,
  policy: TransformerPolicy,
  { testProblems, sampled = SAMPLED, credit }: Pick<ChainConfig, "testProblems" | "sampled" | "credit">,
): Promise<PolicyMeasures> {
  const task = chainArithmetic(options);
  const asTrained = options.cue === undefined ? undefined : cueTestSets(options).inDistribution;
  const asked = { ...sampled, problems: Math.min(testProblems, sampled.problems) };
  const passAt = await sampledPassAtK(task, policy, "test", asked, createStream(task.config.seed).split("pass@k"));
  return {
    ...(await measureGreedy(task, policy, testProblems)),
    passAt1: passAt(1),
    passAt5: passAt(5),
    ...(asTrained && { inDistribution: await measureGreedy(asTrained, policy, testProblems) }),
    ...(credit && { credit: await measureCredit(asTrained ?? task, policy, credit) }),
  };
}

async function measureGreedy(
  task: ChainArithmetic,
  policy: TransformerPolicy,
  testProblems: number,
): Promise<GreedyMeasures> {
  const solutions = await greedySolutions(task, policy, "test", testProblems);
  const report = reportSolutions(task, solutions);
  return {
    testProblems,
    testError: 1 - report.answers.right.value,
    wrongSteps: report.wrongSteps.value,
    uselessSteps: report.uselessSteps.value,
    spuriousSteps: orZero(report.spuriousSteps.value),
    skippingSteps: skippingShare(task, solutions),
    ...(task.config.cue?.place === "answer" && { cueFollowing: orNull(cueFollowing(task, solutions).value) }),
  };
}

/** A rate over no step at all is no number: a policy without a right solution has no spurious step in one. */
function orZero(share: number): number {
  return Number.isNaN(share) ? 0 : share;
}

/** JSON has no NaN. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A step is its operators and a value: with more than two tokens it skipped a value (the end token aside). */
function skippingShare(task: ChainArithmetic, solutions: readonly Solution[]): number {
  const { endId } = task.vocabulary;
  const lengths = solutions.flatMap(({ completion }) =>
    task.steps(completion).map(({ start, end }) => end - start - (completion[end - 1] === endId ? 1 : 0)),
  );
  return lengths.filter((length) => length > 2).length / Math.max(1, lengths.length);
}
