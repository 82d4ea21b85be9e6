/** @file A session of 1,000 cells: does a cell take longer at its end, and what has the kernel grown by? */
import { kernelCommand } from "@eightfold/kernel";
import { type Benchmark, median, type Row } from "./harness.ts";
import { ours } from "./kernel-contestants.ts";
import { inFreshKernel, type KernelSession } from "./kernel-session.ts";

const CELLS = 1000;
const PROBES = 200;
const ROUNDS = 3;

/** Of each cell its text, its source map and the names it uses are kept, some 6 kB, for errors and for stale cells; the rest is room of the collector. */
const KEPT_MB = 40;

interface Figures {
  beforeMs: number;
  afterMs: number;
  grownMb: number;
  /** the part of it that is JavaScript objects of the main thread, after a full collection */
  heapMb: number;
}

export const benchmark: Benchmark = {
  name: "long-session",
  summary: `latency and memory before and after ${CELLS} cells that declare`,
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const rounds: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await inFreshKernel(exposingGc, measure));
  const middle = (key: keyof Figures): number => median(rounds.map((figures) => figures[key]));
  const growth = median(rounds.map(({ beforeMs, afterMs }) => 100 * (afterMs / beforeMs - 1)));
  const row = (name: string, unit: string, value: number, bar: number | null): Row => ({
    name,
    unit,
    better: "lower",
    ours: value,
    peer: "none: a kernel beside itself",
    peerValue: null,
    barKind: "absolute",
    bar,
  });
  return {
    rows: [
      row("trivial cell at the start", "ms", middle("beforeMs"), null),
      row(`trivial cell after ${CELLS} cells`, "ms", middle("afterMs"), null),
      row("growth of a trivial cell", "%", growth, 10),
      row(`memory that ${CELLS} cells take`, "MB", middle("grownMb"), KEPT_MB),
      row("of it objects that are kept", "MB", middle("heapMb"), KEPT_MB),
    ],
  };
}

/** The same kernel, where a cell can collect what nobody holds. */
function exposingGc(file: string): ReturnType<typeof kernelCommand> {
  const { argv, env } = kernelCommand(file);
  const [node = process.execPath, ...words] = argv;
  return { argv: [node, "--expose-gc", ...words], env };
}

async function measure(kernel: KernelSession): Promise<Figures> {
  await probe(kernel); // the first cells are slow, and not what is asked
  const beforeMs = await probe(kernel);
  const before = { rss: kernel.memoryMb(), heap: await heapMb(kernel) };
  for (let cell = 0; cell < CELLS; cell++) await kernel.execute(ours.cells.declaration(cell));
  const afterMs = await probe(kernel);
  return { beforeMs, afterMs, grownMb: kernel.memoryMb() - before.rss, heapMb: (await heapMb(kernel)) - before.heap };
}

async function probe(kernel: KernelSession): Promise<number> {
  const times: number[] = [];
  for (let cell = 0; cell < PROBES; cell++) times.push((await kernel.execute("1 + 1")).milliseconds);
  return median(times);
}

async function heapMb(kernel: KernelSession): Promise<number> {
  const { result } = await kernel.execute("gc(); process.memoryUsage().heapUsed");
  return Number(result) / 2 ** 20;
}
