/** @file Rows moved from one array into another by one kernel: how a key-value cache grows and changes its rows on the device. */
import type { Runs } from "../moved-parts.ts";
import type { Device } from "./device.ts";
import { MOVED, runsKernel } from "./kernels/movement.ts";
import { settle } from "./settled.ts";
import type { Block } from "./slabs.ts";

/** @param runs alike but for where each begins there and here */
export function moveRuns(device: Device, into: Block, from: Block, runs: readonly Runs[]): void {
  const [first] = runs;
  if (first === undefined) return;
  const list = device.slabs.take(2 * runs.length);
  device.write(list, Uint32Array.from(runs.flatMap((run) => [run.from, run.to])));
  const blocks: Readonly<Record<number, Block>> = { [MOVED.to]: into, [MOVED.from]: from, [MOVED.list]: list };
  const kernel = runsKernel(first, runs.length, (place) => (blocks[place as number] as Block).slab);
  const startOf = (place: number | string): number => blocks[place as number]?.start ?? 0;
  const turn = { kernel, ops: ["rows moved"], part: 0 };
  const { dispatches, table } = settle(device, [turn], [device.pipelineNow(kernel)], startOf);
  device.submit(dispatches);
  table.destroy();
  device.slabs.give(list);
}
