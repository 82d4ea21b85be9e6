/** @file One GPT training step (forward, backward, AdamW, float32) beside PyTorch eager: speed, graph creation, memory. */
import { join } from "node:path";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import type { Size, TrainRequest } from "./children/train.ts";
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
    const rows: Row[] = [];
    for (const size of SIZES) for (const threads of THREADS) rows.push(...(await measure(size, threads, python)));
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
  python: ReturnType<typeof findPython>,
): Promise<Row[]> {
  const ask = { size, threads, updates };
  const ours: Child = startAskedChild(process.execPath, [
    "--import",
    "tsx",
    join(import.meta.dirname, "children", "train.ts"),
  ]);
  const theirs: Child | null = python.ok
    ? startAskedChild(python.python, [join(import.meta.dirname, "peers", "train_pytorch.py")])
    : null;
  try {
    const turn = (child: Child) => async () => (await child.ask({ task: "train", ...ask })) as unknown as Round;
    const rounds: { ours: Round[]; theirs?: Round[] } =
      theirs === null
        ? await interleave(ROUNDS, { ours: turn(ours) })
        : await interleave(ROUNDS, { ours: turn(ours), theirs: turn(theirs) });
    const memory = { task: "memory", ...ask } as const;
    const ourMemory = (await ours.ask(memory)).megabytes as number;
    const theirMemory = ((await theirs?.ask(memory))?.megabytes as number | undefined) ?? null;
    const { gigaflops } = (await ours.ask({ task: "product", ...ask })) as { gigaflops: number };
    const peer = python.ok ? PEER : `PyTorch ${python.reason}`;
    const tokens = updates * size.batch * size.contextLength;
    const rate = (all: Round[], time: "seconds" | "cpuSeconds"): number =>
      tokens / median(all.map((round) => round[time]));
    const speed = (time: "seconds" | "cpuSeconds") => ({
      ours: rate(rounds.ours, time),
      peerValue: rounds.theirs === undefined ? null : rate(rounds.theirs, time),
    });
    const name = `${size.name}, ${threads} thread${threads === 1 ? "" : "s"}`;
    const higher = { better: "higher", barKind: "ratio", peer } as const;
    return [
      { name, unit: "tokens/s", ...higher, ...speed("seconds"), bar: BARS.speed },
      { name: `${name}, processor time`, unit: "tokens/cpu s", ...higher, ...speed("cpuSeconds"), bar: BARS.speed },
      {
        ...{
          name: `${name}, arithmetic beside one large product`,
          unit: "GFLOP/s",
          ...higher,
          bar: BARS.shareOfProduct,
        },
        ...{ ours: (rate(rounds.ours, "cpuSeconds") * operationsPerToken(size)) / 1e9, peerValue: gigaflops },
        peer: "1024 x 1024 x 1024 by the same engine on the same threads",
      },
      {
        ...{ name: `${name}, graph creation`, unit: "s", better: "lower", ours: rounds.ours[0]?.createdIn ?? NaN },
        ...{ peer, peerValue: null, barKind: "absolute", bar: BARS.creationSeconds },
      },
      {
        ...{ name: `${name}, graph creation, processor time`, unit: "s", better: "lower" },
        ...{ ours: rounds.ours[0]?.createdInCpu ?? NaN, peer, peerValue: null },
        ...{ barKind: "absolute", bar: BARS.creationSeconds },
      },
      {
        ...{ name: `${name}, peak memory`, unit: "MB", better: "lower", ours: ourMemory },
        ...{ peer, peerValue: theirMemory, barKind: "ratio", bar: BARS.memory },
      },
    ];
  } finally {
    ours.stop();
    theirs?.stop();
  }
}

/** Multiplications and additions of the matrix products, forward and backward: three times those of the forward pass. */
function operationsPerToken({ layers, channels, contextLength, vocabularySize }: Size): number {
  const weights = layers * 12 * channels ** 2 + channels * vocabularySize;
  const attention = layers * 2 * contextLength * channels; // q k' and weights v, masked or not
  return 6 * (weights + attention);
}
