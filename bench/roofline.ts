/** @file What a training step's products reach of the processor's own arithmetic, for each instruction set that it has. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processorFeatures } from "../src/toolkit/engine/native/prebuilt.ts";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import type { TrainRequest } from "./children/train.ts";
import { processorEngines } from "./engines.ts";
import { GPT_SIZES, operationsPerToken } from "./gpt-sizes.ts";
import { type Benchmark, interleave, median, type Row } from "./harness.ts";

const ROUNDS = 7;
const UPDATES = { S: 8, M: 1 } as const;
/** Of the loop of multiply-adds, processor time: long beside the switches between programs. */
const PEAK_MILLISECONDS = 300;
/** The step's share of the arithmetic peak; none is set for the small model. */
const BARS = { S: null, M: 0.75 } as const;

const COMPILER = process.env.EIGHTFOLD_CC ?? process.env.CC ?? "cc";
const OWN = process.arch === "x64" ? "-march=native" : "-mcpu=native";
/** What compilers are told of each instruction set beside the processor. */
const SETS: Readonly<Record<string, string>> = processorFeatures().has("avx512f")
  ? { "AVX-512": "", AVX2: "-mno-avx512f" }
  : { [processorFeatures().has("avx2") ? "AVX2" : process.arch]: "" };

export const benchmark: Benchmark = {
  name: "roofline",
  summary: "a GPT training step's products on one thread, as a share of the processor's own rate of multiply-adds",
  run: async () => {
    if (!(await processorEngines()).includes("native")) {
      return { rows: [], skipped: [{ name: "native", why: "its message stands above" }] };
    }
    const folder = mkdtempSync(join(tmpdir(), "eightfold-roofline-"));
    try {
      const rows: Row[] = [];
      for (const [set, flags] of Object.entries(SETS)) {
        const program = peakProgram(join(folder, set), flags);
        for (const size of ["S", "M"] as const) rows.push(await shareOf(set, flags, size, program));
      }
      return { rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Compiles the loop of multiply-adds. @returns its path */
function peakProgram(path: string, flags: string): string {
  const [compiler = "cc", ...options] = `${COMPILER} -O3 -ffp-contract=fast ${OWN} ${flags}`.trim().split(/\s+/);
  execFileSync(compiler, [...options, join(import.meta.dirname, "peers", "multiply_adds.c"), "-o", path]);
  return path;
}

/** In 1e9 operations a processor second, in turns with the loop. */
async function shareOf(set: string, flags: string, name: keyof typeof GPT_SIZES, program: string): Promise<Row> {
  const size = GPT_SIZES[name];
  const updates = UPDATES[name];
  const operations = updates * size.batch * size.contextLength * operationsPerToken(size);
  const ask: TrainRequest = { task: "train", engine: "native", device: "cpu", threads: 1, size, updates };
  const source = join(import.meta.dirname, "children", "train.ts");
  const ours: AskedChild<TrainRequest, { cpuSeconds: number }> = startAskedChild(
    process.execPath,
    ["--import", "tsx", source],
    { EIGHTFOLD_CC: `${COMPILER} ${flags}` },
  );
  const loop: AskedChild<{ milliseconds: number }, { gigaflops: number }> = startAskedChild(program, []);
  try {
    const rates = await interleave(ROUNDS, {
      ours: async () => operations / (await ours.ask(ask)).cpuSeconds / 1e9,
      loop: async () => (await loop.ask({ milliseconds: PEAK_MILLISECONDS })).gigaflops,
    });
    const figures = { ours: median(rates.ours), peerValue: median(rates.loop), bar: BARS[name] };
    const peer = "independent multiply-adds in registers, by the same instruction set";
    return { name: `${set}: ${name}`, unit: "GFLOP/cpu s", better: "higher", ...figures, peer, barKind: "ratio" };
  } finally {
    for (const child of [ours, loop]) child.stop();
  }
}
