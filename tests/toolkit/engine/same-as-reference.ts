/** @file Holds an engine to the reference: every op and its gradient, to a tolerance that float32 explains. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { gradients, mul, reduceSum, reshape, type Tensor } from "../../../src/toolkit/tensor/index.ts";
import { numbersFor, OP_CASES, type OpCase } from "../tensor/op-cases.ts";

/** float32 holds 6e-8 of a number; a sum of ten terms and an exponential lose a digit each. */
const TOLERANCE = 2e-5;

/** One test a case: the values, and the gradient of the sum of their squares. */
export function testSameAsReference(name: string, open: () => Promise<Engine>): void {
  for (const opCase of OP_CASES) {
    test(`${name} equals the reference: ${opCase.name}`, async () => {
      const [expected, got] = [await results(referenceEngine(), opCase), await results(await open(), opCase)];
      assert.equal(got.length, expected.length);
      for (const [which, values] of expected.entries()) {
        for (const [at, value] of values.entries()) {
          const other = got[which]?.[at] ?? Number.NaN;
          const size = Math.max(1, Math.abs(value));
          assert.ok(Math.abs(other - value) <= TOLERANCE * size, `output ${which}[${at}]: ${other} for ${value}`);
        }
      }
    });
  }
}

async function results(engine: Engine, { inputs, make, ...opCase }: OpCase): Promise<number[][]> {
  const floats = Object.keys(inputs).filter((key) => inputs[key]?.dtype === "float32");
  const run = await compile(
    engine,
    (tensors: Record<string, Tensor>) => {
      const result = make(tensors);
      const loss = reshape(reduceSum(mul(result, result)), []);
      return [
        result,
        ...gradients(
          loss,
          floats.map((key) => tensors[key] as Tensor),
        ),
      ];
    },
    inputs,
  );
  const outputs = await run(numbersFor({ inputs, make, ...opCase }));
  const numbers = await Promise.all(outputs.map(async (output) => [...(await output.read())]));
  for (const output of outputs) output.dispose();
  run.dispose();
  return numbers;
}
