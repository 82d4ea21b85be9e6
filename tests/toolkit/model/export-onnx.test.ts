/** @file Exported policies run in onnxruntime alone, node's and Python's, and give the engine's logits, with a cache and without. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { exportOnnx, headSize, logits, parameterSpecs } from "../../../src/toolkit/model/index.ts";
import { i32 } from "../../../src/toolkit/tensor/index.ts";
import { exportAll, policyOf, TOKENS, VARIANTS } from "./exported-policies.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-onnx-"));
after(() => rmSync(folder, { recursive: true }));
before(() => exportAll(folder));

const FLOAT32 = 1e-5;

function near(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(got.length, expected.length);
  for (let at = 0; at < got.length; at++) {
    assert.ok(Math.abs((got[at] as number) - (expected[at] as number)) < FLOAT32, `${at}: ${got[at]}, ${expected[at]}`);
  }
}

for (const name of ["gpt", "llama"] as const) {
  const config = VARIANTS[name];
  const expected = async (): Promise<ArrayLike<number>> => {
    const { parameters } = policyOf(name);
    const specs = { parameters: parameterSpecs(config), tokens: i32(2, 5) };
    const run = await compile(referenceEngine(), (inputs) => logits(inputs.parameters, inputs.tokens, config), specs);
    return (await run({ parameters, tokens: Int32Array.from(TOKENS) })).read();
  };

  test(`${name}: whole texts to logits`, async () => {
    const session = await InferenceSession.create(join(folder, `${name}.onnx`));
    assert.deepEqual([session.inputNames, session.outputNames], [["tokens"], ["logits"]]);
    const got = await session.run({ tokens: new Tensor("int32", Int32Array.from(TOKENS), [2, 5]) });
    near(got.logits?.data as Float32Array, await expected());
    await session.release();
  });

  test(`${name}: a token at a time with a cache gives the same logits`, async () => {
    const session = await InferenceSession.create(join(folder, `${name}-cached.onnx`));
    const shape = [2, config.keyValueHeads, 5, headSize(config)];
    const names = session.inputNames.filter((input) => input.startsWith("memory."));
    assert.equal(names.length, 2 * config.layers);
    const memory: Record<string, Tensor> = Object.fromEntries(
      names.map((input) => [input, new Tensor("float32", new Float32Array(2 * config.keyValueHeads * 5 * 2), shape)]),
    );
    const whole = await expected();
    const V = config.vocabularySize;
    for (let position = 0; position < 5; position++) {
      const ids = Int32Array.of(TOKENS[position] as number, TOKENS[5 + position] as number);
      const got = await session.run({
        tokens: new Tensor("int32", ids, [2, 1]),
        positions: new Tensor("int32", Int32Array.of(position, position), [2, 1]),
        ...memory,
      });
      for (const input of names) memory[input] = got[input.replace("memory.", "next.")] as Tensor;
      const rows = [0, 1].flatMap((row) =>
        Array.from(whole).slice((row * 5 + position) * V, (row * 5 + position + 1) * V),
      );
      near(got.logits?.data as Float32Array, rows);
    }
    await session.release();
  });

  test(`${name}: Python's onnxruntime gave the same logits`, async () => {
    // made by tests/reference/policy-onnx.py from the files of exportAll
    const path = join(import.meta.dirname, "../../reference/policy-onnx.json");
    const seen = JSON.parse(readFileSync(path, "utf8")) as Record<string, { whole: number[]; cached: number[] }>;
    near(seen[name]?.whole ?? [], await expected());
    near(seen[name]?.cached ?? [], await expected());
  });
}

test("a length beyond the context is refused", async () => {
  const policy = policyOf("gpt");
  await assert.rejects(
    exportOnnx(join(folder, "long.onnx"), policy, { length: 6 }),
    /length to be an integer in \[1, 5\], got 6/,
  );
});
