/** @file One GPT training step (forward, backward, AdamW, float32) beside PyTorch eager: speed, graph creation, memory. */
import { join } from "node:path";
import type { EngineName } from "@eightfold/toolkit/engine";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import type { Size, TrainRequest } from "./children/train.ts";
import { processorEngines } from "./engines.ts";
import { type Benchmark, findPython, interleave, median, type Row } from "./harness.ts";

const ROUNDS = 7;

/** Updates a round: about a second of either contestant. */
const SIZES: readonly (Size & { updates: number })[] = [
  { name: "S", layers: 4, channels: 128, heads: 4, contextLength: 64, batch: 32, vocabularySize: 64, updates: 8 },
  { name: "M", layers: 6, channels: 384, heads: 6, contextLength: 128, batch: 16, vocabularySize: 256, updates: 1 },
];
const THREADS = [1, 2];

const BARS = { speed: 1.5, creationSeconds: 0.4, memory: 1.5, shareOfProduct: 0.5 };
const PEER = "PyTorch eager, fused attention, cross-entropy and AdamW";

export const benchmark: Benchmark = {
  name: "train",
  summary: "a GPT training step at two sizes on 1 and 2 threads, its creation and its memory, beside PyTorch",
  run: async () => {
    const python = findPython("torch", "numpy");
    const engines = await processorEngines();
    const rows: Row[] = [];
    for (const size of SIZES) {
      for (const threads of THREADS) rows.push(...(await measure(size, threads, engines, python)));
    }
    return { rows };
  },
};

interface Round {
  seconds: number;
  cpuSeconds: number;
  createdIn?: number;
  createdInCpu?: number;
}

/** Ours and the peer: the same requests. */
type Child = AskedChild<TrainRequest, Record<string, number>>;

async function measure(
  { updates, ...size }: Size & { updates: number },
  threads: number,
  engines: readonly EngineName[],
  python: ReturnType<typeof findPython>,
): Promise<Row[]> {
  const ask = { size, threads, updates };
  const source = join(import.meta.dirname, "children", "train.ts");
  const children = new Map<EngineName | "peer", Child>();
  for (const engine of engines) children.set(engine, startAskedChild(process.execPath, ["--import", "tsx", source]));
  if (python.ok) {
    children.set("peer", startAskedChild(python.python, [join(import.meta.dirname, "peers", "train_pytorch.py")]));
  }
  const told = (name: EngineName | "peer", task: TrainRequest["task"]): Promise<Record<string, number>> =>
    (children.get(name) as Child).ask({ task, engine: name === "peer" ? "reference" : name, ...ask });
  try {
    const turns = [...children.keys()].map((name) => [
      name,
      async () => (await told(name, "train")) as unknown as Round,
    ]);
    const rounds = await interleave<string, Round>(ROUNDS, Object.fromEntries(turns));
    const peer = python.ok ? PEER : `PyTorch ${python.reason}`;
    const peerMemory = python.ok ? ((await told("peer", "memory")).megabytes as number) : null;
    const tokens = updates * size.batch * size.contextLength;
    const rate = (name: string, time: "seconds" | "cpuSeconds"): number =>
      tokens / median((rounds[name] ?? []).map((round) => round[time]));
    const rows: Row[] = [];
    for (const engine of engines) {
      const memory = (await told(engine, "memory")).megabytes as number;
      const { gigaflops } = (await told(engine, "product")) as { gigaflops: number };
      const speed = (time: "seconds" | "cpuSeconds") => ({
        ours: rate(engine, time),
        peerValue: python.ok ? rate("peer", time) : null,
      });
      const created = rounds[engine]?.[0];
      const name = `${engine}: ${size.name}, ${threads} thread${threads === 1 ? "" : "s"}`;
      const higher = { better: "higher", barKind: "ratio", peer } as const;
      const lower = { better: "lower", peer } as const;
      const creation = {
        ...lower,
        unit: "s",
        peerValue: null,
        barKind: "absolute",
        bar: BARS.creationSeconds,
      } as const;
      rows.push(
        { name, unit: "tokens/s", ...higher, ...speed("seconds"), bar: BARS.speed },
        { name: `${name}, processor time`, unit: "tokens/cpu s", ...higher, ...speed("cpuSeconds"), bar: BARS.speed },
        {
          ...{ name: `${name}, arithmetic beside one large product`, unit: "GFLOP/s", ...higher },
          ...{ ours: (rate(engine, "cpuSeconds") * operationsPerToken(size)) / 1e9, peerValue: gigaflops },
          ...{ bar: BARS.shareOfProduct, peer: "1024 x 1024 x 1024 by the same engine on the same threads" },
        },
        { name: `${name}, graph creation`, ...creation, ours: created?.createdIn ?? NaN },
        { name: `${name}, graph creation, processor time`, ...creation, ours: created?.createdInCpu ?? NaN },
        {
          ...{ name: `${name}, peak memory`, unit: "MB", ...lower, ours: memory, peerValue: peerMemory },
          ...{ barKind: "ratio", bar: BARS.memory },
        },
      );
    }
    return rows;
  } finally {
    for (const child of children.values()) child.stop();
  }
}

/** Multiplications and additions of the matrix products, forward and backward: three times those of the forward pass. */
function operationsPerToken({ layers, channels, contextLength, vocabularySize }: Size): number {
  const weights = layers * 12 * channels ** 2 + channels * vocabularySize;
  const attention = layers * 2 * contextLength * channels; // q k' and weights v, masked or not
  return 6 * (weights + attention);
}
