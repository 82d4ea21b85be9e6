/** @file The whole of one small study by the toolkit, seconds a stage, in a process of its own; leaves the data that its peer works on. */
import { readFileSync, writeFileSync } from "node:fs";
import { createStream } from "@eightfold/toolkit/core";
import { type Engine, type EngineName, openEngine } from "@eightfold/toolkit/engine";
import { initialiseParameters, type TransformerParameters, transformerConfig } from "@eightfold/toolkit/model";
import {
  type ContinueFrom,
  continueFrom,
  type PreferencePair,
  type ProblemRollouts,
  randomPairs,
  sampleRollouts,
  selectNegatives,
  stepPairs,
  type ValuedSolution,
  valueSteps,
} from "@eightfold/toolkit/rollout";
import { type ChainArithmetic, type ChainProblem, chainArithmetic, distinctProblems } from "@eightfold/toolkit/tasks";
import type { Numbers } from "@eightfold/toolkit/tensor";
import {
  dpo,
  type Objective,
  type SftExample,
  sft,
  stepDpo,
  train,
  withReferenceLogProbs,
} from "@eightfold/toolkit/train";
import {
  type Job,
  type PeerAnswers,
  type PeerData,
  POLICIES,
  type Policy,
  type Stage,
  type StageTimes,
} from "./pipeline-job.ts";

const [, , engineName, dataFile = "", jobText = "{}"] = process.argv;
const job = JSON.parse(jobText) as Job;
const shared = { seed: job.seed, operators: 24, modulus: 10, zipf: 0.7 } as const;
const task = chainArithmetic({ ...shared, lengths: [4, 4], teacher: { skipRate: 0.5 } });
const shortTask = chainArithmetic({ ...shared, lengths: [1, 3] });
const maxTokens = 2 * task.longest.completion;
const config = transformerConfig({
  ...{ vocabularySize: task.vocabulary.size, contextLength: task.longest.prompt + maxTokens },
  ...{ layers: 4, channels: 128, heads: 4 },
});
const stream = createStream(job.seed).split("pipeline");

process.stdout.write(`${JSON.stringify(engineName === "judge" ? judge() : await work(engineName as EngineName))}\n`);

/** All stages; the peer's data are written before the last ones are timed. */
async function work(name: EngineName): Promise<StageTimes> {
  const seconds: Partial<Record<Stage, number>> = {};
  const cpuSeconds: Partial<Record<Stage, number>> = {};
  const timed = async <Result>(stage: Stage, run: () => Promise<Result>): Promise<Result> => {
    const began = performance.now();
    const before = process.cpuUsage();
    const result = await run();
    seconds[stage] = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    cpuSeconds[stage] = (user + system) / 1e6;
    return result;
  };
  const engine = await timed("start", () => openEngine({ engine: name, threads: job.threads }));
  const lesson = taught(shortTask, job.lessons);
  const examples = taught(task, job.problems);
  const problems = distinct(task, "train", job.problems);
  const test = distinct(task, "test", job.tests);
  const initial = initialiseParameters(config, stream.split("initial"));
  const base = await timed("base", () => fit(engine, sft(), lesson, initial, job.base));
  const supervised = await timed("sft", () => fit(engine, sft(), examples, base, job.sft));
  const writer = (parameters: TransformerParameters<Numbers>, temperature: number): ContinueFrom<ChainProblem> =>
    continueFrom(
      { engine, config, parameters },
      { temperature, maxTokens, stopTokens: [task.vocabulary.endId], batchSize: 512 },
    );
  const records = await timed("rollouts", () =>
    sampleRollouts(task, problems, writer(supervised, 1), { samples: job.samples, stream: stream.split("rollouts") }),
  );
  const choose = { atMost: 4, stream: stream.split("choose") };
  const negatives = selectNegatives(records, choose).kept;
  const valued = await timed("values", () =>
    valueSteps(task, negatives, writer(supervised, 1), { samples: job.prefixSamples, stream: stream.split("values") }),
  );
  const pairs = numbered(randomPairs(records, choose).kept);
  const steps = numbered(stepPairs(valued, records, { form: "forked", fork: "first pit", ...choose }).kept);
  const greedy = (parameters: TransformerParameters<Numbers>): Promise<readonly ProblemRollouts[]> =>
    sampleRollouts(task, test, writer(parameters, 0), { samples: 1, stream });
  const sftAnswers = await timed("greedy", () => greedy(supervised));
  const refer = (kept: typeof pairs) => withReferenceLogProbs({ engine, config, parameters: supervised }, kept);
  const byDpo = await timed("dpo", async () =>
    fit(engine, dpo({ beta: 0.1 }), await refer(pairs), supervised, job.preference),
  );
  const byStepDpo = await timed("step-dpo", async () =>
    fit(engine, stepDpo({ beta: 0.1 }), await refer(steps), supervised, job.preference),
  );
  const text = (ids: Iterable<number>): string => task.vocabulary.decode(Array.from(ids));
  const words = (list: readonly PreferencePair[]) =>
    list.map(({ context, chosen, rejected }) => [text(context), text(chosen), text(rejected)] as const);
  const data: PeerData = {
    ...{ vocabulary: Array.from({ length: task.vocabulary.size }, (_, id) => task.vocabulary.decode([id])), maxTokens },
    contextLength: config.contextLength,
    lesson: lesson.map(({ prompt, completion }) => [text(prompt), text(completion)]),
    examples: examples.map(({ prompt, completion }) => [text(prompt), text(completion)]),
    train: problems.map((problem) => text(task.prompt(problem))),
    test: test.map((problem) => text(task.prompt(problem))),
    prefixes: [...prefixesOf(valued)].map((ids) => text(ids.split(",").map(Number))),
    ...{ pairs: words(pairs), steps: words(steps) },
  };
  writeFileSync(dataFile, JSON.stringify(data));
  const errors = {
    sft: errorOf(sftAnswers),
    dpo: errorOf(await greedy(byDpo)),
    "step-dpo": errorOf(await greedy(byStepDpo)),
  };
  const times = { seconds: seconds as Record<Stage, number>, cpuSeconds: cpuSeconds as Record<Stage, number> };
  return { ...times, errors, peakMb: process.resourceUsage().maxRSS / 1024 };
}

