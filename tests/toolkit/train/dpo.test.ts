/** @file The preference losses: TRL's numbers, a loss worked by hand, finite differences, and what cannot be trained on. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  initialiseParameters,
  parameterSpecs,
  type TransformerParameters,
  transformerConfig,
} from "../../../src/toolkit/model/index.ts";
import { f32, type Numbers, sub, type Tensor } from "../../../src/toolkit/tensor/index.ts";
import {
  dpo,
  type Losses,
  type Objective,
  type ReferredPair,
  stepDpo,
  train,
  withReferenceLogProbs,
} from "../../../src/toolkit/train/index.ts";
import { preferenceLoss } from "../../../src/toolkit/train/preference-loss.ts";

const config = transformerConfig({ vocabularySize: 6, contextLength: 8, layers: 1, channels: 4, heads: 2, hidden: 4 });
const engine = referenceEngine();
const parametersOf = (seed: number) => wide(initialiseParameters(config, createStream(seed)));

/** Far enough from a uniform policy for the losses to differ. */
function wide(parameters: TransformerParameters<Float32Array>): TransformerParameters<Numbers> {
  return { ...parameters, head: Float64Array.from(parameters.head as Float32Array, (x) => 20 * x) };
}

const PAIRS = [
  { id: "a", context: [2, 3], chosen: [4, 1], rejected: [5, 5, 1] },
  { id: "b", context: [2], chosen: [3, 3, 4, 1], rejected: [3, 5] },
  { id: "c", context: [2, 4, 4], chosen: [1], rejected: [2] },
];

const ROUNDING = 1e-12;
const near = (got: number | undefined, expected: number): void =>
  assert.ok(Math.abs((got as number) - expected) <= ROUNDING, `${got} is not ${expected}`);

interface TrlCase {
  readonly beta: number;
  readonly labelSmoothing: number;
  readonly losses: number[];
  readonly margins: number[];
  readonly chosen: number[];
  readonly rejected: number[];
  readonly referenceChosen: number[];
  readonly referenceRejected: number[];
}

test("loss and margin are TRL's", async () => {
  const path = join(import.meta.dirname, "../../reference/dpo-trl.json"); // made by dpo-trl.py beside it
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: TrlCase[] };
  assert.equal(cases.length, 4);
  for (const { beta, labelSmoothing, losses, margins, ...given } of cases) {
    const pairs = f32(losses.length);
    const run = await compile(
      engine,
      ({ chosen, rejected, referenceChosen, referenceRejected }) =>
        preferenceLoss(
          { chosen: sub(chosen, referenceChosen), rejected: sub(rejected, referenceRejected) },
          { beta, labelSmoothing },
        ),
      { chosen: pairs, rejected: pairs, referenceChosen: pairs, referenceRejected: pairs },
    );
    const numbers = (values: number[]) => Float64Array.from(values);
    const got = await run({
      chosen: numbers(given.chosen),
      rejected: numbers(given.rejected),
      referenceChosen: numbers(given.referenceChosen),
      referenceRejected: numbers(given.referenceRejected),
    });
    const [loss, margin] = [await got.loss.read(), await got.margin.read()];
    for (const at of losses.keys()) {
      near(loss[at], losses[at] as number);
      near(margin[at], margins[at] as number);
    }
  }
});

