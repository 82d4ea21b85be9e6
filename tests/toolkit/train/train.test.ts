/** @file The training loop: it learns, it tells, accumulated batches are one batch, and it stops when it should. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseJsonLines } from "../../../src/toolkit/core/json-lines.ts";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { type DeviceArray, type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { ContextOverflow, TokenOutOfRange } from "../../../src/toolkit/model/index.ts";
import { add, div, mul, type Numbers } from "../../../src/toolkit/tensor/index.ts";
import {
  type EvaluationRecord,
  metricsFile,
  notebookProgress,
  type SftExample,
  sft,
  type TrainingObserver,
  type TrainingOutcome,
  type TrainOptions,
  terminalProgress,
  train,
  type UpdateRecord,
} from "../../../src/toolkit/train/index.ts";
import { REPEATS, smallRun } from "./small-run.ts";

type Trained = Extract<TrainingOutcome, { ok: true }>;

async function trained(change: Partial<TrainOptions<SftExample>> = {}): Promise<Trained> {
  const outcome = await train(smallRun(change));
  assert.ok(outcome.ok);
  return outcome;
}

function recorder(): TrainingObserver & { updates: UpdateRecord[]; evaluations: EvaluationRecord[] } {
  const updates: UpdateRecord[] = [];
  const evaluations: EvaluationRecord[] = [];
  return {
    updates,
    evaluations,
    updated: (record) => void updates.push(record),
    evaluated: (record) => void evaluations.push(record),
  };
}

test("a policy learns to repeat", async () => {
  const seen = recorder();
  await trained({ updates: 60, observers: [seen] });
  const [first, last] = [seen.updates[0], seen.updates.at(-1)].map((record) => record?.loss as number);
  assert.ok(Math.abs((first as number) - Math.log(6)) < 0.1, `${first}`); // a fresh policy knows nothing: log V, and noise
  assert.ok((last as number) < 0.8, `${last}`); // 8 log 2 of its 23 tokens cannot be known: 0.24 at best
});

test("each update is told with its rate, its norm and its tokens", async () => {
  const seen = recorder();
  await trained({ observers: [seen], schedule: { shape: "linear", peak: 0.06, warmUp: 2 } });
  assert.deepEqual(
    seen.updates.map(({ update, epoch }) => [update, epoch]),
    [1, 2, 3, 4, 5, 6].map((update) => [update, update / 2]),
  );
  assert.deepEqual(
    seen.updates.map(({ learningRate }) => Number(learningRate.toFixed(6))),
    [0.03, 0.06, 0.045, 0.03, 0.015, 0],
  );
  assert.equal(seen.updates[1]?.tokens, 3 * 2 + 3 * 3 + 2 * 4); // completions of 2, 3, 4 tokens; the prompt of 1 is not predicted
  assert.ok(seen.updates.every(({ gradientNorm, tokensPerSecond }) => gradientNorm > 0 && tokensPerSecond > 0));
});

test("two accumulated batches are one update by the mean over their tokens", async () => {
  const whole = await trained({ updates: 2, batchSize: 8 });
  const halves = await trained({ updates: 2, batchSize: 4, accumulate: 2 });
  const values = (outcome: Trained): Numbers => outcome.parameters.embedding;
  for (const [at, value] of values(whole).entries()) {
    assert.ok(Math.abs(value - (values(halves)[at] as number)) < 1e-9, `${value} and ${values(halves)[at]}`); // order of sums
  }
});

test("the same stream trains the same parameters, bit for bit", async () => {
  const first = await trained();
  assert.deepEqual((await trained()).parameters, first.parameters);
  assert.notDeepEqual((await trained({ stream: createStream(3) })).parameters, first.parameters);
});

test("the best parameters on held-out examples are kept, and training ends when they no longer improve", async () => {
  const seen = recorder();
  const contrary = REPEATS.map(({ id, prompt, completion }) => ({
    id,
    prompt,
    completion: completion.map((token) => 7 - token - (token === 1 ? 6 : 0)),
  }));
  const outcome = await trained({
    updates: 40,
    validation: { examples: contrary, every: 2, patience: 3 },
    observers: [seen],
  });
  const losses = seen.evaluations.map(({ values }) => values.loss as number);
  const best = losses.indexOf(Math.min(...losses));
  assert.equal(outcome.update, 2 * (best + 1));
  assert.equal(outcome.validationLoss, losses[best]);
  assert.equal(outcome.stoppedEarly, true);
  assert.equal(outcome.updates, 2 * (best + 4));
});

test("the caller's evaluation sees the parameters on the device, and its numbers are told", async () => {
  const seen = recorder();
  const evaluate = async (parameters: { embedding: DeviceArray }, update: number) => ({
    size: (await parameters.embedding.read()).length,
    update,
  });
  await trained({ updates: 5, evaluation: { every: 2, evaluate }, observers: [seen] });
  assert.deepEqual(
    seen.evaluations.map(({ kind, values }) => [kind, values.size, values.update]),
    [2, 4, 5].map((update) => ["evaluation", 6 * 8, update]),
  );
});

test("a loss that is no number stops the run, and names the update and the batch", async () => {
  const broken = sft();
  const objective: typeof broken = {
    ...broken,
    loss: (parameters, batch, config) => {
      const { loss, metrics } = broken.loss(parameters, batch, config);
      const zero = mul(loss.weight, 0);
      return { loss: { sum: add(loss.sum, div(zero, zero)), weight: loss.weight }, metrics };
    },
  };
  const outcome = await train(smallRun({ objective }));
  assert.ok(!outcome.ok);
  assert.equal(outcome.update, 1);
  assert.equal(outcome.ids.length, 4);
  assert.match(
    outcome.reason,
    /^the loss is NaN at update 1 \(learning rate 0.02; examples repeat \d, .*\); lower the/,
  );
});

test("what cannot be trained on is refused before the first update", async () => {
  const one = (example: Partial<SftExample>) =>
    train(smallRun({ examples: [{ ...(REPEATS[0] as SftExample), ...example }] }));
  await assert.rejects(one({ completion: [6] }), TokenOutOfRange);
  await assert.rejects(
    one({ completion: [6] }),
    /train, example repeat 0, requires token ids in \[0, 6\), got 6 at place 1/,
  );
  await assert.rejects(one({ completion: new Array<number>(13).fill(2) }), ContextOverflow);
  await assert.rejects(one({ completion: [] }), /sft, example repeat 0, requires a completion of >= 1 token/);
  await assert.rejects(one({ prompt: [] }), /a prompt of >= 1 token/);
  await assert.rejects(one({ weights: [1] }), /requires 2 weights, one a token of the completion, got an array of 1/);
  await assert.rejects(train(smallRun({ examples: [] })), /train requires at least one example/);
  await assert.rejects(train(smallRun({ batchSize: 0 })), /batchSize to be an integer in \[1, 1048576\], got 0/);
});

test("parameters of another configuration are refused before the first update, also where they hold more", async () => {
  const { config, parameters } = smallRun();
  const { blocks, embedding } = parameters;
  const longer = { ...parameters, blocks: [...blocks, ...blocks] };
  const more =
    /train requires parameters of its configuration, which has no blocks\.\d+\..* \(hint: pass both of one policy\)/;
  await assert.rejects(train(smallRun({ parameters: longer })), more);
  await assert.rejects(
    train(smallRun({ parameters: { ...parameters, embedding: embedding.slice(1) } })),
    /train requires \d+ numbers for embedding, got \d+/,
  );
  await assert.rejects(train(smallRun({ config: { ...config, layers: config.layers + 1 } })), /got none$/);
});

test("the metrics file has a line every n updates, and none of a run that was cut off", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-metrics-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "metrics.jsonl");
  writeFileSync(path, '{"update":4,"loss":9}\n{"upd');
  await trained({ observers: [metricsFile(path, { every: 3 })], validation: { examples: REPEATS, every: 6 } });
  const lines = parseJsonLines(path, readFileSync(path, "utf8")).map(({ record }) => record);
  assert.deepEqual(
    lines.map(({ update }) => update),
    [3, 6, 6],
  );
  assert.deepEqual(Object.keys(lines[0] ?? {}).slice(0, 4), ["update", "updates", "epoch", "loss"]);
  assert.equal(typeof (lines[2]?.validation as { loss: number } | undefined)?.loss, "number");
});

test("progress is one line on a terminal, lines in a file, one display in a notebook", async () => {
  const written: string[] = [];
  const terminal = { isTTY: true, write: (text: string) => written.push(text) };
  const lines: string[] = [];
  const shown: unknown[] = [];
  const show = (value: unknown) => {
    shown.push(value);
    return { update: (next: unknown) => void shown.push(["update", next]) };
  };
  await trained({
    updates: 3,
    observers: [
      terminalProgress(terminal, { everySeconds: 0 }),
      terminalProgress({ write: (text) => lines.push(text) }),
      notebookProgress(show, { everySeconds: 0, draw: ({ updates }) => updates.length }),
    ],
  });
  assert.equal(written.length, 4);
  assert.match(written[2] as string, /^.{5}update 3\/3, epoch 1.5, loss 1\.\d+, .*k tokens\/s, 0 s left$/s);
  assert.ok(written[3]?.endsWith("\n"));
  assert.equal(lines.length, 2); // the first update, and the end
  assert.deepEqual(shown, [1, ["update", 2], ["update", 3], ["update", 3]]);
});

test("arrays that an update replaces are handed back to the engine", async () => {
  const reference = referenceEngine();
  let spent = 0;
  const engine: Engine = {
    ...reference,
    compile: async (graph) => {
      const program = await reference.compile(graph);
      return {
        run: (inputs, options) => {
          spent += options?.spent?.filter((array) => array !== undefined).length ?? 0;
          return program.run(inputs, options);
        },
        dispose: () => program.dispose(),
      };
    },
  };
  await trained({ engine, updates: 2 });
  const tensors = 3 * (2 + 1 + 6); // parameters, means, squares: embedding, head; final gain; 2 gains and 4 weights
  assert.equal(spent, 2 * tensors);
});
