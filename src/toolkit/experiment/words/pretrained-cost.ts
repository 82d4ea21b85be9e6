/** @file What a study of a pretrained model will take: tokens and floating-point operations of every kind of stage, and minutes by device class. */
import { formatDuration } from "../../core/duration.ts";
import { toPlainText } from "../../core/text-table.ts";
import { parameterCount } from "../../model/index.ts";
import { type WordProblems, wordProblems } from "../../tasks/index.ts";
import { problemsOf } from "../methods/learner.ts";
import type { PreferenceSettings, RolloutSettings, TrainingBudget, ValidationSettings } from "../methods/methods.ts";
import type { Sampled } from "../methods/sampled.ts";
import { describeModel } from "../open-model.ts";
import type { Stage } from "../stage.ts";
import type { PretrainedWordsConfig } from "./pretrained-config.ts";
import type { WordsRun } from "./words-plan.ts";

/**
 * Operations a second that are taken to be reached, in training and in sampling: assumptions, a fraction of what each class can do at
 * best, and no measurement of this engine on them.
 */
const DEVICES = [
  { device: "2 CPU cores", training: 1e11, sampling: 1e11 },
  { device: "desktop GPU", training: 1e13, sampling: 2e12 },
  { device: "H100 or H200", training: 6e13, sampling: 6e13 },
] as const;

/** SmolLM2-135M-Instruct's, where no checkpoint is named. */
const ASSUMED_PARAMETERS = 134_515_008;

/** What a stage does, in tokens: read or written by a forward pass alone, or trained on, by which share of the weights. */
interface Tokens {
  readonly full: number;
  readonly lowRank: number;
  readonly forward: number;
}

/** Mean tokens of a problem and of its solution, and lines of a solution. */
interface Lengths {
  readonly prompt: number;
  readonly completion: number;
  readonly lines: number;
}

/**
 * The plan in lines. Training takes 6 N operations a token, 4 N where weights are frozen and adapters trained; reading and writing 2 N.
 * A policy that is trained until held-out error stops falling takes between its second run and the last that is allowed.
 *
 * @throws RangeError or Error where the checkpoint cannot be described, or its tokenizer lacks a word of the stories
 */
export async function pretrainedCost(config: PretrainedWordsConfig, runs: readonly WordsRun[]): Promise<string[]> {
  const model = config.checkpoint === undefined ? undefined : await describeModel(config.checkpoint);
  const parameters = model === undefined ? ASSUMED_PARAMETERS : parameterCount(model.config);
  const { teacher, steps, seeds } = config;
  const task = wordProblems({ seed: seeds[0] ?? 0, steps, teacher, ...(model && { vocabulary: model.vocabulary }) });
  const lengths = lengthsOf(task);
  const stages = stagesOf(runs.map(({ stage }) => stage));
  const works = [...new Set(stages.map(({ work }) => work))].filter((work) => work !== "words-checkpoint");
  const costs = works.map((work) => {
    const own = stages.filter((stage) => stage.work === work);
    return { work, stages: own.length, least: sum(own, lengths, "least"), most: sum(own, lengths, "most") };
  });
  const all = (end: "least" | "most"): Tokens => added(costs.map((cost) => cost[end]));
  const total = {
    work: "all",
    stages: costs.reduce((count, own) => count + own.stages, 0),
    least: all("least"),
    most: all("most"),
  };
  const rows = [...costs, total].map(({ work, stages: count, least, most }) => ({
    ...{ stages: work.replace("words-", ""), count },
    "tokens trained": between(millions(least.full + least.lowRank), millions(most.full + most.lowRank)),
    "read and written": between(millions(least.forward), millions(most.forward)),
    operations: between(operations(least, parameters).toExponential(1), operations(most, parameters).toExponential(1)),
    ...Object.fromEntries(
      DEVICES.map((rate) => [rate.device, between(time(least, parameters, rate), time(most, parameters, rate))]),
    ),
  }));
  const gigabytes = (times: number): string => `${((times * 4 * parameters) / 1e9).toFixed(1)} GB`;
  return [
    `${model === undefined ? "SmolLM2-135M-Instruct (assumed: no --model)" : config.checkpoint}: ${parameters} parameters`,
    `${lengths.prompt.toFixed(0)} tokens a problem, ${lengths.completion.toFixed(0)} a solution of ${lengths.lines.toFixed(1)} lines (${model === undefined ? "words of the stories" : "its own tokenizer"})`,
    `${runs.length} policies of seeds ${seeds.join(", ")}${config.sft.longer === undefined ? "" : "; least: each stops as soon as it may; most: after its last run"}`,
    "",
    toPlainText({
      columns: Object.keys(rows[0] ?? {}),
      cells: rows.map((row) => Object.values(row).map(String)),
      numeric: Object.keys(rows[0] ?? {}).map((_, column) => column > 0),
    }),
    "",
    "Times are operations over assumed rates: " +
      DEVICES.map(
        ({ device, training, sampling }) => `${device} ${rate(training)} in training, ${rate(sampling)} in sampling`,
      ).join("; "),
    `Memory: about ${gigabytes(8)} to train all weights, ${gigabytes(4)} to train adapters, beside what a batch takes.`,
  ];
}