/** Loss and metrics of a batch that has room for more examples than it holds. */
async function measured<Example extends { id: string }>(
  objective: Objective<Example>,
  examples: readonly Example[],
  parameters: TransformerParameters<Numbers>,
) {
  const shape = { examples: examples.length + 1, length: 6 };
  const run = await compile(
    engine,
    (inputs: { parameters: TransformerParameters<Tensor>; batch: Record<string, Tensor> }): Losses =>
      objective.loss(inputs.parameters, inputs.batch, config),
    { parameters: parameterSpecs(config), batch: objective.specs(shape) },
  );
  const { loss, metrics } = await run({ parameters, batch: objective.pack(examples, shape) });
  const mean = async ({ sum, weight }: (typeof metrics)[string]): Promise<number> =>
    Number((await sum.read())[0]) / Number((await weight.read())[0]);
  const named: Record<string, number> = {};
  for (const [name, sums] of Object.entries(metrics)) named[name] = await mean(sums);
  return { loss: await mean(loss), metrics: named };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;

test("the loss of pairs and each metric are those worked from the policies' log-probabilities", async () => {
  const reference = { engine, config, parameters: parametersOf(2) };
  const pairs = await withReferenceLogProbs(reference, PAIRS);
  const policy = { engine, config, parameters: parametersOf(1) };
  const own = (await withReferenceLogProbs(policy, PAIRS)).map(({ referenceLogProbs }) => referenceLogProbs);
  const rows = pairs.map(({ referenceLogProbs }, at) => {
    const logProbs = own[at] as typeof referenceLogProbs;
    const ratio = (part: "chosen" | "rejected") => sumOf(logProbs[part]) - sumOf(referenceLogProbs[part]);
    const margin = 0.5 * (ratio("chosen") - ratio("rejected"));
    const dpoLoss = -0.8 * Math.log(1 / (1 + Math.exp(-margin))) - 0.2 * Math.log(1 / (1 + Math.exp(margin)));
    const kl = (["chosen", "rejected"] as const).map((part) =>
      sumOf(
        logProbs[part].map((logProb, token) => {
          const logRatio = logProb - (referenceLogProbs[part][token] as number);
          return Math.exp(logRatio) - 1 - logRatio;
        }),
      ),
    );
    return { margin, dpoLoss, kl: meanOf(kl), logProbs, sft: -meanOf(logProbs.chosen) };
  });
  const objective = dpo({ beta: 0.5, labelSmoothing: 0.2, sftWeight: 0.3 });
  const { loss, metrics } = await measured(objective, pairs, policy.parameters);
  near(loss, meanOf(rows.map(({ dpoLoss, sft }) => dpoLoss + 0.3 * sft)));
  near(metrics.logProbChosen, meanOf(rows.map(({ logProbs }) => sumOf(logProbs.chosen))));
  near(metrics.logProbRejected, meanOf(rows.map(({ logProbs }) => sumOf(logProbs.rejected))));
  near(metrics.margin, meanOf(rows.map(({ margin }) => margin)));
  near(metrics.preferenceAccuracy, meanOf(rows.map(({ margin }) => Number(margin > 0))));
  near(metrics.klToReference, meanOf(rows.map(({ kl }) => kl)));
  near(metrics.sftLoss, meanOf(rows.map(({ sft }) => sft)));
});

test("at the reference the loss is log 2, the margin 0 and the divergence 0", async () => {
  const parameters = parametersOf(1);
  const pairs = await withReferenceLogProbs({ engine, config, parameters }, PAIRS);
  const { loss, metrics } = await measured(stepDpo({ beta: 2 }), pairs, parameters);
  near(loss, Math.log(2));
  near(metrics.margin, 0);
  near(metrics.klToReference, 0);
});

test("preference updates raise the margin, and step pairs train as whole ones do", async () => {
  const parameters = parametersOf(1);
  const pairs = await withReferenceLogProbs({ engine, config, parameters }, PAIRS);
  for (const objective of [dpo(), stepDpo()]) {
    const margins: number[] = [];
    await train({
      engine,
      config,
      parameters,
      objective,
      examples: pairs,
      updates: 8,
      batchSize: 3,
      schedule: { shape: "constant", peak: 0.01 },
      stream: createStream(1),
      observers: [{ updated: ({ metrics }) => void margins.push(metrics.margin as number) }],
    });
    near(margins[0], 0);
    assert.ok((margins.at(-1) as number) > 0.05, `${margins}`);
  }
});

test("pairs that cannot be trained on are refused by their id", () => {
  const pair: ReferredPair = {
    ...(PAIRS[0] as (typeof PAIRS)[0]),
    referenceLogProbs: { chosen: [-1, -1], rejected: [-1, -1, -1] },
  };
  const texts = (objective: Objective<ReferredPair>, change: Partial<ReferredPair>) => () =>
    objective.texts({ ...pair, ...change });
  assert.throws(
    texts(dpo(), { rejected: [4, 1], referenceLogProbs: { chosen: [-1, -1], rejected: [-1, -1] } }),
    /dpo, pair a, requires two different texts/,
  );
  assert.throws(
    texts(stepDpo(), { rejected: [4], referenceLogProbs: { chosen: [-1, -1], rejected: [-1] } }),
    /stepDpo, pair a, requires a rejected text that the chosen one does not begin with/,
  );
  assert.throws(
    texts(dpo(), { referenceLogProbs: { chosen: [-1], rejected: [-1, -1, -1] } }),
    /referenceLogProbs.chosen to be a number <= 0 for each of its tokens, got an array of 1 \(hint: withReferenceLogProbs/,
  );
  assert.throws(texts(dpo(), { context: [] }), /a prompt of >= 1 token/);
  assert.throws(() => dpo({ beta: 0 }), /dpo requires beta to be a number above 0, got 0/);
  assert.throws(() => dpo({ labelSmoothing: 0.5 }), /labelSmoothing to be a number in \[0, 0.4/);
});

test("a text that the reference cannot take is refused by its pair's name, however many pairs have it", async () => {
  const reference = { engine, config, parameters: parametersOf(1) };
  const [pair] = PAIRS as [(typeof PAIRS)[number]];
  const scored = (rejected: number[]) => withReferenceLogProbs(reference, [...PAIRS, { ...pair, id: "d", rejected }]);
  await assert.rejects(scored([6]), {
    name: "TokenOutOfRange",
    message: "withReferenceLogProbs, pair d, rejected, requires token ids in [0, 6), got 6 at place 2",
  });
  await assert.rejects(scored(new Array<number>(8).fill(1)), {
    name: "ContextOverflow",
    message:
      "withReferenceLogProbs, pair d, rejected, requires at most 9 tokens (contextLength and one that is only predicted), got 10",
  });
  const longest = await scored(new Array<number>(7).fill(1)); // which training takes too
  assert.equal(longest.at(-1)?.referenceLogProbs.rejected.length, 7);
});
