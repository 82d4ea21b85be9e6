/** @file The stop button over whatever a cell may be doing: how often the variables are kept, and how long it takes. */
import { setTimeout as sleep } from "node:timers/promises";
import { kernelCommand } from "@eightfold/kernel";
import { type Benchmark, median, type Row } from "./harness.ts";
import { EXECUTE, inFreshKernel, type KernelSession } from "./kernel-session.ts";

const TRIES = Number(process.env.EIGHTFOLD_INTERRUPT_TRIES ?? 100);
/** A cell that has not ended after so long never will. */
const PATIENCE_MS = 10_000;
/** Of the cell's own work before the button is pressed. */
const WORK_MS = 5;

/** Each counts itself, says that it runs, and never ends by itself. */
const CASES: Readonly<Record<string, string>> = {
  "a loop": "while (true) {}",
  "a loop after an await": "await null; while (true) {}",
  "a loop in a timer": "await new Promise(() => setTimeout(() => { while (true) {} }, 0));",
  "a regular expression": '/(a+)+$/.test("a".repeat(50) + "b");',
  "a sort": "const long = Array.from({ length: 1e5 }, (_, i) => -i); while (true) long.sort((a, b) => a - b || 1);",
  "a loop that catches everything": "while (true) { try { throw 1 } catch {} }",
  "a pending await": "await new Promise(() => {});",
  "a child process": 'require("node:child_process").execSync("exec sleep 60");',
  "a worker thread":
    'const { Worker } = require("node:worker_threads"); const worker = new Worker("while (true) {}", { eval: true }); cellSignal.addEventListener("abort", () => worker.terminate()); await new Promise((done) => worker.on("exit", done));',
  "an open handle":
    'const server = require("node:net").createServer().listen(0, "127.0.0.1"); cellSignal.addEventListener("abort", () => server.close()); await new Promise((done) => server.on("close", done)); await new Promise(() => {});',
};

export const benchmark: Benchmark = {
  name: "interrupts",
  summary: `${TRIES} presses of the stop button in each of ${Object.keys(CASES).length} situations`,
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const rows: Row[] = [];
  for (const [name, code] of Object.entries(CASES)) {
    const { kept, times } = await inFreshKernel(kernelCommand, (kernel) => tries(kernel, code));
    const shared = {
      peer: "none: see bench kernel for the peers' loops",
      peerValue: null,
      barKind: "absolute",
    } as const;
    rows.push({
      ...shared,
      name: `state kept: ${name}`,
      unit: `of ${TRIES}`,
      better: "higher",
      ours: kept,
      bar: TRIES,
    });
    rows.push({ ...shared, name: `until idle: ${name}`, unit: "ms", better: "lower", ours: median(times), bar: null });
  }
  return { rows };
}

/** How often the cell was interrupted and its variable had the value that it gave it. */
async function tries(kernel: KernelSession, code: string): Promise<{ kept: number; times: number[] }> {
  const times: number[] = [];
  let kept = 0;
  await kernel.execute("let count = 0");
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    let pressed = 0;
    const { ended, reply } = await kernel.client.request(
      "execute_request",
      { code: `count++; console.log("runs"); ${code}`, ...EXECUTE },
      PATIENCE_MS,
      () => {
        if (pressed !== 0) return; // its error is an output too
        pressed = Number.POSITIVE_INFINITY;
        void sleep(WORK_MS).then(() => {
          pressed = performance.now();
          return kernel.interrupt("message");
        });
      },
    );
    if (!ended) throw new Error(`attempt ${attempt} did not end: ${code}`);
    times.push(performance.now() - pressed);
    const { result } = await kernel.execute("count");
    if (reply.ename === "Interrupted" && result === String(attempt)) kept++;
  }
  return { kept, times };
}
