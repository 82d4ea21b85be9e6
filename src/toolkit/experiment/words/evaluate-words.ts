/** @file What is measured of a policy on word problems: pass@1 at temperature 1 first, greedy answers and steps beside it, and foreign stories. */
import { createStream } from "../../core/random-stream.ts";
import { reportSolutions } from "../../evaluate/index.ts";
import type { TransformerPolicy } from "../../rollout/index.ts";
import type { WordProblems } from "../../tasks/index.ts";
import { greedyAccuracy, greedySolutions } from "../methods/greedy.ts";
import { sampledPassAtK } from "../methods/sampled.ts";
import type { WordsConfig } from "./words-config.ts";

/** Shares in [0, 1], on test problems. */
export interface WordsMeasures {
  readonly testProblems: number;
  /** the primary measure: the share of samples at temperature 1 that are right */
  readonly passAt1: number;
  /** how many samples that is: problems times samples of each */
  readonly sampledAnswers: number;
  /** at least one of all samples of a problem is right */
  readonly passAtAll: number;
  /** of greedy answers, wrong or missing */
  readonly testError: number;
  /** the same on the ten stories that nothing was trained on */
  readonly foreignError: number;
  /** right by the answer and in every step */
  readonly process: number;
  readonly wrongSteps: number;
  readonly uselessSteps: number;
  /** wrong or useless steps of right solutions; 0 where none is right */
  readonly spuriousSteps: number;
}

export async function evaluateWords(
  task: WordProblems,
  foreign: WordProblems,
  policy: TransformerPolicy,
  { testProblems, sampled }: Pick<WordsConfig, "testProblems" | "sampled">,
): Promise<WordsMeasures> {
  const stream = createStream(task.config.seed).split("pass@k");
  const passAt = await sampledPassAtK(task, policy, "test", sampled, stream);
  const report = reportSolutions(task, await greedySolutions(task, policy, "test", testProblems));
  const spurious = report.spuriousSteps.value;
  return {
    testProblems,
    passAt1: passAt(1),
    sampledAnswers: sampled.problems * sampled.samples,
    passAtAll: passAt(sampled.samples),
    testError: 1 - report.answers.right.value,
    foreignError: 1 - (await greedyAccuracy(foreign, policy, "test", testProblems)),
    process: report.process.value,
    wrongSteps: report.wrongSteps.value,
    uselessSteps: Number.isNaN(report.uselessSteps.value) ? 0 : report.uselessSteps.value,
    spuriousSteps: Number.isNaN(spurious) ? 0 : spurious,
  };
}
