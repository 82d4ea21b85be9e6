/** @file Two tiny transformers do what they do in PyTorch: logits, loss, every gradient, clipping, AdamW and ten updates. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  compile,
  type DeviceArray,
  type Engine,
  onnxruntimeEngine,
  referenceEngine,
} from "../../../src/toolkit/engine/index.ts";
import { logits, parameterSpecs, type TransformerConfig } from "../../../src/toolkit/model/index.ts";
import { decodeSafetensors, type StoredTensor } from "../../../src/toolkit/model/safetensors.ts";
import { isSpec } from "../../../src/toolkit/tensor/graph.ts";
import { div, type Numbers, type Tensor, valueAndGrad } from "../../../src/toolkit/tensor/index.ts";
import { isNumbers } from "../../../src/toolkit/tensor/spec.ts";
import { flattenTree, rebuildTree } from "../../../src/toolkit/tensor/tree.ts";
import { adamWInit } from "../../../src/toolkit/train/adam-w.ts";
import { readTree, uploadTree } from "../../../src/toolkit/train/device-trees.ts";
import { sft } from "../../../src/toolkit/train/index.ts";
import type { TrainedTree } from "../../../src/toolkit/train/trainable.ts";
import type { Trained } from "../../../src/toolkit/train/update-graphs.ts";
import { createUpdater, type PackedBatch } from "../../../src/toolkit/train/updater.ts";
import { nativeIsMissing, openNative, testNative } from "../engine/native-engine.ts";

// made by tests/reference/transformer-torch.py, in float64
const dump = decodeSafetensors(
  readFileSync(join(import.meta.dirname, "../../reference/transformer-torch.safetensors")),
);
const variants = JSON.parse(dump.metadata.variants as string) as Record<string, TransformerConfig>;
const training = JSON.parse(dump.metadata.training as string) as Record<
  "learningRate" | "beta1" | "beta2" | "epsilon" | "weightDecay" | "clipNorm",
  number
>;
const UPDATES = 10;

/** The largest difference as a share of the tensor's largest number. */
const TOLERANCES = {
  reference: 1e-9, // float64 on both sides; the error function is good to 1e-10
  onnxruntime: 1e-4, // float32
  native: 1e-4,
};

const engines: Partial<Record<keyof typeof TOLERANCES, () => Promise<Engine>>> = {
  reference: async () => referenceEngine(),
  onnxruntime: () => onnxruntimeEngine({ threads: 1 }),
};

const missing = await nativeIsMissing();
if (missing === undefined) engines.native = openNative();
else testNative("on native: PyTorch's numbers", missing, async () => {});

for (const [variant, config] of Object.entries(variants)) {
  for (const [name, open] of Object.entries(engines)) {
    const tolerance = TOLERANCES[name as keyof typeof TOLERANCES];
    const near = (what: string, got: Numbers | readonly number[], expected: Numbers): void => {
      assert.equal(got.length, expected.length, what);
      const wanted = Array.from(expected);
      const largest = Math.max(...wanted.map(Math.abs));
      const apart = Math.max(...wanted.map((x, at) => Math.abs(x - Number(got[at]))));
      assert.ok(apart <= tolerance * largest, `${what}: ${apart} apart, of ${largest}`);
    };

    test(`${variant} on ${name}: logits, loss and gradients are PyTorch's`, async () => {
      const engine = await open();
      const { shape, arrays } = batchOf(variant, 0);
      const specs = { parameters: parameterSpecs(config), batch: sft().specs(shape) };
      const run = await compile(engine, ({ parameters, batch }) => logits(parameters, batch.tokens, config), specs);
      const parameters = treeOf(config, variant, "parameters");
      const batch = arrays as Record<keyof typeof specs.batch, Numbers>;
      near("logits", await (await run({ parameters, batch })).read(), stored(variant, "logits"));
      const differentiate = await compile(
        engine,
        ({ parameters: at, batch: rows }) => {
          const loss = valueAndGrad((own: typeof at): Tensor => {
            const { sum, weight } = sft().loss(own, rows, config).loss;
            return div(sum, weight);
          });
          return loss(at);
        },
        specs,
      );
      const { value, gradient } = await differentiate({ parameters, batch });
      near("loss", await value.read(), stored(variant, "losses").slice(0, 1));
      for (const { name: parameter, leaf } of flattenTree(await readTree(gradient), isNumbers)) {
        near(`gradient of ${parameter}`, leaf, stored(variant, `gradients.${parameter}`));
      }
    });

    test(`${variant} on ${name}: ten updates by clipped AdamW are PyTorch's`, async () => {
      const engine = await open();
      const { learningRate, clipNorm, ...adamW } = training;
      const updater = createUpdater(sft(), { engine, config, adamW: { ...adamW, decays: "matrices" }, clipNorm });
      const specs = parameterSpecs(config);
      let trained: Trained<TrainedTree<DeviceArray>> = {
        parameters: uploadTree(engine, specs, treeOf(config, variant, "parameters")),
        optimiser: uploadTree(engine, { means: specs, squares: specs }, adamWInit(specs)),
      };
      const [losses, norms]: [number[], number[]] = [[], []];
      for (let update = 0; update < UPDATES; update++) {
        const settings = { count: update + 1, learningRate, seeds: [] };
        const next = await updater.update(trained, [batchOf(variant, update)], settings);
        trained = next.trained;
        const { report, gradientNorm } = await next.measured;
        losses.push(report.loss);
        norms.push(gradientNorm);
      }
      near("losses", losses, stored(variant, "losses"));
      near("norms", norms, stored(variant, "norms"));
      // in float32, AdamW makes steps of the rounding noise of gradients that are 0, such as those of the keys' biases
      if (name !== "reference") return;
      for (const { name: parameter, leaf } of flattenTree(await readTree(trained.parameters), isNumbers)) {
        near(parameter, leaf, stored(variant, `trained.${parameter}`));
      }
    });
  }
}

function stored(variant: string, name: string): Numbers {
  return (dump.tensors.get(`${variant}.${name}`) as StoredTensor).data;
}

function treeOf(config: TransformerConfig, variant: string, tree: string) {
  const specs = parameterSpecs(config);
  const leaves = flattenTree(specs, isSpec).map(({ name }) => stored(variant, `${tree}.${name}`));
  return rebuildTree(specs, isSpec, leaves);
}

/** The batch of an update: the dump has all of them one after another. */
function batchOf(variant: string, update: number): PackedBatch {
  const [, examples, length] = (dump.tensors.get(`${variant}.tokens`) as StoredTensor).shape as [
    number,
    number,
    number,
  ];
  const size = examples * length;
  const part = (name: string): Numbers => stored(variant, name).slice(update * size, (update + 1) * size);
  const arrays = { tokens: part("tokens"), targets: part("targets"), weights: part("weights") };
  return { shape: { examples, length }, arrays };
}
