/** @file A batch in parts gives the updates of the whole batch; how many parts an engine is given. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DeviceMemory,
  type Engine,
  nativeEngine,
  onnxruntimeEngine,
  referenceEngine,
} from "../../../src/toolkit/engine/index.ts";
import type { TransformerConfig } from "../../../src/toolkit/model/index.ts";
import { mul, randomUniform } from "../../../src/toolkit/tensor/index.ts";
import { sft, train } from "../../../src/toolkit/train/index.ts";
import { inParts, partsOf } from "../../../src/toolkit/train/parts.ts";
import { testOnEach } from "../engine/engines.ts";
import { nativeIsMissing, testNative } from "../engine/native-engine.ts";
import { REPEATS, smallRun } from "./small-run.ts";

const FLOAT32 = 1e-5;
const missing = await nativeIsMissing();
const onnxruntime = await onnxruntimeEngine({ threads: 1 });

async function lossesOn(engine: Engine, more: object = {}): Promise<number[]> {
  const losses: number[] = [];
  const observers = [{ updated: ({ loss }: { loss: number }) => void losses.push(loss) }];
  const outcome = await train(smallRun({ engine, clipNorm: 1, observers, ...more }));
  assert.ok(outcome.ok);
  return losses;
}

for (const accumulate of [1, 2]) {
  testOnEach(
    (name) => `on ${name} the losses are those of whole batches, ${accumulate} an update`,
    async (engine) => {
      const whole = await lossesOn({ ...engine, atOnce: { numbers: Infinity } }, { accumulate });
      const inParts = await lossesOn({ ...engine, atOnce: { numbers: 1 } }, { accumulate });
      assert.notDeepEqual(inParts, whole); // rounded otherwise
      for (const [at, loss] of inParts.entries()) assert.ok(Math.abs(loss - (whole[at] as number)) < FLOAT32);
    },
    ["onnxruntime", "native", "webgpu"],
  );
}

for (const threads of [2, 4]) {
  testNative(
    `${threads} threads that run parts of their own add up to the whole, to the same bits each time`,
    missing,
    async () => {
      const engine = await nativeEngine({ threads });
      const whole = await lossesOn({ ...engine, atOnce: { numbers: Infinity } });
      const apart = await lossesOn({ ...engine, atOnce: { numbers: 1, together: threads } });
      assert.notDeepEqual(apart, whole); // rounded otherwise
      for (const [at, loss] of apart.entries()) assert.ok(Math.abs(loss - (whole[at] as number)) < FLOAT32);
      assert.deepEqual(await lossesOn({ ...engine, atOnce: { numbers: 1, together: threads } }), apart);
    },
  );
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
  const whole = await lossesOn({ ...onnxruntime, atOnce: { numbers: Infinity } }, { objective });
  assert.deepEqual(await lossesOn({ ...onnxruntime, atOnce: { numbers: 1 } }, { objective }), whole);
});

test("a part is as near in proportion to what the engine likes as the examples divide", () => {
  const of = (examples: number, length: number, numbers: number | undefined): number =>
    partsOf(
      examples,
      { tokens: { shape: [examples, length], dtype: "int32" } },
      { hidden: 10 },
      numbers === undefined ? undefined : { numbers },
    );
  assert.equal(of(12, 100, 4000), 3);
  assert.equal(of(12, 100, 3500), 3); // 4000 is nearer than 3000, by 8/7 against 7/6
  assert.equal(of(12, 100, 1), 12);
  assert.equal(of(12, 100, 1e6), 1);
  assert.equal(of(12, 100, undefined), 1);
  assert.equal(of(31, 100, 6000), 1); // 31 parts of 1000 are farther from it than one of 31000
});

test("parts that run together are as many for each thread, where that makes them at most twice as large or small", () => {
  const of = (examples: number, together: number, numbers: number, tokens?: number): number =>
    partsOf(
      examples,
      { tokens: { shape: [examples, 100], dtype: "int32" } },
      { hidden: 10 },
      {
        numbers,
        together,
        ...(tokens !== undefined && { tokens }),
      },
    );
  assert.equal(of(12, 1, 4000), 3);
  assert.equal(of(12, 2, 4000), 4);
  assert.equal(of(12, 8, 4000), 3); // no count of parts divides among eight
  assert.equal(of(12, 2, 1e6), 1);
  assert.equal(of(12, 1, 1, 300), 4); // 300 tokens, however few numbers
});

/** An engine whose device holds so many examples of a batch at a time, and tells how many graphs it took. */
function small(engine: Engine, examples: number): { engine: Engine; taken: string[] } {
  const taken: string[] = [];
  const compile: Engine["compile"] = async (graph) => {
    const batch = graph.inputs.find(({ name }) => name === "batch.tokens");
    const parts = graph.nodes.find(({ op }) => op.name === "eachPart")?.attributes.count ?? 1;
    const atOnce = (batch?.tensor.shape[0] ?? 0) / Number(parts);
    if (atOnce > examples) throw new DeviceMemory("too much", { needed: atOnce, allowed: examples });
    if (batch !== undefined) taken.push(`${batch.tensor.shape[0]} in ${parts}`);
    return engine.compile(graph);
  };
  return { engine: { ...engine, compile }, taken };
}

