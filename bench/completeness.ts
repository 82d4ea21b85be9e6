/** @file Does everything arrive? Printed lines, results, and the cells after an error, in our kernel and in its peers. */
import type { Benchmark, Row } from "./harness.ts";
import { type Contestant, ours, peers } from "./kernel-contestants.ts";
import { EXECUTE, inFreshKernel, type KernelSession } from "./kernel-session.ts";

const LINES = 2000;
const RESULTS = 100;
const CELLS_AFTER_ERROR = 2;
/** A cell that has not ended after so long never will. */
const PATIENCE_MS = 20_000;

interface Figures {
  /** percent of the printed lines that had come at idle; of those that ever came, when there is no idle */
  lines: number;
  /** percent of the results that had come at idle */
  results: number;
  /** percent of the cells sent one after the other, right after an error, that gave their output */
  afterError: number;
}

const FIGURES = {
  lines: `lines delivered of ${LINES} printed`,
  results: `results delivered before idle, of ${RESULTS}`,
  afterError: `outputs of the ${CELLS_AFTER_ERROR} cells after an error, as nbclient --allow-errors runs them`,
} as const satisfies Record<keyof Figures, string>;

export const benchmark: Benchmark = {
  name: "completeness",
  summary: "what arrives of what cells print and return, in our kernel and in its peers",
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const mine = await measure(ours);
  const rows: Row[] = [];
  for (const peer of peers()) {
    const theirs = peer.ok ? await measure(peer.contestant) : undefined;
    for (const [key, name] of Object.entries(FIGURES) as [keyof Figures, string][]) {
      rows.push({
        name,
        unit: "%",
        better: "higher",
        ours: mine[key],
        peer: peer.ok ? peer.contestant.name : `${peer.name}, ${peer.reason}`,
        peerValue: theirs?.[key] ?? null,
        barKind: "absolute",
        bar: 100,
      });
    }
  }
  return { rows };
}

async function measure(contestant: Contestant): Promise<Figures> {
  const { cells } = contestant;
  const results = await inFreshKernel(contestant.program, (kernel) => resultsBeforeIdle(kernel, cells.trivial));
  const lines = await inFreshKernel(contestant.program, (kernel) => linesDelivered(kernel, cells.print(LINES)));
  const afterError = await inFreshKernel(contestant.program, (kernel) => outputsAfterError(kernel, cells));
  return { lines, results, afterError };
}

async function linesDelivered(kernel: KernelSession, code: string): Promise<number> {
  const { stdout } = await kernel.client.request("execute_request", { code, ...EXECUTE }, PATIENCE_MS);
  return (100 * (stdout.split("\n").length - 1)) / LINES;
}

async function resultsBeforeIdle(kernel: KernelSession, trivial: string): Promise<number> {
  let came = 0;
  for (let cell = 0; cell < RESULTS; cell++) {
    const { result, stdout } = await kernel.client.request(
      "execute_request",
      { code: trivial, ...EXECUTE },
      PATIENCE_MS,
    );
    if (result === "2" || stdout === "2\n") came++; // tslab prints its results
  }
  return (100 * came) / RESULTS;
}

/** nbclient sends each cell when the one before it is idle; with --allow-errors an error changes nothing. */
async function outputsAfterError(kernel: KernelSession, cells: Contestant["cells"]): Promise<number> {
  await kernel.client.request("execute_request", { code: cells.error, ...EXECUTE }, PATIENCE_MS);
  let came = 0;
  for (let cell = 0; cell < CELLS_AFTER_ERROR; cell++) {
    const { stdout } = await kernel.client.request(
      "execute_request",
      { code: cells.print(1), ...EXECUTE },
      PATIENCE_MS,
    );
    if (stdout === "line 0\n") came++;
  }
  return (100 * came) / CELLS_AFTER_ERROR;
}
