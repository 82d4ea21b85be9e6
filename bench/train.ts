/** @file One GPT training step (forward, backward, AdamW, float32) beside PyTorch eager: speed, the time until the first update, memory. */
import { join } from "node:path";
import type { EngineName } from "@eightfold/toolkit/engine";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import type { Size, TrainRequest } from "./children/train.ts";
import { cardEngines, processorEngines } from "./engines.ts";
import { GPT_SIZES, operationsPerToken } from "./gpt-sizes.ts";
import { type Benchmark, findPython, interleave, median, type Row, torchCard } from "./harness.ts";

const ROUNDS = 7;

/** Updates a round: about a second of either contestant. */
const SIZES: readonly (Size & { updates: number })[] = [
  { ...GPT_SIZES.S, updates: 8 },
  { ...GPT_SIZES.M, updates: 1 },
];
const THREADS = [1, 2];

/** Speed has none here: `pipeline` holds whole jobs to one, `roofline` the step to what the processor can do. */
const BARS = { first: 0.5, memory: 0.6, shareOfProduct: 0.5 };
const PEER = "PyTorch eager, fused attention, cross-entropy and AdamW";

export const benchmark: Benchmark = {
  name: "train",
  summary:
    "a GPT training step at two sizes on 1 and 2 threads and on the card, its first update and its memory, beside PyTorch",
  run: async () => {
    const python = findPython("torch", "numpy");
    const engines = await processorEngines();
    const card = await cardEngines();
    const rows: Row[] = [];
    for (const size of SIZES) {
      for (const threads of THREADS) rows.push(...(await onProcessor(size, threads, engines, python)));
      rows.push(...(await onCard(size, card.engines, python)));
    }
    return { rows, skipped: card.skipped };
  },
};

interface Round {
  seconds: number;
  cpuSeconds: number;
  /** From the program's start to the end of the first update. */
  firstIn: number;
  firstInCpu: number;
}

/** Ours and the peer: the same requests. */
type Child = AskedChild<TrainRequest, Record<string, number>>;

type Sized = (typeof SIZES)[number];
type Python = ReturnType<typeof findPython>;

interface Contest {
  readonly rounds: Readonly<Record<string, Round[]>>;
  told(name: EngineName | "peer", task: TrainRequest["task"]): Promise<Record<string, number>>;
}

/** All of them, and the peer where it computes on that device, in interleaved rounds; `rowsOf` makes rows of it while the children live. */
async function contest(
  { updates, ...size }: Sized,
  {
    threads,
    engines,
    peer,
  }: { threads: number; engines: readonly EngineName[]; peer?: { python: string; device: string } },
  rowsOf: (contest: Contest) => Promise<Row[]>,
): Promise<Row[]> {
  const ask = { size, threads, updates, device: peer?.device ?? "cpu" };
  const source = join(import.meta.dirname, "children", "train.ts");
  const children = new Map<EngineName | "peer", Child>();
  for (const engine of engines) children.set(engine, startAskedChild(process.execPath, ["--import", "tsx", source]));
  if (peer !== undefined) {
    children.set("peer", startAskedChild(peer.python, [join(import.meta.dirname, "peers", "train_pytorch.py")]));
  }
  const told: Contest["told"] = (name, task) =>
    (children.get(name) as Child).ask({ task, engine: name === "peer" ? "reference" : name, ...ask });
  try {
    const turns = [...children.keys()].map((name) => [
      name,
      async () => (await told(name, "train")) as unknown as Round,
    ]);
    return await rowsOf({ rounds: await interleave<string, Round>(ROUNDS, Object.fromEntries(turns)), told });
  } finally {
    for (const child of children.values()) child.stop();
  }
}

/** Tokens a second of a contestant. */
function rateOf({ updates, batch, contextLength }: Sized, { rounds }: Contest) {
  const tokens = updates * batch * contextLength;
  return (name: string, time: "seconds" | "cpuSeconds"): number =>
    tokens / median((rounds[name] ?? []).map((round) => round[time]));
}

const HIGHER = { better: "higher", barKind: "ratio" } as const;

