/** @file How fast problems are made: chains with prompt and solution, and a million of them in constant memory. */
import { type ChainArithmetic, chainArithmetic, problemStream } from "@eightfold/toolkit/tasks";
import { type Benchmark, median, type Row } from "./harness.ts";

const ROUNDS = 3;
const PROBLEMS = 100_000;
const MILLION = 1_000_000;

export const benchmark: Benchmark = {
  name: "tasks",
  summary: "chain problems with prompt and terse solution, 100,000 of them, and the memory that a million take",
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const task = chainArithmetic({
    seed: 7,
    operators: 48,
    modulus: 10,
    lengths: [4, 4],
    zipf: 0.7,
    teacher: { skipRate: 0.5 },
  });
  const seconds = Array.from({ length: ROUNDS }, () => measure(task, PROBLEMS).seconds);
  const alone = { peer: "none", peerValue: null, better: "lower", barKind: "absolute" } as const;
  return {
    rows: [
      { name: `${PROBLEMS} problems, prompts and solutions`, unit: "s", ours: median(seconds), bar: null, ...alone },
      { name: `heap growth over ${MILLION}`, unit: "MB", ours: measure(task, MILLION).growth / 1e6, bar: 64, ...alone },
    ],
  };
}

/** Streams problems and drops each; the heap is read at twenty places, and garbage that waits counts as growth. */
function measure(task: ChainArithmetic, count: number): { seconds: number; growth: number } {
  const heap = process.memoryUsage().heapUsed;
  let growth = 0;
  let tokens = 0;
  const began = performance.now();
  for (const problem of problemStream(task, "train", { count })) {
    tokens += task.prompt(problem).length + task.teach(problem).length;
    if (problem.index % (count / 20) === 0) growth = Math.max(growth, process.memoryUsage().heapUsed - heap);
  }
  const seconds = (performance.now() - began) / 1000;
  if (tokens < 11 * count) throw new Error(`${tokens} tokens in ${count} problems: less than 6 and 5 in each`);
  return { seconds, growth };
}
