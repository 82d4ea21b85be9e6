/** @file Works for the tests of executors: add, fail on demand, and die on demand. */
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Works } from "../../../src/toolkit/experiment/job.ts";

export const works: Works = {
  add: async ({ config, needs, folder }) => {
    appendFileSync(join(folder, "runs"), "x");
    return needs.reduce((sum, { result }) => sum + Number(result), Number(config.term));
  },
  sum: async ({ config, needs }) => {
    return { sum: needs.reduce((sum, { result }) => sum + Number(result), Number(config.term)) };
  },
  failOnce: async ({ folder }) => {
    const marker = join(folder, "tried");
    if (existsSync(marker)) return 1;
    writeFileSync(marker, "");
    throw new RangeError("the first try fails");
  },
  failAlways: async () => {
    throw new RangeError("no try succeeds");
  },
  dieOnce: async ({ folder }) => {
    const marker = join(folder, "tried");
    if (existsSync(marker)) return 1;
    writeFileSync(marker, "");
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  },
  threads: async (_job, threads) => threads,
  process: async () => process.pid,
};