function firstRow(
  engine: EngineName,
  { rounds }: Contest,
  time: "firstIn" | "firstInCpu",
  row: Pick<Row, "name" | "peer" | "bar">,
): Row {
  const of = (name: string): number | undefined => rounds[name]?.[0]?.[time];
  return {
    unit: "s",
    better: "lower",
    ours: of(engine) ?? NaN,
    peerValue: of("peer") ?? null,
    barKind: "ratio",
    ...row,
  };
}

function onProcessor(size: Sized, threads: number, engines: readonly EngineName[], python: Python): Promise<Row[]> {
  const peer = python.ok ? PEER : `PyTorch ${python.reason}`;
  const beside = python.ok ? { peer: { python: python.python, device: "cpu" } } : {};
  return contest(size, { threads, engines, ...beside }, async (held) => {
    const { told } = held;
    const peerMemory = python.ok ? ((await told("peer", "memory")).megabytes as number) : null;
    const rate = rateOf(size, held);
    const rows: Row[] = [];
    for (const engine of engines) {
      const memory = (await told(engine, "memory")).megabytes as number;
      const { gigaflops } = (await told(engine, "product")) as { gigaflops: number };
      const speed = (time: "seconds" | "cpuSeconds") => ({
        ours: rate(engine, time),
        peerValue: python.ok ? rate("peer", time) : null,
      });
      const name = `${engine}: ${size.name}, ${threads} thread${threads === 1 ? "" : "s"}`;
      const higher = { ...HIGHER, peer };
      rows.push(
        { name, unit: "tokens/s", ...higher, ...speed("seconds"), bar: null },
        { name: `${name}, processor time`, unit: "tokens/cpu s", ...higher, ...speed("cpuSeconds"), bar: null },
        {
          ...{ name: `${name}, arithmetic beside one large product`, unit: "GFLOP/s", ...higher },
          ...{ ours: (rate(engine, "cpuSeconds") * operationsPerToken(size)) / 1e9, peerValue: gigaflops },
          ...{ bar: BARS.shareOfProduct, peer: "1024 x 1024 x 1024 by the same engine on the same threads" },
        },
        firstRow(engine, held, "firstIn", { name: `${name}, first update from the start`, peer, bar: BARS.first }),
        firstRow(engine, held, "firstInCpu", {
          ...{ name: `${name}, first update from the start, processor time`, peer, bar: BARS.first },
        }),
        {
          ...{ name: `${name}, peak memory`, unit: "MB", better: "lower", ours: memory, peerValue: peerMemory, peer },
          ...{ barKind: "ratio", bar: BARS.memory },
        },
      );
    }
    return rows;
  });
}

/** Beside PyTorch on the same card; no bar is set there. */
async function onCard(size: Sized, engines: readonly EngineName[], python: Python): Promise<Row[]> {
  if (engines.length === 0) return [];
  const device = python.ok ? torchCard(python.python) : undefined;
  const beside = python.ok && device !== undefined ? { peer: { python: python.python, device } } : {};
  const peer = !python.ok
    ? `PyTorch ${python.reason}`
    : device === undefined
      ? "PyTorch finds no card"
      : `${PEER}, on ${device}`;
  return contest(size, { threads: 1, engines, ...beside }, async (held) => {
    const rate = rateOf(size, held);
    return engines.flatMap((engine): Row[] => {
      const name = `${engine}: ${size.name}, on the card`;
      const ours = rate(engine, "seconds");
      const peerValue = device === undefined ? null : rate("peer", "seconds");
      return [
        { name, unit: "tokens/s", ...HIGHER, ours, peer, peerValue, bar: null },
        {
          ...{ name: `${name}, arithmetic of its products`, unit: "GFLOP/s", ...HIGHER, peer, bar: null },
          ...{ ours: (ours * operationsPerToken(size)) / 1e9 },
          ...{ peerValue: peerValue === null ? null : (peerValue * operationsPerToken(size)) / 1e9 },
        },
        firstRow(engine, held, "firstIn", { name: `${name}, first update from the start`, peer, bar: null }),
      ];
    });
  });
}
