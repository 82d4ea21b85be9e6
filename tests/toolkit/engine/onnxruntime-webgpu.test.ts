/** @file onnxruntime's WebGPU runs all of a graph or says so: none of it on the processor in silence. A driver in software will do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS, stepOf, stepSpecs } from "../../../bench/step-graph.ts";
import {
  compile,
  type Engine,
  EngineMissing,
  onnxruntimeEngine,
  referenceEngine,
} from "../../../src/toolkit/engine/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";

async function opened(): Promise<Engine | string> {
  try {
    return await onnxruntimeEngine({ provider: "webgpu" });
  } catch (error) {
    if (error instanceof EngineMissing) return error.message;
    throw error;
  }
}

const engine = await opened();
const onGpu = (name: string, run: (engine: Engine) => Promise<void>): void => {
  if (typeof engine === "string") test(name, { skip: engine });
  else test(name, () => run(engine));
};

onGpu("every node of a training step has a kernel there", async (engine) => {
  const step = await compile(engine, stepOf(STEPS.S, 1), stepSpecs(STEPS.S)); // a node on the processor would be refused
  step.dispose();
});

onGpu("a graph with an op that it lacks is refused with what to do", async (engine) => {
  const lacking = compile(engine, ({ x }) => t.sumOfParts(t.reduceSum(t.eachPart(x, 2), [0]), 2), { x: t.f32(4, 3) });
  await assert.rejects(lacking, {
    name: "EngineMissing",
    message:
      /^onnxruntime's webgpu does not run all of this graph, and none of it runs elsewhere in silence: .*\(hint: /,
  });
});

onGpu("products of turned operands and logSoftmax give the reference's numbers", async (on) => {
  const specs = { a: t.f32(3, 4), b: t.f32(5, 4) };
  const f = ({ a, b }: Record<keyof typeof specs, t.Tensor>) =>
    t.logSoftmax(t.matmul(a, b, { transposeB: true, scale: 0.5 }));
  const wave = (size: number): Float32Array => Float32Array.from({ length: size }, (_, at) => 3 * Math.sin(at * at));
  const numbers = { a: wave(12), b: wave(20) };
  const of = async (engine: Engine) => (await (await compile(engine, f, specs))(numbers)).read();
  const [expected, got] = [await of(referenceEngine()), await of(on)];
  for (const [at, value] of expected.entries()) assert.ok(Math.abs((got[at] as number) - value) < 1e-5);
});
