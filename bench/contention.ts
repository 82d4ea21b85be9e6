/** @file A GPT training step while other programs keep the processors busy: how much slower than alone, beside PyTorch. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { EngineName } from "@eightfold/toolkit/engine";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import type { TrainRequest } from "./children/train.ts";
import { processorEngines } from "./engines.ts";
import { GPT_SIZES } from "./gpt-sizes.ts";
import { type Benchmark, findPython, interleave, median, type Row } from "./harness.ts";

const ROUNDS = 5;
/** Updates a round: some seconds, many times the turn that a system gives each program. */
const UPDATES = 40;
/** Busy programs beside us; as many as processors halve what each gets. */
const NEIGHBOURS = [1, 2];
const THREADS = Math.min(2, availableParallelism());
/** What two busy programs on two processors may cost. */
const BAR = { slowdown: 3, besidePeer: 1 };
const PEER = "PyTorch eager under the same load";

export const benchmark: Benchmark = {
  name: "contention",
  summary: "a GPT training step beside one and two busy programs, as a multiple of its time alone, beside PyTorch",
  run: async () => {
    const python = findPython("torch", "numpy");
    const engines = await processorEngines();
    const children = new Map<EngineName | "peer", Child>();
    const source = join(import.meta.dirname, "children", "train.ts");
    for (const engine of engines) children.set(engine, startAskedChild(process.execPath, ["--import", "tsx", source]));
    if (python.ok) {
      children.set("peer", startAskedChild(python.python, [join(import.meta.dirname, "peers", "train_pytorch.py")]));
    }
    try {
      const alone = await secondsBeside(0, children);
      const rows: Row[] = [];
      for (const neighbours of NEIGHBOURS) {
        const beside = await secondsBeside(neighbours, children);
        const slowdown = (name: EngineName | "peer"): number => (beside[name] ?? NaN) / (alone[name] ?? NaN);
        for (const engine of engines) {
          const name = `${engine}: ${THREADS} threads beside ${neighbours} busy program${neighbours === 1 ? "" : "s"}`;
          const row = { unit: "times its time alone", better: "lower", ours: slowdown(engine) } as const;
          const peer = python.ok ? PEER : `PyTorch ${python.reason}`;
          const peerValue = python.ok ? slowdown("peer") : null;
          rows.push({ name, ...row, peer, peerValue, barKind: "ratio", bar: BAR.besidePeer });
          if (neighbours === THREADS) {
            const itself = { peer: "none: a multiple of its own time", peerValue: null } as const;
            rows.push({ name: `${name}, itself`, ...row, ...itself, barKind: "absolute", bar: BAR.slowdown });
          }
        }
      }
      return { rows };
    } finally {
      for (const child of children.values()) child.stop();
    }
  },
};

type Child = AskedChild<TrainRequest, { seconds: number }>;

/** Each contestant's median seconds for its updates, one contestant at a time beside the same busy programs. */
async function secondsBeside(
  neighbours: number,
  children: ReadonlyMap<EngineName | "peer", Child>,
): Promise<Record<string, number>> {
  const request = { task: "train", size: GPT_SIZES.S, threads: THREADS, updates: UPDATES, device: "cpu" } as const;
  const busy = Array.from({ length: neighbours }, () =>
    spawn(process.execPath, ["--eval", "for (;;);"], { stdio: "ignore" }),
  );
  try {
    const turns = [...children].map(([name, child]) => [
      name,
      async () => (await child.ask({ ...request, engine: name === "peer" ? "reference" : name })).seconds,
    ]);
    const seconds = await interleave<string, number>(ROUNDS, Object.fromEntries(turns));
    return Object.fromEntries(Object.entries(seconds).map(([name, repeats]) => [name, median(repeats)]));
  } finally {
    for (const program of busy) program.kill("SIGKILL");
  }
}