test("a validation that does not fit the device is taken in the fewest parts that do, and gives the same loss", async () => {
  const validated = async (engine: Engine): Promise<number> => {
    const outcome = await train(
      smallRun({ engine, updates: 1, batchSize: 4, validation: { examples: REPEATS, every: 1 } }),
    );
    assert.ok(outcome.ok);
    return outcome.validationLoss as number;
  };
  const whole = await validated(referenceEngine());
  const { engine, taken } = small(referenceEngine(), 2);
  assert.ok(Math.abs((await validated(engine)) - whole) < 1e-12);
  assert.ok(taken.length >= 2 && taken.every((each) => each === "4 in 2"), taken.join("; "));
});

test("a validation of which not one example fits says so, and is not told as an update", async () => {
  const { engine } = small(referenceEngine(), 2);
  const compile: Engine["compile"] = async (graph) => {
    if (graph.outputs.length > 1) return engine.compile(graph); // an update
    throw new DeviceMemory("too much", { needed: 3, allowed: 2 });
  };
  const run = smallRun({ engine: { ...engine, compile }, updates: 1, validation: { examples: REPEATS, every: 1 } });
  await assert.rejects(train(run), {
    name: "DeviceMemory",
    message: /^a validation by 4 examples of \d+ tokens: too much; a batch of 2 such examples would fit$/,
  });
});

const TAKEN = {
  what: "an update" as const,
  shape: { examples: 12, length: 100 },
  batch: { tokens: { shape: [12, 100], dtype: "int32" } as const },
  config: { hidden: 10 } as TransformerConfig,
  atOnce: undefined,
};

/** A device that holds so many examples at a time. */
const holding = (examples: number) => async (parts: number) => {
  const needed = TAKEN.shape.examples / parts;
  if (needed > examples) throw new DeviceMemory("too much", { needed, allowed: examples });
  return parts;
};

test("a batch that does not fit the device is taken in the fewest parts that do", async () => {
  assert.equal(await inParts(TAKEN, holding(12)), 1);
  assert.equal(await inParts(TAKEN, holding(5)), 3);
  assert.equal(await inParts({ ...TAKEN, atOnce: { numbers: 2000 } }, holding(12)), 6);
  await assert.rejects(inParts(TAKEN, holding(0.5)), {
    name: "DeviceMemory",
    message: /^an update by 12 examples of 100 tokens: too much; one example at a time does not fit either: /,
  });
  const taken = async (): Promise<never> => {
    throw new DeviceMemory("too much", { needed: 40, allowed: 10 }); // whole, however many parts are asked for
  };
  await assert.rejects(inParts(TAKEN, taken), { message: /; a batch of 3 such examples would fit$/ });
});
