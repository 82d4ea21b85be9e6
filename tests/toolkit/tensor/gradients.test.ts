/** @file Every op's gradient equals finite differences, and every op has a case here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { trace } from "../../../src/toolkit/tensor/graph.ts";
import {
  constant,
  exp,
  f32,
  gradients,
  mul,
  reduceSum,
  reshape,
  stopGradient,
  type Tensor,
} from "../../../src/toolkit/tensor/index.ts";
import { PRIMITIVES } from "../../../src/toolkit/tensor/ops/all.ts";
import { sizeOf } from "../../../src/toolkit/tensor/spec.ts";
import { numbersFor, OP_CASES, type OpCase } from "./op-cases.ts";

const STEP = 1e-5; // a central difference errs by STEP^2 f''' / 6 + 1e-16 / STEP: about 1e-10
const TOLERANCE = 1e-7;

/** A scalar that weighs each element of the result differently, so that no error cancels. */
function weighed(result: Tensor): Tensor {
  const stream = createStream(5);
  const weights = constant(Float64Array.from({ length: sizeOf(result.shape) }, () => stream.uniform() - 0.5));
  return reduceSumAll(mul(reshape(result, [-1]), weights));
}

for (const opCase of OP_CASES) {
  test(`the gradient of ${opCase.name} equals finite differences`, async () => {
    const floats = Object.keys(opCase.inputs).filter((name) => opCase.inputs[name]?.dtype === "float32");
    const engine = referenceEngine();
    const lossAlone = await compile(
      engine,
      (inputs: Record<string, Tensor>) => weighed(opCase.make(inputs)),
      opCase.inputs,
    );
    const gradient = await compile(
      engine,
      (inputs: Record<string, Tensor>) => {
        const wrt = floats.map((name) => inputs[name] as Tensor);
        return gradients(weighed(opCase.make(inputs)), wrt);
      },
      opCase.inputs,
    );
    const numbers = numbersFor(opCase);
    const exact = await gradient(numbers);
    for (const [which, name] of floats.entries()) {
      const values = numbers[name] as Float64Array;
      const got = (await exact[which]?.read()) ?? [];
      assert.equal(got.length, values.length);
      for (const [at, x] of values.entries()) {
        const difference = (await lossAt(x + STEP)) - (await lossAt(x - STEP));
        assert.ok(Math.abs(difference / (2 * STEP) - (got[at] as number)) < TOLERANCE, `${name}[${at}]: ${got[at]}`);
        async function lossAt(value: number): Promise<number> {
          const loss = await lossAlone({ ...numbers, [name]: values.with(at, value) });
          return (await loss.read())[0] as number;
        }
      }
    }
  });
}

test("no gradient flows through stopGradient", async () => {
  const f = ({ x }: { x: Tensor }): Tensor[] => gradients(reduceSumAll(mul(x, stopGradient(exp(x)))), [x]);
  const gradient = await compile(referenceEngine(), f, { x: f32(2) });
  const [byX] = await gradient({ x: Float64Array.of(0, 1) });
  assert.deepEqual([...((await byX?.read()) ?? [])], [1, Math.E]); // x e^x with e^x held fixed
});

function reduceSumAll(tensor: Tensor): Tensor {
  return reshape(reduceSum(tensor), []);
}

test("every primitive op has a case", () => {
  const used = new Set(OP_CASES.flatMap((opCase) => opsOf(opCase)));
  assert.deepEqual(
    PRIMITIVES.map(({ name }) => name).filter((name) => !used.has(name)),
    [],
  );
});

function opsOf({ inputs, make }: OpCase): string[] {
  return trace(make, inputs).graph.nodes.map(({ op }) => op.name);
}
