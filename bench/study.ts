/** @file Policies an hour of the quick study: two workers of one thread beside one of two, and beside workers that share no compiled graphs. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { chainStudy, createWorkerPool, localExecutor, type OpenWorkers, runStudy } from "@eightfold/toolkit/experiment";
import { processorEngines } from "./engines.ts";
import { type Benchmark, interleave, median, type Row, type Skipped } from "./harness.ts";

const ROUNDS = 3;
const THREADS = Math.min(2, availableParallelism());
/** Ours over the peer's policies an hour, or processor seconds a policy: the study's own way is no worse than the other. */
const BAR = 1;

const WAYS = {
  ours: (works) => createWorkerPool(works, { size: THREADS, threads: THREADS }),
  wide: (works) => createWorkerPool(works, { size: 1, threads: THREADS }),
  fresh: (works) => ({
    size: THREADS,
    run: async (job) => {
      const once = createWorkerPool(works, { size: 1, threads: 1 });
      try {
        return await once.run(job);
      } finally {
        await once.close();
      }
    },
    close: async () => {},
  }),
} as const satisfies Record<string, OpenWorkers>;

const PEERS = {
  wide: `one worker of ${THREADS} threads`,
  fresh: "a process for each stage, which compiles its graphs anew",
} as const;

export const benchmark: Benchmark = {
  name: "study",
  summary: `policies an hour of the quick study, ${THREADS} workers of one thread, beside other ways to share the same cores`,
  run: async () => {
    await processorEngines(); // a library that is not there yet is compiled now
    const ways = Object.entries(WAYS).map(([name, open]) => [name, () => once(open)] as const);
    const figures = await interleave<keyof typeof WAYS, Figures>(
      ROUNDS,
      Object.fromEntries(ways) as Record<keyof typeof WAYS, () => Promise<Figures>>,
    );
    const of = (way: keyof typeof WAYS, figure: keyof Figures): number =>
      median(figures[way].map((each) => each[figure]));
    const peers = Object.entries(PEERS) as [keyof typeof PEERS, string][];
    const rows = peers.flatMap(([way, peer]): Row[] => {
      const shared = { peer, barKind: "ratio", bar: BAR } as const;
      const byClock = { ours: of("ours", "policiesAnHour"), peerValue: of(way, "policiesAnHour") };
      const byProcessor = { ours: of("ours", "cpuSeconds"), peerValue: of(way, "cpuSeconds") };
      return [
        { name: `beside ${peer}`, unit: "policies/h", better: "higher", ...byClock, ...shared },
        { name: `beside ${peer}, processor time`, unit: "cpu s a policy", better: "lower", ...byProcessor, ...shared },
      ];
    });
    const isCounted = (row: Row): boolean => Number.isFinite(row.ours);
    const skipped: Skipped[] = rows
      .filter((row) => !isCounted(row))
      .map(({ name }) => ({ name, why: "the processor time of ended children is read from Linux's /proc" }));
    return { rows: rows.filter(isCounted), skipped };
  },
};

interface Figures {
  readonly policiesAnHour: number;
  /** of all processes, a policy; NaN where the system does not tell */
  readonly cpuSeconds: number;
}

/** The whole study in a store of its own. */
async function once(open: OpenWorkers): Promise<Figures> {
  const store = mkdtempSync(join(tmpdir(), "eightfold-study-"));
  try {
    const began = performance.now();
    const before = cpuSecondsOfAll();
    const told = { store, results: join(store, "results.jsonl"), executor: localExecutor(open) };
    const { finished, planned, states } = await runStudy(chainStudy, chainStudy.profiles.quick as QuickStudy, told);
    if (finished < planned)
      throw new Error(states.find(({ error }) => error !== undefined)?.error ?? "a run is missing");
    return {
      policiesAnHour: (finished * 3_600_000) / (performance.now() - began),
      cpuSeconds: (cpuSecondsOfAll() - before) / finished,
    };
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

type QuickStudy = Parameters<typeof chainStudy.plan>[0];

const TICKS = 100; // a second: what /proc counts processor time in

/** Of this process and its ended children; NaN where there is no /proc. */
function cpuSecondsOfAll(): number {
  if (process.platform !== "linux") return NaN;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS; // utime, stime, cutime, cstime
}
