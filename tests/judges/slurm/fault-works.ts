/** @file Stages that can be killed, starved or stopped, and give the same numbers whatever happens to them. */
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Job, Works } from "@eightfold/toolkit/experiment";
import { recordBatches } from "@eightfold/toolkit/rollout";
import { readJsonLines } from "../../../src/toolkit/core/json-lines.ts";

/** A file beside the store that exists makes a work behave so: a second try, or a later submission, finds it gone. */
interface FaultConfig {
  readonly name: string;
  readonly control: string;
  readonly term: number;
  readonly fills?: number;
}

export const works: Works = {
  learn: async (job, threads) => {
    const { name, control, term, fills = 0 } = job.config as unknown as FaultConfig;
    const on = (what: string): boolean => existsSync(join(control, `${name}.${what}`));
    appendFileSync(join(control, `${name}.pids`), `${process.pid}\n`);
    if (on("fail")) throw new RangeError("it fails always");
    if (fills > 0) writeFileSync(join(job.folder, "policy"), Buffer.alloc(fills, term));
    const numbers = await batches(job, term, async () => {
      while (on("wait")) await setTimeout(100);
      if (on("memory")) await fillMemory();
    });
    const before = job.needs.reduce((sum, { result }) => sum + (result as { sum: number }).sum, 0);
    return { sum: before + numbers.reduce((sum, one) => sum + one, 0), threads };
  },
};

/** Ten numbers in five batches: a try that is killed is gone on with. */
async function batches(job: Job, term: number, halfWay: () => Promise<void>): Promise<number[]> {
  const items = Array.from({ length: 10 }, (_, index) => ({ split: "train", index, id: String(index) }) as const);
  const path = join(job.folder, "numbers.jsonl");
  await recordBatches({
    path,
    items,
    batchSize: 2,
    work: async (some, batch) => {
      if (batch === 2) await halfWay();
      return some.map((item) => ({ ...item, number: Math.sin(term + item.index) }));
    },
  });
  return (await readJsonLines(path)).map(({ record }) => record.number as number);
}

async function fillMemory(): Promise<never> {
  const held: Buffer[] = [];
  for (;;) {
    if (held.length < 30) held.push(Buffer.alloc(2 ** 26, 1)); // 2 GB in all, over 3 s
    await setTimeout(100);
  }
}