/** All different prefixes whose values were asked: the prompt, and the prefix after each step but the last. */
function prefixesOf(valued: readonly ValuedSolution[]): Set<string> {
  return new Set(
    valued.flatMap(({ prompt, completion, spans }) =>
      [0, ...spans.slice(0, -1).map(({ end }) => end)].map((end) => [...prompt, ...completion.slice(0, end)].join()),
    ),
  );
}

/** The errors of the peer's policies, by the same verifier. */
function judge(): Record<Policy, number> {
  const answers = JSON.parse(readFileSync(dataFile, "utf8")) as PeerAnswers;
  const test = distinct(task, "test", job.tests);
  const share = (texts: readonly string[]): number =>
    test.filter((problem, at) => task.verifyAnswer(problem, task.vocabulary.encode(texts[at] ?? "")) !== "right")
      .length / test.length;
  return Object.fromEntries(POLICIES.map((policy) => [policy, share(answers[policy])])) as Record<Policy, number>;
}

function errorOf(records: readonly ProblemRollouts[]): number {
  return records.filter(({ rollouts }) => rollouts[0]?.verdict !== "right").length / records.length;
}

function distinct(of: ChainArithmetic, split: "train" | "test", count: number): readonly ChainProblem[] {
  const found = distinctProblems(of, split, count);
  if (!found.ok) throw new Error(found.reason);
  return found.problems;
}

function taught(of: ChainArithmetic, count: number): SftExample[] {
  return distinct(of, "train", count).map((problem) => {
    return { id: problem.id, prompt: of.prompt(problem), completion: of.teach(problem) };
  });
}

function numbered(pairs: readonly PreferencePair[]): readonly (PreferencePair & { readonly id: string })[] {
  return pairs.map((pair, at) => ({ ...pair, id: String(at) }));
}

async function fit<Example extends { readonly id: string }>(
  engine: Engine,
  objective: Objective<Example>,
  examples: readonly Example[],
  parameters: TransformerParameters<Numbers>,
  { updates, batchSize, rate }: Job["sft"],
): Promise<TransformerParameters<Numbers>> {
  const schedule = { shape: "cosine", peak: rate, warmUp: 20, floor: 0.05 } as const;
  const told = { engine, config, parameters, objective, examples, updates, batchSize, schedule, clipNorm: 1 };
  const outcome = await train({ ...told, stream: stream.split("batches") });
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.parameters;
}
