/** @file SmolLM2-135M-Instruct from a GGUF file: memory, logits beside an independent forward pass, greedy text, answers to problems.
 *
 *     node --import tsx tests/judges/gguf.ts MODEL.gguf PYTHON SCRATCH
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createStream } from "../../src/toolkit/core/random-stream.ts";
import { compile, describeEngine, openEngine } from "../../src/toolkit/engine/index.ts";
import { logits, parameterCount, parameterSpecs, readGguf } from "../../src/toolkit/model/index.ts";
import { continueFrom } from "../../src/toolkit/rollout/index.ts";
import { modelVocabulary } from "../../src/toolkit/tasks/index.ts";
import { i32 } from "../../src/toolkit/tensor/index.ts";

const [model = "", python = "python3", scratch = "."] = process.argv.slice(2);

const before = process.resourceUsage().maxRSS * 1024;
const { config, parameters, tokenizer } = await readGguf(model, { contextLength: 128 });
const float32 = 4 * parameterCount(config);
const factor = (process.resourceUsage().maxRSS * 1024 - before) / float32;
console.log(
  `${parameterCount(config)} parameters, ${(float32 / 1e6).toFixed(0)} MB as float32; memory while reading ${factor.toFixed(2)} times that`,
);

if (tokenizer === undefined) throw new Error("no tokenizer");
const vocabulary = modelVocabulary(tokenizer.definition, tokenizer);
const engine = await openEngine({ threads: 2 });
console.log(describeEngine(engine));

const ids = vocabulary.encode("The capital of France is Paris. Tom has 3 boxes with 14 pens each, so he has 3 * 14 =");
const file = join(scratch, "logits.json");
execFileSync(python, [join(import.meta.dirname, "gguf_logits.py"), model, file, ...ids.map(String)], {
  stdio: "inherit",
});
const expected = (JSON.parse(readFileSync(file, "utf8")) as number[][]).flat();
const run = await compile(engine, (inputs) => logits(inputs.parameters, inputs.tokens, config), {
  parameters: parameterSpecs(config),
  tokens: i32(1, ids.length),
});
const found = await (await run({ parameters, tokens: Int32Array.from(ids) })).read();
run.dispose();
const farthest = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (found[at] ?? Number.NaN))), 0);
const bestOf = (all: ArrayLike<number>, row: number) => {
  const own = Array.from({ length: vocabulary.size }, (_, at) => all[row * vocabulary.size + at] ?? 0);
  return own.indexOf(Math.max(...own));
};
const agreeing = ids.filter((_, row) => bestOf(expected, row) === bestOf(found, row)).length;
console.log(
  `${ids.length} positions of ${vocabulary.size} logits: farthest apart ${farthest.toExponential(1)}; most probable token the same in ${agreeing}`,
);

const chat = (question: string) =>
  `<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;
const prompt = vocabulary.encode(chat("What is the capital of France?"));
const write = continueFrom(
  { engine, config, parameters },
  { temperature: 0, maxTokens: 12, stopTokens: [vocabulary.endId], batchSize: 1 },
);
const problem = { id: "capital", split: "test", index: 0 } as const;
const [[answer = []] = []] = await write([{ problem, prompt, completion: [] }], 1, createStream(1));
const text = vocabulary.decode(answer);
console.log(`greedy: ${JSON.stringify(text)}`);

const FARTHEST = 2e-3; // float32 against float64 through 30 layers, where logits reach 20
const holds = {
  memory: factor <= 1.3,
  logits: farthest < FARTHEST && agreeing === ids.length,
  text: text.startsWith("The capital of France is Paris."),
};
for (const [what, good] of Object.entries(holds)) if (!good) console.log(`FAILED: ${what}`);
process.exit(Object.values(holds).every(Boolean) ? 0 : 1);
