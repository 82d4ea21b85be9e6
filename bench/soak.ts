/** @file A soak: three clients send mixed requests for an hour (or EIGHTFOLD_SOAK_MINUTES); nothing may be lost, nothing may grow. */
import { setTimeout as sleep } from "node:timers/promises";
import { kernelCommand } from "@eightfold/kernel";
import { type Benchmark, median, type Row } from "./harness.ts";
import type { KernelClient, Received } from "./kernel-client.ts";
import { type KernelSession, startKernel } from "./kernel-session.ts";

const MINUTES = Number(process.env.EIGHTFOLD_SOAK_MINUTES ?? 60);
/** Between two requests of a client, so that an hour leaves the machine to others. */
const PAUSE_MS = Number(process.env.EIGHTFOLD_SOAK_PAUSE_MS ?? 0);
const CLIENTS = 3;
/** A request without reply and idle after so long is lost. */
const PATIENCE_MS = 20_000;
const SAMPLE_MS = 2000;
/** With the type service, and with what is kept of the last 10,000 cells for the lines of their errors. */
const MEMORY_MB = 400;
/** Room for a garbage collector that has not run yet; the first minutes fill what is kept of cells. */
const GROWTH_PERCENT = 5;

export const benchmark: Benchmark = {
  name: "soak",
  summary: `${CLIENTS} clients, mixed requests, ${MINUTES} minutes: lost replies, lost or late outputs, growth of memory`,
  run,
};

/** What is counted, all clients together. */
interface Count {
  requests: number;
  cells: number;
  lostReplies: number;
  wrongOutputs: number;
  outputsAfterIdle: number;
}

async function run(): Promise<{ rows: Row[] }> {
  const kernel = await startKernel(kernelCommand);
  const count: Count = { requests: 0, cells: 0, lostReplies: 0, wrongOutputs: 0, outputsAfterIdle: 0 };
  const samples: number[] = [];
  try {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => kernel.connect()));
    const until = performance.now() + MINUTES * 60_000;
    const sampling = sample(kernel, until, samples);
    await Promise.all(clients.map((client, index) => soak(client, index, until, count)));
    await sampling;
  } finally {
    await kernel.stop();
  }
  return { rows: rowsOf(count, samples) };
}

function rowsOf(count: Count, samples: readonly number[]): Row[] {
  const third = Math.floor(samples.length / 3);
  const middle = median(samples.slice(third, 2 * third));
  const last = median(samples.slice(2 * third));
  const row = (name: string, unit: string, ours: number, bar: number, better: Row["better"] = "lower"): Row => ({
    name,
    unit,
    better,
    ours,
    peer: "none: a soak asks whether anything is lost, not who is faster",
    peerValue: null,
    barKind: "absolute",
    bar,
  });
  return [
    row(`requests answered in ${MINUTES} minutes`, "requests", count.requests, 1, "higher"),
    row(`cells among them`, "cells", count.cells, 1, "higher"),
    row("lost replies", "requests", count.lostReplies, 0),
    row("wrong replies or outputs", "requests", count.wrongOutputs, 0),
    row("outputs after idle", "messages", count.outputsAfterIdle, 0),
    row("memory in the last third", "MB", last, MEMORY_MB),
    row("memory, last third beside the middle one", "%", 100 * (last / middle - 1), GROWTH_PERCENT),
  ];
}

async function sample(kernel: KernelSession, until: number, samples: number[]): Promise<void> {
  while (performance.now() < until) {
    await sleep(SAMPLE_MS);
    samples.push(kernel.memoryMb());
  }
}

/** One request and whether what it caused is right. */
interface Task {
  readonly type: string;
  readonly content: Parameters<KernelClient["request"]>[1];
  readonly right: (received: Received) => boolean;
}

async function soak(client: KernelClient, index: number, until: number, count: Count): Promise<void> {
  for (let turn = 0; performance.now() < until; turn++) {
    const tasks = tasksOf(`c${index}_${turn}`, turn);
    const task = tasks[turn % tasks.length];
    if (task === undefined) continue;
    const received = await client.request(task.type, task.content, PATIENCE_MS);
    count.requests++;
    if (task.type === "execute_request") count.cells++;
    if (!received.ended) {
      count.lostReplies++;
      complain(`lost: ${task.type} ${JSON.stringify(task.content)}`);
    } else if (!task.right(received)) {
      count.wrongOutputs++;
      complain(`wrong: ${task.type} ${JSON.stringify(task.content)} gave ${JSON.stringify(received)}`);
    }
    count.outputsAfterIdle += client.takeAfterIdle();
    if (PAUSE_MS > 0) await sleep(PAUSE_MS);
  }
}

let complaints = 0;

/** The first few say what is wrong; the rows count them all. */
function complain(line: string): void {
  if (++complaints <= 10) console.error(line);
}

function tasksOf(id: string, turn: number): Task[] {
  const cell = (code: string, right: Task["right"], options: object = {}): Task => ({
    type: "execute_request",
    content: { code, stop_on_error: false, ...options }, // an abort of the other clients' cells would be right too
    right,
  });
  const ask = (type: string, content: Task["content"]): Task => ({
    type,
    content,
    right: ({ reply }) => reply.status === "ok" || type === "is_complete_request",
  });
  const lines = Array.from({ length: 50 }, (_, line) => `${id} line ${line}`);
  return [
    cell(`${turn} + 1`, ({ result }) => result === String(turn + 1)),
    cell(
      `for (let line = 0; line < 50; line++) console.log("${id} line", line); "${id}"`,
      ({ stdout, result }) => stdout === lines.map((line) => `${line}\n`).join("") && result === `'${id}'`,
    ),
    ask("complete_request", { code: "Math.ma", cursor_pos: 7 }),
    cell(`const v${id.slice(0, 2)} = "${id}"; v${id.slice(0, 2)}`, ({ result }) => result === `'${id}'`),
    ask("is_complete_request", { code: "function f() {" }),
    cell(`display("${id}"); console.error("${id}")`, ({ types }) => types.join() === "display_data,stream"),
    ask("inspect_request", { code: "Math.max", cursor_pos: 8, detail_level: 0 }),
    cell(`throw new Error("${id}")`, ({ reply, types }) => reply.evalue === id && types.join() === "error"),
    ask("kernel_info_request", {}),
    cell(`await new Promise((done) => setTimeout(done, 5)); "${id}"`, ({ result }) => result === `'${id}'`),
    ask("history_request", { hist_access_type: "tail", n: 5, raw: true, output: false }),
    cell(`console.log("${id}")`, ({ types }) => types.length === 0 || types.join() === "stream", { silent: true }),
    ask("comm_info_request", {}),
    cell("new Float64Array(1e5).fill(1).reduce((a, b) => a + b)", ({ result }) => result === "100000"),
  ];
}
