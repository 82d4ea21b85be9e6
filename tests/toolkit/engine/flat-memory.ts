/** @file Holds a TensorFlow.js engine to leaving no tensor behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, type DeviceArray, type Engine } from "../../../src/toolkit/engine/index.ts";
import type { TensorFlowJs } from "../../../src/toolkit/engine/tfjs/lowerings.ts";
import {
  f32,
  matmul,
  mul,
  reduceSum,
  reshape,
  sub,
  type Tensor,
  tanh,
  valueAndGrad,
} from "../../../src/toolkit/tensor/index.ts";

/** One test: as many tensors after 1,000 updates as before, and a loss that fell. */
export function testFlatMemory(name: string, tf: Pick<TensorFlowJs, "memory">, open: () => Promise<Engine>): void {
  test(`${name}: a thousand updates leave no tensor behind, and parameters stay on the device`, async () => {
    const engine = await open();
    const loss = ({ weight }: { weight: Tensor }, x: Tensor): Tensor => {
      const out = tanh(matmul(x, weight));
      return reshape(reduceSum(mul(out, out)), []);
    };
    const update = await compile(
      engine,
      ({ weight, x }) => {
        const { value, gradient } = valueAndGrad(loss)({ weight }, x);
        return { weight: sub(weight, mul(0.01, gradient.weight)), loss: value };
      },
      { weight: f32(3, 2), x: f32(4, 3) },
    );
    const x = Float32Array.from({ length: 12 }, (_, at) => Math.sin(at));
    let weight: DeviceArray = engine.upload(Float32Array.of(0.1, 0.2, -0.3, 0.4, 0.5, -0.6), f32(3, 2));
    const losses: number[] = [];
    const before = tf.memory().numTensors;
    for (let step = 0; step < 1000; step++) {
      const next = await update({ weight, x }, { spent: { weight } });
      if (step % 999 === 0) losses.push((await next.loss.read())[0] as number);
      next.loss.dispose();
      weight = next.weight;
    }
    assert.equal(tf.memory().numTensors, before);
    assert.ok((losses[1] as number) < (losses[0] as number), `losses ${losses}`);
  });
}
