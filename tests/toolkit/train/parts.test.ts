/** @file A batch in parts gives the updates of the whole batch; how many parts an engine is given. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Engine, onnxruntimeEngine } from "../../../src/toolkit/engine/index.ts";
import { mul, randomUniform } from "../../../src/toolkit/tensor/index.ts";
import { sft, train } from "../../../src/toolkit/train/index.ts";
import { partsOf } from "../../../src/toolkit/train/parts.ts";
import { smallRun } from "./small-run.ts";

const FLOAT32 = 1e-5;
const onnxruntime = await onnxruntimeEngine({ threads: 1 });

async function lossesOn(engine: Engine, more: object = {}): Promise<number[]> {
  const losses: number[] = [];
  const observers = [{ updated: ({ loss }: { loss: number }) => void losses.push(loss) }];
  const outcome = await train(smallRun({ engine, clipNorm: 1, observers, ...more }));
  assert.ok(outcome.ok);
  return losses;
}

for (const accumulate of [1, 2]) {
  test(`the losses are those of whole batches, ${accumulate} an update`, async () => {
    const whole = await lossesOn({ ...onnxruntime, numbersAtOnce: Infinity }, { accumulate });
    const inParts = await lossesOn({ ...onnxruntime, numbersAtOnce: 1 }, { accumulate });
    assert.notDeepEqual(inParts, whole); // rounded otherwise
    for (const [at, loss] of inParts.entries()) assert.ok(Math.abs(loss - (whole[at] as number)) < FLOAT32);
  });
}

test("a loss that draws random numbers is not taken in parts: each would be dealt the same", async () => {
  const base = sft();
  const objective: typeof base = {
    ...base,
    loss: (parameters, batch, config) => {
      const noise = randomUniform("dropout", batch.weights.shape);
      return base.loss(parameters, { ...batch, weights: mul(batch.weights, noise) }, config);
    },
  };
  const whole = await lossesOn({ ...onnxruntime, numbersAtOnce: Infinity }, { objective });
  assert.deepEqual(await lossesOn({ ...onnxruntime, numbersAtOnce: 1 }, { objective }), whole);
});

test("a part is as near in proportion to what the engine likes as the examples divide", () => {
  const of = (examples: number, length: number, numbersAtOnce: number | undefined): number =>
    partsOf(examples, { tokens: { shape: [examples, length], dtype: "int32" } }, { hidden: 10 }, numbersAtOnce);
  assert.equal(of(12, 100, 4000), 3);
  assert.equal(of(12, 100, 3500), 3); // 4000 is nearer than 3000, by 8/7 against 7/6
  assert.equal(of(12, 100, 1), 12);
  assert.equal(of(12, 100, 1e6), 1);
  assert.equal(of(12, 100, undefined), 1);
  assert.equal(of(31, 100, 6000), 1); // 31 parts of 1000 are farther from it than one of 31000
});
