/** @file Our sampling beside a PyTorch loop with a key-value cache: one architecture, batch and thread count, in one run. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { EngineName } from "@eightfold/toolkit/engine";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import type { RolloutRequest } from "./children/rollout.ts";
import { cardEngines, processorEngines } from "./engines.ts";
import { type Benchmark, findPython, interleave, median, type Row, type Skipped, torchCard } from "./harness.ts";

const ROUNDS = 3;
const BATCH = 256;
const PROMPT = 32;
const COMPLETION = 32;
const SIZES = { layers: 4, width: 128, heads: 4, vocabulary: 64, context: 64 };

/** All prompts different, and the way rollouts are drawn in the study: several samples a prompt. */
const WORKLOADS = [
  { name: "256 prompts, 1 sample each", samples: 1 },
  { name: "32 prompts, 8 samples each", samples: 8 },
] as const;

export const benchmark: Benchmark = {
  name: "rollout",
  summary: `sampling at S (4 layers, 128 channels, 4 heads): ${BATCH} sequences, prompt ${PROMPT}, completion ${COMPLETION}`,
  run,
};

/** Of a child: ours and the peer's alike. */
interface Figures {
  readonly seconds: number;
  readonly peakMb: number;
}

type Child = AskedChild<RolloutRequest, Figures>;

type Python = ReturnType<typeof findPython>;

async function run(): Promise<{ rows: Row[]; skipped: readonly Skipped[] }> {
  const python = findPython("torch", "numpy");
  const engines = await processorEngines();
  const card = await cardEngines();
  const rows: Row[] = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const where = `${threads} thread${threads === 1 ? "" : "s"}`;
    rows.push(...(await contest({ threads, where, engines, device: "cpu" }, python)));
  }
  if (card.engines.length > 0) {
    const device = python.ok ? torchCard(python.python) : undefined;
    rows.push(...(await contest({ threads: 1, where: "on the card", engines: card.engines, device }, python)));
  }
  return { rows, skipped: card.skipped };
}

interface Place {
  readonly threads: number;
  readonly where: string;
  readonly engines: readonly EngineName[];
  /** PyTorch's; undefined where it has none like ours */
  readonly device: string | undefined;
}

async function contest({ threads, where, engines, device }: Place, python: Python): Promise<Row[]> {
  const peer = !python.ok
    ? `PyTorch ${python.reason}`
    : device === undefined
      ? "PyTorch finds no card"
      : `PyTorch on ${device}, eager, preallocated cache, scaled_dot_product_attention`;
  const children = new Map<string, Child>();
  const source = join(import.meta.dirname, "children", "rollout.ts");
  for (const engine of engines) {
    children.set(engine, startAskedChild(process.execPath, ["--import", "tsx", source, engine]));
  }
  if (python.ok && device !== undefined) {
    children.set("peer", startAskedChild(python.python, [join(import.meta.dirname, "peers", "rollout_pytorch.py")]));
  }
  const rows: Row[] = [];
  try {
    for (const { name: workload, samples } of WORKLOADS) {
      const lengths = { batch: BATCH, prompt: PROMPT, completion: COMPLETION, samples };
      const request = { ...SIZES, ...lengths, threads, device: device ?? "cpu" };
      const first = new Map<string, number>(); // all are warm in the first round
      for (const [who, child] of children) first.set(who, (await child.ask(request)).seconds);
      const turns = [...children].map(([who, child]) => [who, () => child.ask(request)]);
      const figures = await interleave<string, Figures>(ROUNDS, Object.fromEntries(turns));
      for (const engine of engines) {
        const title = `${engine}: ${workload}, ${where}`;
        const firsts = { ours: first.get(engine) ?? NaN, peer: first.get("peer") };
        const own = rowsOf(title, firsts, figures[engine] ?? [], figures.peer, peer);
        const onHost = ({ unit }: Row): boolean => unit !== "MB"; // memory of the card is not measured, and no bar is set there
        rows.push(...(device === "cpu" ? own : own.filter(onHost).map((row) => ({ ...row, bar: null }))));
      }
    }
  } finally {
    for (const child of children.values()) child.stop();
  }
  return rows;
}

function rowsOf(
  title: string,
  first: { readonly ours: number; readonly peer: number | undefined },
  ours: readonly Figures[],
  peer: readonly Figures[] | undefined,
  name: string,
): Row[] {
  const speedOf = (figures: readonly Figures[]): number =>
    (BATCH * COMPLETION) / median(figures.map(({ seconds }) => seconds));
  const memoryOf = (figures: readonly Figures[]): number => median(figures.map(({ peakMb }) => peakMb));
  const speed = speedOf(ours);
  const common = { peer: name };
  return [
    {
      ...common,
      name: title,
      unit: "tokens/s",
      better: "higher",
      ours: speed,
      peerValue: peer === undefined ? null : speedOf(peer),
      barKind: "ratio",
      bar: null, // `pipeline` holds the stages that sample to one
    },
    {
      ...common,
      name: `${title}, memory`,
      unit: "MB",
      better: "lower",
      ours: memoryOf(ours),
      peerValue: peer === undefined ? null : memoryOf(peer),
      barKind: "ratio",
      bar: 1.5,
    },
    {
      ...common,
      name: `${title}, first run, in which graphs are made`,
      unit: "s",
      better: "lower",
      ours: first.ours,
      peerValue: first.peer ?? null,
      barKind: "ratio",
      bar: 1,
    },
  ];
}
