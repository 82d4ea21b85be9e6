/** @file One GPT training step by the toolkit, in a process of its own: answers JSON requests a line, as its PyTorch peer does. */
import { createInterface } from "node:readline";
import { compile, type DeviceArray, type EngineName, openEngine } from "@eightfold/toolkit/engine";
import {
  initialiseParameters,
  parameterSpecs,
  type TransformerParameters,
  transformerConfig,
} from "@eightfold/toolkit/model";
import { f32, matmul } from "@eightfold/toolkit/tensor";
import { ADAM_W, sft } from "@eightfold/toolkit/train";
import { createStream } from "../../src/toolkit/core/random-stream.ts";
import { adamWInit } from "../../src/toolkit/train/adam-w.ts";
import { uploadTree } from "../../src/toolkit/train/device-trees.ts";
import { inParts } from "../../src/toolkit/train/parts.ts";
import { type Trained, updateGraphs } from "../../src/toolkit/train/update-graphs.ts";

/** What the parent asks, of this process and of the peer's. */
export interface TrainRequest {
  readonly task: "train" | "product" | "memory";
  /** Ours alone. */
  readonly engine: EngineName;
  /** The peer's alone: "cpu", or a card as PyTorch names it. */
  readonly device: string;
  readonly size: Size;
  readonly threads: number;
  readonly updates: number;
}

export interface Size {
  readonly name: string;
  readonly layers: number;
  readonly channels: number;
  readonly heads: number;
  readonly contextLength: number;
  readonly batch: number;
  readonly vocabularySize: number;
}

const SIDE = 1024; // of the product that says what the arithmetic can reach

let update: (() => Promise<void>) | undefined;
const loadedIn = performance.now() / 1000; // since the process began
let first = { seconds: 0, cpuSeconds: 0 };
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await respond(JSON.parse(line) as TrainRequest);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function respond({ task, engine, size, threads, updates }: TrainRequest): Promise<Record<string, number>> {
  if (task === "memory") return { megabytes: process.resourceUsage().maxRSS / 1024 };
  if (task === "product") return { gigaflops: await productRate(engine, threads) }; // by processor time
  if (update === undefined) {
    const opened = stopwatch();
    update = await trainer(size, engine, threads);
    await update(); // the first update allocates
    const { user, system } = process.cpuUsage();
    first = { seconds: loadedIn + opened().seconds, cpuSeconds: (user + system) / 1e6 };
  }
  const elapsed = stopwatch();
  for (let done = 0; done < updates; done++) await update();
  return { ...elapsed(), firstIn: first.seconds, firstInCpu: first.cpuSeconds };
}

/** Time and processor time of all threads since the call. */
function stopwatch(): () => { seconds: number; cpuSeconds: number } {
  const began = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
}

/** An update of a GPT-2-like model (learned positions, LayerNorm, GELU, biases) on one batch of random tokens. */
async function trainer(
  { name: _, batch, ...sizes }: Size,
  name: EngineName,
  threads: number,
): Promise<() => Promise<void>> {
  const config = transformerConfig({ ...sizes, positions: "learned", normalisation: "layerNorm", biases: true });
  const shape = { examples: batch, length: sizes.contextLength };
  const objective = sft();
  const graphs = updateGraphs(objective, config, ADAM_W, undefined);
  const engine = await openEngine({ engine: name, threads });
  const parameters = parameterSpecs(config);
  const specs = {
    ...{ parameters, optimiser: { means: parameters, squares: parameters } },
    ...{ count: f32(), learningRate: f32(), batch: objective.specs(shape) },
  };
  const { atOnce } = engine;
  const step = await inParts({ what: "an update", shape, batch: specs.batch, config, atOnce }, (parts) =>
    compile(engine, (inputs) => graphs.whole(inputs, parts), specs),
  );
  const stream = createStream(7);
  const tokens = (): Int32Array =>
    Int32Array.from({ length: batch * shape.length }, () => stream.integer(sizes.vocabularySize));
  const data = { tokens: tokens(), targets: tokens(), weights: new Float32Array(batch * shape.length).fill(1) };
  let trained: Trained<TransformerParameters<DeviceArray>> = {
    parameters: uploadTree(engine, parameters, initialiseParameters(config, stream)),
    optimiser: uploadTree(engine, { means: parameters, squares: parameters }, adamWInit(parameters)),
  };
  let count = 0;
  return async () => {
    const rates = { count: Float32Array.of(++count), learningRate: Float32Array.of(3e-4) };
    const { sums, ...next } = await step({ ...trained, ...rates, batch: data }, { spent: trained });
    trained = next;
    const [loss = NaN] = await sums.read(); // as the peer reads its loss at each update
    if (!Number.isFinite(loss)) throw new Error(`update ${count} gave a loss of ${loss}`);
    sums.dispose();
  };
}

/** The best rate of one large matrix product, in 1e9 operations a processor second: what the arithmetic can reach here. */
async function productRate(name: EngineName, threads: number): Promise<number> {
  const engine = await openEngine({ engine: name, threads });
  const square = f32(SIDE, SIDE);
  const product = await compile(engine, ({ a, b }) => matmul(a, b), { a: square, b: square });
  const numbers = new Float32Array(SIDE * SIDE).fill(0.5);
  const seconds: number[] = [];
  for (let repeat = 0; repeat < 12; repeat++) {
    const elapsed = stopwatch();
    await product({ a: numbers, b: numbers });
    seconds.push(elapsed().cpuSeconds);
  }
  product.dispose();
  return (2 * SIDE ** 3) / Math.min(...seconds) / 1e9;
}
