/** @file A soak: three clients send mixed requests for an hour (or EIGHTFOLD_SOAK_MINUTES); nothing may be lost, nothing may grow. */
import { kernelCommand } from "@eightfold/kernel";
import type { Benchmark, Row } from "./harness.ts";
import type { KernelClient, Received } from "./kernel-client.ts";
import { type KernelSession, startKernel } from "./kernel-session.ts";

const MINUTES = Number(process.env.EIGHTFOLD_SOAK_MINUTES ?? 60);
const CLIENTS = 3;
/** A request without reply and idle after so long is lost. */
const PATIENCE_MS = 20_000;
const SAMPLE_MS = 2000;
/** A kernel keeps each cell's text and source map, for the lines of errors: so many bytes a cell are accounted for. */
const BYTES_A_CELL = 8192;

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
  const samples: Sample[] = [];
  try {
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => kernel.connect()));
    const until = performance.now() + MINUTES * 60_000;
    const sampling = sample(kernel, until, count, samples);
    await Promise.all(clients.map((client, index) => soak(client, index, until, count)));
    await sampling;
  } finally {
    await kernel.stop();
  }
  return { rows: rowsOf(count, samples) };
}

function rowsOf(count: Count, samples: readonly Sample[]): Row[] {
  const settled = samples.slice(Math.floor(samples.length / 3)); // caches and heap have their size by then
  const megabytesAnHour = slope(settled.map(({ minutes, megabytes }) => [minutes, megabytes])) * 60;
  const cellsAnHour = slope(settled.map(({ minutes, cells }) => [minutes, cells])) * 60;
  const accounted = (cellsAnHour * BYTES_A_CELL) / 2 ** 20;
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
    row("lost replies", "requests", count.lostReplies, 0),
    row("cells whose output was not what they printed", "cells", count.wrongOutputs, 0),
    row("outputs after idle", "messages", count.outputsAfterIdle, 0),
    row(`growth; the texts of ${Math.round(cellsAnHour)} cells are within the bar`, "MB/h", megabytesAnHour, accounted),
  ];
}

interface Sample {
  readonly minutes: number;
  readonly megabytes: number;
  readonly cells: number;
}

async function sample(kernel: KernelSession, until: number, count: Count, samples: Sample[]): Promise<void> {
  const start = performance.now();
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    const minutes = (performance.now() - start) / 60_000;
    samples.push({ minutes, megabytes: kernel.memoryMb(), cells: count.cells });
  }
}

/** Least squares; 0 for fewer than two points. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const square = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return square === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / square;
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
      console.error(`lost: ${task.type} ${JSON.stringify(task.content)}`);
    } else if (!task.right(received)) {
      count.wrongOutputs++;
      console.error(`wrong: ${JSON.stringify(task.content)} gave ${JSON.stringify(received)}`);
    }
    count.outputsAfterIdle += client.takeAfterIdle();
  }
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
