/** @file What a policy's own steps are worth to it: the mean advantage of its spurious and of its useful steps, and how many there are. */
import { createStream } from "../../core/random-stream.ts";
import { advantagesByKind, type MeanAdvantage, reportSolutions } from "../../evaluate/index.ts";
import { sampleRollouts, type TransformerPolicy, valueSteps } from "../../rollout/index.ts";
import type { ChainArithmetic } from "../../tasks/index.ts";
import { solverOf } from "../methods/greedy.ts";
import { problemsOf } from "../methods/learner.ts";
import type { ChainConfig } from "./chain-config.ts";

/** Of one solution a problem, sampled at temperature 1, whose steps are valued by the same policy. */
export interface CreditMeasures {
  readonly problems: number;
  /** wrong or useless steps of right solutions, in [0, 1]; null without a right solution */
  readonly spuriousSteps: number | null;
  /** over wrong and useless steps of all solutions that end */
  readonly spurious: AdvantageMeasures;
  /** over steps that hold and that the answer rests on */
  readonly useful: AdvantageMeasures;
}

/** A mean advantage, in [-1, 1], with null where there are too few steps for a number. */
export interface AdvantageMeasures {
  readonly mean: number | null;
  readonly standardError: number | null;
  readonly steps: number;
}

/** @param options how many test problems, and how many rollouts a prefix */
export async function measureCredit(
  task: ChainArithmetic,
  policy: TransformerPolicy,
  { problems: count, samples }: NonNullable<ChainConfig["credit"]>,
): Promise<CreditMeasures> {
  const stream = createStream(task.config.seed).split("credit");
  const problems = problemsOf(task, "test", count);
  const solve = solverOf(task, policy, 1);
  const sampled = await sampleRollouts(task, problems, solve, { samples: 1, stream: stream.split("solutions") });
  const solutions = sampled.flatMap(({ split, index, id, rollouts }) =>
    rollouts.map(({ completion }) => ({ split, index, id, completion })),
  );
  const valued = await valueSteps(task, solutions, solve, { samples, stream: stream.split("values"), keep: 0 });
  const ended = valued.filter(({ verdict }) => verdict !== "unanswered");
  const { spurious, useful } = advantagesByKind(task, ended);
  return {
    problems: count,
    spuriousSteps: orNull(reportSolutions(task, solutions).spuriousSteps.value),
    spurious: asJson(spurious),
    useful: asJson(useful),
  };
}

function asJson({ mean, standardError, steps }: MeanAdvantage): AdvantageMeasures {
  return { mean: orNull(mean), standardError: orNull(standardError), steps };
}

/** JSON has no NaN. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
