/** @file A device that goes in mid-training: a typed error that names the last checkpoint, from which the run goes on bit for bit. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DeviceLost, webgpuEngine } from "../../../src/toolkit/engine/index.ts";
import { openGpu } from "../../../src/toolkit/engine/webgpu/adapter.ts";
import type { GpuDevice } from "../../../src/toolkit/engine/webgpu/gpu.ts";
import { listCheckpoints } from "../../../src/toolkit/model/index.ts";
import { type TrainingObserver, train } from "../../../src/toolkit/train/index.ts";
import { changedGpu } from "../engine/webgpu/changed-gpu.ts";
import { openWebgpu, webgpuIsMissing } from "../engine/webgpu-engine.ts";
import { smallRun } from "./small-run.ts";

const missing = await webgpuIsMissing();

test("a lost device is an error that names the last checkpoint, and the run goes on from it", {
  ...(missing !== undefined && { skip: missing }),
}, async () => {
  const root = mkdtempSync(join(tmpdir(), "eightfold-lost-"));
  try {
    const devices: GpuDevice[] = [];
    const { gpu } = await openGpu();
    const engine = await webgpuEngine({ gpu: changedGpu(gpu, { opened: (opened) => void devices.push(opened) }) });
    const run = (folder: string) => smallRun({ clipNorm: 1, checkpoints: { folder: join(root, folder), every: 2 } });
    const pullsTheCard: TrainingObserver = { updated: ({ update }) => void (update === 3 && devices[0]?.destroy()) };
    const error = await train({ ...run("lost"), engine, observers: [pullsTheCard] }).then(
      () => assert.fail("it went on"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof DeviceLost, String(error));
    assert.equal(error.checkpoint, (await listCheckpoints(join(root, "lost"))).at(-1));
    assert.match(error.checkpoint ?? "", /2/);
    assert.match(
      error.message,
      /^the GPU was lost: .+ \(hint: open an engine anew and train again: the run goes on from \//,
    );
    await assert.rejects(train({ ...run("other"), engine }), DeviceLost); // what was opened on it stays of no use
    const resumed = await train({ ...run("lost"), engine: await openWebgpu() });
    assert.deepEqual(resumed, await train({ ...run("whole"), engine: await openWebgpu() }));
  } finally {
    rmSync(root, { recursive: true });
  }
});
