/** @file Every method's loss: worked by hand on a policy with known probabilities, and its gradient against finite differences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  initialiseParameters,
  parameterSpecs,
  type TransformerParameters,
  transformerConfig,
} from "../../../src/toolkit/model/index.ts";
import { div, type Numbers, type Tensor, valueAndGrad } from "../../../src/toolkit/tensor/index.ts";
import { isNumbers } from "../../../src/toolkit/tensor/spec.ts";
import { flattenTree, rebuildTree } from "../../../src/toolkit/tensor/tree.ts";
import { readTree } from "../../../src/toolkit/train/device-trees.ts";
import {
  advantageWeightedSft,
  dpo,
  type Objective,
  rejectionFineTuning,
  rejectionFineTuningExamples,
  sft,
  stepDpo,
} from "../../../src/toolkit/train/index.ts";

const config = transformerConfig({
  vocabularySize: 4,
  contextLength: 6,
  layers: 1,
  channels: 4,
  heads: 2,
  hidden: 3,
  activation: "swiglu",
});
const engine = referenceEngine();
const random = initialiseParameters(config, createStream(1));

const TEXTS = [
  { id: "a", prompt: [2], completion: [3, 1], weights: [0.5, 2] },
  { id: "b", prompt: [2, 3], completion: [2, 2, 1], weights: [0, 1, 1] },
];
const PAIRS = [
  {
    id: "a",
    context: [2],
    chosen: [3, 1],
    rejected: [2],
    referenceLogProbs: { chosen: [-1.5, -0.5], rejected: [-1] },
  },
  {
    id: "b",
    context: [2, 3],
    chosen: [3],
    rejected: [2, 1],
    referenceLogProbs: { chosen: [-0.25], rejected: [-3, -2] },
  },
];

/** Loss and gradient by parameter name. */
async function differentiated<Example extends { id: string }>(
  objective: Objective<Example>,
  examples: readonly Example[],
) {
  const shape = { examples: 2, length: 4 };
  const batch = objective.pack(examples, shape);
  const run = await compile(
    engine,
    (inputs: { parameters: TransformerParameters<Tensor>; batch: Record<string, Tensor> }) =>
      valueAndGrad((at: TransformerParameters<Tensor>) => {
        const { sum, weight } = objective.loss(at, inputs.batch, config).loss;
        return div(sum, weight);
      })(inputs.parameters),
    { parameters: parameterSpecs(config), batch: objective.specs(shape) },
  );
  return async (parameters: TransformerParameters<Numbers>) => {
    const { value, gradient } = await run({ parameters, batch });
    return { loss: Number((await value.read())[0]), gradient: await readTree(gradient) };
  };
}

// with a head of zeros every token has probability 1/4
const knowsNothing = { ...random, head: new Float32Array(4 * 4) };
const ROUNDING = 1e-12;

test("a policy that knows nothing has cross-entropy log V, whatever the weights", async () => {
  for (const objective of [sft(), rejectionFineTuning(), advantageWeightedSft()]) {
    const { loss } = await (await differentiated(objective, TEXTS))(knowsNothing);
    assert.ok(Math.abs(loss - Math.log(4)) < ROUNDING, objective.name);
  }
});

test("preference losses of a policy that knows nothing are worked by hand from the reference's log-probabilities", async () => {
  // log pi is -log 4 a token. Pair a: chosen -2 log 4 + 2, rejected -log 4 + 1; pair b: chosen -log 4 + 0.25, rejected -2 log 4 + 5
  const margins = [0.1 * (1 - Math.log(4)), 0.1 * (Math.log(4) - 4.75)];
  const [a, b] = margins.map((margin) => Math.log(1 + Math.exp(-margin))) as [number, number];
  for (const objective of [dpo(), stepDpo()]) {
    const { loss } = await (await differentiated(objective, PAIRS))(knowsNothing);
    assert.ok(Math.abs(loss - (a + b) / 2) < ROUNDING, objective.name);
  }
});

const STEP = 1e-6;
const TOLERANCE = 1e-8; // a central difference errs by STEP^2 f''' / 6 + 1e-16 / STEP

const cases: [string, () => ReturnType<typeof differentiated>][] = [
  ["sft", () => differentiated(sft(), TEXTS)],
  ["advantage-weighted", () => differentiated(advantageWeightedSft(), TEXTS)],
  ["dpo", () => differentiated(dpo({ beta: 0.7, labelSmoothing: 0.1, sftWeight: 0.5 }), PAIRS)],
  ["step dpo", () => differentiated(stepDpo({ beta: 0.7 }), PAIRS)],
];

for (const [name, make] of cases) {
  test(`the gradient of ${name} equals finite differences`, async () => {
    const run = await make();
    // weights ten times as large as fresh ones: the losses bend
    const leaves = flattenTree(random, isNumbers).map(({ leaf }) => Float64Array.from(leaf, (x) => 10 * x));
    const treeWith = (at: number, values: Float64Array<ArrayBuffer>) =>
      rebuildTree(random, isNumbers, leaves.with(at, values));
    const { gradient } = await run(rebuildTree(random, isNumbers, leaves));
    const named = flattenTree(gradient, isNumbers);
    const draws = createStream(9);
    for (const [at, { name: parameter, leaf }] of named.entries()) {
      const values = leaves[at] as Float64Array<ArrayBuffer>;
      const place = draws.integer(values.length); // one number of each tensor
      const lossAt = async (x: number) => (await run(treeWith(at, values.with(place, x)))).loss;
      const x = values[place] as number;
      const slope = ((await lossAt(x + STEP)) - (await lossAt(x - STEP))) / (2 * STEP);
      assert.ok(
        Math.abs(slope - (leaf[place] as number)) < TOLERANCE,
        `${parameter}[${place}]: ${leaf[place]}, ${slope}`,
      );
    }
  });
}

test("weights of 0 leave tokens out, and the loss is the mean by weight", async () => {
  const one = { ...(TEXTS[0] as (typeof TEXTS)[0]), prompt: [2, 3], completion: [2, 2, 1], weights: [0, 1, 3] };
  const unweighed = async (weights: number[]) =>
    (await (await differentiated(sft(), [{ ...one, weights }]))(random)).loss;
  const [second, third] = [await unweighed([0, 1, 0]), await unweighed([0, 0, 1])];
  const got = (await (await differentiated(advantageWeightedSft(), [one]))(random)).loss;
  assert.ok(Math.abs(got - (second + 3 * third) / 4) < ROUNDING);
});

test("weights that say nothing are refused", () => {
  const [text] = TEXTS as [(typeof TEXTS)[0]];
  const texts = (weights: number[] | undefined) => () =>
    advantageWeightedSft().texts({
      id: "a",
      prompt: text.prompt,
      completion: text.completion,
      ...(weights && { weights }),
    });
  assert.throws(texts(undefined), /advantageWeightedSft, example a, requires weights >= 0, one a token/);
  assert.throws(texts([0, 0]), /not all of them 0/);
  assert.throws(texts([-1, 2]), /weights >= 0/);
  assert.throws(texts([1]), /requires 2 weights/);
});

test("rejection fine-tuning adds the policy's own texts to the originals, each once", () => {
  const original = { id: "a", prompt: [2], completion: [3, 1] };
  const sampled = [
    { id: "a", prompt: [2], completion: [3, 1] },
    { id: "a", prompt: [2], completion: [2, 1] },
    { id: "a", prompt: [2], completion: [2, 1] },
    { id: "b", prompt: [3], completion: [2, 1] },
  ];
  assert.deepEqual(rejectionFineTuningExamples([original], sampled), [original, sampled[1], sampled[3]]);
});
