/** @file The stop button over all that a cell can leave running, under all that watches it: how often nothing runs on, and the next cell does. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kernelCommand } from "@eightfold/kernel";
import { COUNT_FILE, ENDLESS_WORK, prelude, WATCHERS } from "../tests/kernel/kernel-thread/stopped-work.ts";
import type { Benchmark, Row } from "./harness.ts";
import { EXECUTE, inFreshKernel, type KernelSession } from "./kernel-session.ts";

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
  await writeFile(join(folder, "count.ts"), COUNT_FILE);
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
      for (const [what, work] of Object.entries(ENDLESS_WORK)) {
        const ours = await inFreshKernel(
          (file) => ({ ...kernelCommand(file), cwd: folder }),
          async (kernel) => {
            for (const code of [start, watch]) await kernel.execute(code);
            return await stops(kernel, work);
          },
        ).catch(() => 0); // it died, or hung
        const shared = {
          unit: `of ${TRIES}`,
          better: "higher",
          peer: "none",
          peerValue: null,
          barKind: "absolute",
        } as const;
        rows.push({ ...shared, name: `${watcher}: ${what}`, ours, bar: TRIES });
      }
    }
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
  return { rows };
}

/** How often a stopped cell counted no further, and the next one ran. */
async function stops(kernel: KernelSession, work: string): Promise<number> {
  let good = 0;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    let pressed = false;
    const code = `console.log("runs"); ${work}`;
    const { ended, reply } = await kernel.client.request("execute_request", { code, ...EXECUTE }, PATIENCE_MS, () => {
      if (pressed) return; // its error is an output too
      pressed = true;
      void sleep(WORK_MS[attempt % WORK_MS.length]).then(() => kernel.interrupt("message"));
    });
    if (!ended) return good;
    const before = await kernel.execute("n");
    await sleep(COUNT_MS);
    const after = await kernel.execute("await sleep(1); n");
    if (reply.ename === "Interrupted" && before.result === after.result) good++;
  }
  return good;
}
