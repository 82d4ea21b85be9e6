/** @file Published checkpoints: transformers' own logits and token ids come out, and a policy from one answers GSM8K's problems. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, onnxruntimeEngine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { accuracy } from "../../../src/toolkit/evaluate/index.ts";
import {
  initialiseParameters,
  logits,
  parameterSpecs,
  readPretrained,
  readPretrainedConfig,
  transformerConfig,
  writePretrained,
} from "../../../src/toolkit/model/index.ts";
import { openSafetensors } from "../../../src/toolkit/model/pretrained/safetensors-file.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/toolkit/model/safetensors.ts";
import { continueFrom, sampleRollouts } from "../../../src/toolkit/rollout/index.ts";
import { loadGsm8k, readModelVocabulary } from "../../../src/toolkit/tasks/index.ts";
import { i32 } from "../../../src/toolkit/tensor/index.ts";

const FAMILIES = ["gpt2", "llama", "qwen2"] as const;

function folderOf(family: string): string {
  return join(import.meta.dirname, "..", "..", "reference", "pretrained", family);
}

const ROUNDING = 1e-4; // both sides compute in float32, in another order; logits here reach 9, and differ by 1e-5

for (const family of FAMILIES) {
  for (const engine of [referenceEngine(), onnxruntimeEngine()]) {
    // tests/reference/pretrained.py: the logits of transformers 5.23.0 with torch 2.13.0
    test(`a ${family} gives the logits of transformers on ${(await engine).name}`, async () => {
      const { config, parameters } = await readPretrained(folderOf(family));
      const { tensors } = decodeSafetensors(readFileSync(join(folderOf(family), "expected.safetensors")));
      const ids = tensors.get("ids")?.data as Int32Array;
      const run = await compile(await engine, (inputs) => logits(inputs.parameters, inputs.tokens, config), {
        parameters: parameterSpecs(config),
        tokens: i32(1, ids.length),
      });
      const found = await (await run({ parameters, tokens: ids })).read();
      const expected = tensors.get("logits")?.data as Float32Array;
      assert.equal(found.length, expected.length);
      const farthest = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (found[at] as number))), 0);
      assert.ok(farthest < ROUNDING, `${farthest}`);
      run.dispose();
    });
  }

  test(`a ${family}'s tokenizer gives the ids of Hugging Face's own, and its texts back`, async () => {
    const vocabulary = await readModelVocabulary(join(folderOf(family), "tokenizer.json"));
    assert.deepEqual([vocabulary.size, vocabulary.endId], [300, 0]);
    const texts = JSON.parse(readFileSync(join(folderOf(family), "texts.json"), "utf8")) as {
      text: string;
      ids: number[];
    }[];
    for (const { text, ids } of texts) {
      assert.deepEqual(vocabulary.encode(text), ids, text);
      assert.equal(vocabulary.decode(ids), text);
    }
    assert.equal(vocabulary.decode([...(texts[0]?.ids.slice(0, 2) ?? []), 299, 300]).at(-1), "\uFFFD");
  });
}

test("half precisions are widened exactly", async (t) => {
  const path = join(scratch(t), "halves.safetensors");
  // by hand: 1, -2, the largest and the smallest float16, infinity; then 1 and -0.15625 as bfloat16
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00);
  const brains = Uint16Array.of(0x3f80, 0xbe20);
  const header = JSON.stringify({
    halves: { dtype: "F16", shape: [5], data_offsets: [0, 10] },
    brains: { dtype: "BF16", shape: [2], data_offsets: [10, 14] },
    other: { dtype: "I64", shape: [0], data_offsets: [14, 14] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(
    path,
    Buffer.concat([length, Buffer.from(header), Buffer.from(halves.buffer), Buffer.from(brains.buffer)]),
  );
  const file = await openSafetensors(path);
  t.after(() => file.close());
  assert.deepEqual([...(await file.tensor("halves")).data], [1, -2, 65504, 2 ** -24, Infinity]);
  assert.deepEqual([...(await file.tensor("brains")).data], [1, -0.15625]);
  await assert.rejects(file.tensor("other"), /halves\.safetensors: tensor other has dtype I64, which is not read here/);
  await assert.rejects(file.tensor("none"), /halves\.safetensors: tensor none is missing/);
});

test("a policy from a checkpoint writes answers to problems in GSM8K's format, and the verifier counts them", async (t) => {
  const [train, test] = ["train", "test"].map((split) => join(scratch(t), `${split}.jsonl`)) as [string, string];
  const problem = (clips: number) => ({
    question: `Natalia sold ${clips} clips in May. How many clips?`,
    answer: `Natalia sold ${clips} clips.\n#### ${clips}`,
  });
  writeFileSync(train, [...Array(4).keys()].map((clips) => `${JSON.stringify(problem(clips))}\n`).join(""));
  writeFileSync(test, [...Array(3).keys()].map((clips) => `${JSON.stringify(problem(clips + 10))}\n`).join(""));
  const folder = folderOf("llama");
  const { config, parameters } = await readPretrained(folder, { contextLength: 96 });
  assert.equal(config.contextLength, 96);
  const vocabulary = await readModelVocabulary(join(folder, "tokenizer.json"));
  const task = await loadGsm8k({ train, test, sha256: { train: "any", test: "any" }, vocabulary });
  const problems = [0, 1, 2].map((index) => task.problem("test", index));
  const policy = { engine: await onnxruntimeEngine(), config, parameters };
  const write = continueFrom(policy, { temperature: 1, maxTokens: 24, stopTokens: [vocabulary.endId] });
  const records = await sampleRollouts(task, problems, write, { samples: 4, stream: createStream(7) });
  const verdicts = records.flatMap(({ rollouts }) =>
    rollouts.flatMap(({ verdict, count }) => new Array<typeof verdict>(count).fill(verdict)),
  );
  const { right, wrong, unanswered } = accuracy(verdicts);
  assert.equal(verdicts.length, 12);
  assert.equal(right.value, 0); // random weights know no arithmetic: they do not get to a "####"
  assert.equal(wrong.value + unanswered.value, 1);
  assert.equal(accuracy(problems.map((one) => task.verifyAnswer(one, task.teach(one)))).right.value, 1);
});

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "pretrained-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const BAD: Record<string, { change: (config: Record<string, unknown>) => void; says: RegExp }> = {
  "another family": {
    change: (config) => Object.assign(config, { model_type: "mamba" }),
    says: /model_type is "mamba"; supported: gpt2, llama, mistral, qwen2/,
  },
  "stretched rotary positions": {
    change: (config) => Object.assign(config, { rope_parameters: { rope_type: "llama3", rope_theta: 5e5 } }),
    says: /rotary positions of type "llama3"; supported: "default"/,
  },
  "heads of another size": {
    change: (config) => Object.assign(config, { head_dim: 8 }),
    says: /"head_dim" is 8; supported: null or 4/,
  },
  "another nonlinearity": {
    change: (config) => Object.assign(config, { hidden_act: "relu" }),
    says: /"hidden_act" is "relu"; supported: "silu"/,
  },
  "no count of layers": {
    change: (config) => {
      delete config.num_hidden_layers;
    },
    says: /expected a count under "num_hidden_layers", got undefined/,
  },
  "a tensor of another size": {
    change: (config) => Object.assign(config, { intermediate_size: 25 }),
    says: /mlp\.(gate|down)_proj.* expected 50 for blocks\.0\.up\.weight|which does not fit/,
  },
  "more layers than tensors": {
    change: (config) => Object.assign(config, { num_hidden_layers: 3 }),
    says: /tensor model\.layers\.2\.input_layernorm\.weight is missing/,
  },
};

for (const [what, { change, says }] of Object.entries(BAD)) {
  test(`${what} is refused by name`, async (t) => {
    const folder = scratch(t);
    cpSync(folderOf("llama"), folder, { recursive: true });
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, unknown>;
    change(config);
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    await assert.rejects(readPretrained(folder), says);
  });
}

test("a model larger than memory says how much it needs, before a weight is read; its description needs none", async () => {
  const folder = folderOf("llama");
  await assert.rejects(readPretrained(folder, { memoryBytes: 50_000 }), {
    name: "RangeError",
    message: /^readPretrained requires 1 MB of memory for \d+ parameters, got "?1 MB"?$/,
  });
  assert.deepEqual(await readPretrainedConfig(folder), (await readPretrained(folder)).config);
});

test("a file that is cut off, missing or without its end token is named", async (t) => {
  const folder = scratch(t);
  cpSync(folderOf("gpt2"), folder, { recursive: true });
  const path = join(folder, "model.safetensors");
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length - 4));
  await assert.rejects(readPretrained(folder), /model\.safetensors: cut off: it ends at byte/);
  writeFileSync(path, Buffer.concat(encodeSafetensors({ tensors: new Map(), metadata: {} })));
  await assert.rejects(readPretrained(folder), /tensor transformer\.wte\.weight is missing/);
  rmSync(path);
  await assert.rejects(readPretrained(folder), /model\.safetensors: ENOENT/);
  const tokenizer = join(folder, "tokenizer.json");
  await assert.rejects(readModelVocabulary(tokenizer, { endToken: "</s>" }), /its tokens have no "<\/s>" to end/);
  rmSync(join(folder, "tokenizer_config.json"));
  await assert.rejects(readModelVocabulary(tokenizer), /tokenizer_config\.json: no such file/);
});

for (const family of FAMILIES) {
  test(`a ${family} that is written comes back as it was, to the last bit`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "eightfold-written-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const model = await readPretrained(folderOf(family));
    await writePretrained(folder, model);
    assert.deepEqual(await readPretrained(folder), model);
  });
}

test("a policy of choices that no published family has is not written, and they are named", async () => {
  const config = transformerConfig({ vocabularySize: 5, contextLength: 4, layers: 1, channels: 4, heads: 1 });
  const parameters = initialiseParameters(config, createStream(1));
  await assert.rejects(writePretrained("nowhere", { config, parameters }), {
    name: "UnsupportedModel",
    message:
      /requires the choices of a Llama .* got \{"positions":"rotary","normalisation":"rmsNorm","activation":"gelu"/,
  });
});

test("a GPT-2 whose queries share keys is told that no GPT-2 has that", async () => {
  const { config: own } = await readPretrained(folderOf("gpt2"));
  const config = { ...own, keyValueHeads: 1 };
  const parameters = initialiseParameters(config, createStream(1));
  const message = /as many keyValueHeads as heads\), got \{.*"heads":\d+,"keyValueHeads":1\}$/;
  await assert.rejects(writePretrained("nowhere", { config, parameters }), { name: "UnsupportedModel", message });
});

test("a configuration that is none, or not that of the parameters, is not written", async () => {
  const model = await readPretrained(folderOf("gpt2"));
  const { config, parameters } = model;
  const write = (change: object) => writePretrained("nowhere", { ...model, ...change });
  await assert.rejects(write({ config: { ...config, heads: 3 } }), /requires channels to be a multiple of heads \(3\)/);
  await assert.rejects(
    write({ parameters: undefined }),
    /writePretrained requires \d+ numbers for embedding, got none/,
  );
  const blocks = [...parameters.blocks, ...parameters.blocks];
  await assert.rejects(
    write({ parameters: { ...parameters, blocks } }),
    /of its configuration, which has no blocks\.\d+/,
  );
});