function lengthsOf(task: WordProblems): Lengths {
  const problems = problemsOf(task, "train", COUNTED);
  const mean = (of: (ids: { prompt: number[]; completion: number[] }) => number): number =>
    problems.reduce((sum, problem) => sum + of({ prompt: task.prompt(problem), completion: task.teach(problem) }), 0) /
    problems.length;
  return {
    prompt: mean(({ prompt }) => prompt.length),
    completion: mean(({ completion }) => completion.length),
    lines: mean(({ completion }) => task.steps(completion).length),
  };
}

const COUNTED = 200; // problems: their mean length is known to a token

/** Every stage that the runs rest on, once. */
function stagesOf(roots: readonly Stage[]): Stage[] {
  const found = new Map<string, Stage>();
  const visit = (stage: Stage): void => {
    found.set(JSON.stringify(stage), stage);
    for (const need of Object.values(stage.needs)) visit(need);
  };
  for (const root of roots) visit(root);
  return [...found.values()];
}

/** What the settings of any stage may say; each work has its own part of them. */
type StageSettings = Partial<TrainingBudget & ValidationSettings & RolloutSettings & PreferenceSettings> & {
  readonly size: number;
  readonly updates: number;
  readonly sampled: Sampled;
  readonly testProblems: number;
};

function sum(stages: readonly Stage[], lengths: Lengths, end: "least" | "most"): Tokens {
  return added(stages.map((stage) => tokensOf(stage, lengths, end)));
}

function added(all: readonly Tokens[]): Tokens {
  const of = (name: keyof Tokens): number => all.reduce((total, tokens) => total + tokens[name], 0);
  return { full: of("full"), lowRank: of("lowRank"), forward: of("forward") };
}

function tokensOf(
  { work, config, needs }: Stage,
  { prompt, completion, lines }: Lengths,
  end: "least" | "most",
): Tokens {
  const settings = config as unknown as StageSettings;
  const { size, samples = 0, negatives = 0, positives = 0, valueSamples = 0 } = settings;
  const forward = { full: 0, lowRank: 0 };
  if (work === "words-rollouts") return { ...forward, forward: size * (prompt + samples * completion) };
  if (work === "words-values") {
    const drawn = needs.rollouts?.config as unknown as RolloutSettings | undefined;
    const valued = size * Math.min(negatives + positives, drawn?.samples ?? Infinity);
    // from each place between two lines, half a solution is left on the mean
    return { ...forward, forward: valued * lines * (prompt + valueSamples * (completion / 2)) };
  }
  const { updates, batchSize = 1, longer, checks = 1, lowRank, pairs } = settings;
  const { times, most, patience = 1 } = longer ?? { times: 1, most: 0 };
  const lengths = Array.from(
    { length: (end === "most" ? most : Math.min(patience, most)) + 1 },
    (_, at) => times ** at,
  );
  const runs = lengths.reduce((total, length) => total + length, 0); // as multiples of the first
  const texts = pairs === undefined ? 1 : 2;
  const trained = updates * batchSize * runs * texts * (prompt + completion);
  const reference = pairs === undefined ? 0 : size * pairs * 2 * (prompt + completion);
  const written = (problems: number, each: number): number => problems * (prompt + each * completion);
  const looked =
    (1 + checks * lengths.length) * written(settings.validationProblems ?? 0, settings.validationSamples ?? 1);
  const { sampled, testProblems } = settings;
  const measured = written(sampled.problems, sampled.samples) + 2 * written(testProblems, 1);
  return {
    full: lowRank === undefined ? trained : 0,
    lowRank: lowRank === undefined ? 0 : trained,
    forward: reference + looked + measured,
  };
}

function operations({ full, lowRank, forward }: Tokens, parameters: number): number {
  return parameters * (6 * full + 4 * lowRank + 2 * forward);
}

function time(tokens: Tokens, parameters: number, { training, sampling }: (typeof DEVICES)[number]): string {
  const trained = operations({ ...tokens, forward: 0 }, parameters) / training;
  return formatDuration(trained + operations({ full: 0, lowRank: 0, forward: tokens.forward }, parameters) / sampling);
}

function millions(tokens: number): string {
  const counted = tokens / 1e6;
  return `${counted < 10 ? Number(counted.toPrecision(2)) : Math.round(counted)}M`;
}

function rate(operationsASecond: number): string {
  return `${operationsASecond.toExponential(0)}/s`;
}

function between(least: string, most: string): string {
  return least === most ? least : `${least} to ${most}`;
}
