/** @file The stop button over all that a cell can leave running, under all that watches it: how often nothing runs on, and the next cell does. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kernelCommand } from "@eightfold/kernel";
import { ENDLESS_WORK, LOCAL_FILES, prelude, WATCHERS } from "../tests/kernel/kernel-thread/stopped-work.ts";
import type { Benchmark, Row } from "./harness.ts";
import type { Received } from "./kernel-client.ts";
import { EXECUTE, type KernelSession, startKernel } from "./kernel-session.ts";

const TRIES = Number(process.env.EIGHTFOLD_STOP_TRIES ?? 100);
/** A cell that has not ended after so long never will. */
const PATIENCE_MS = 10_000;
/** Of the cell's own work before the button is pressed; longer with each try, so that it is pressed at any moment. */
const WORK_MS = [1, 2, 3, 5, 8, 13];
/** What still runs counts on in so long. */
const COUNT_MS = 20;

export const benchmark: Benchmark = {
  name: "stops",
  summary: `${TRIES} stops of each of ${Object.keys(ENDLESS_WORK).length} cells, under each of ${Object.keys(WATCHERS).length} watchers`,
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const folder = await mkdtemp(join(tmpdir(), "eightfold-stops-"));
  for (const [name, text] of Object.entries(LOCAL_FILES)) await writeFile(join(folder, name), text);
  const server = createServer((request, response) => {
    if (request.url === "/short") return void response.end("short");
    const timer = setInterval(() => response.write("more"), 2);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const start = prelude(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const rows: Row[] = [];
  try {
    for (const [watcher, watch] of Object.entries(WATCHERS)) {
      let kernel: KernelSession | undefined; // as long as nothing goes wrong in it
      for (const [what, work] of Object.entries(ENDLESS_WORK)) {
        kernel ??= await startWith([start, watch], folder);
        const { good, failure } = await stops(kernel, work);
        const shared = { unit: `of ${TRIES}`, better: "higher", peer: "none", peerValue: null } as const;
        rows.push({ ...shared, name: `${watcher}: ${what}`, ours: good, barKind: "absolute", bar: TRIES });
        if (failure === undefined) continue;
        console.error(`${watcher}: ${what}: after ${good} of ${TRIES}: ${failure}\n${kernel.log()}`);
        await kernel.stop();
        kernel = undefined;
      }
      await kernel?.stop();
    }
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
  return { rows };
}

async function startWith(cells: readonly string[], cwd: string): Promise<KernelSession> {
  const kernel = await startKernel((file) => ({ ...kernelCommand(file), cwd }));
  for (const cell of cells) await kernel.execute(cell);
  return kernel;
}

/** How often a stopped cell counted no further, and the next one ran; and what happened the first time that it did not. */
async function stops(kernel: KernelSession, work: string): Promise<{ good: number; failure?: string }> {
  const run = (code: string, onOutput?: () => void): Promise<Received> =>
    kernel.client.request("execute_request", { code, ...EXECUTE }, PATIENCE_MS, onOutput);
  for (let good = 0; good < TRIES; good++) {
    let pressed = false;
    const stopped = await run(`console.log("runs"); ${work}`, () => {
      if (pressed) return; // its error is an output too
      pressed = true;
      void sleep(WORK_MS[good % WORK_MS.length]).then(() => kernel.interrupt("message"));
    });
    if (!stopped.ended) return { good, failure: "the cell did not end" };
    if (stopped.reply.ename !== "Interrupted") return { good, failure: JSON.stringify(stopped.reply) };
    const before = await run("n");
    await sleep(COUNT_MS);
    const after = await run("await sleep(1); n");
    if (!after.ended) return { good, failure: "the next cell did not end" };
    if (after.result === undefined) return { good, failure: JSON.stringify(after.reply) };
    if (after.result !== before.result) return { good, failure: `it counted from ${before.result} to ${after.result}` };
  }
  return { good: TRIES };
}
