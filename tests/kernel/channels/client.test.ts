/** @file Where a kernel that is about to start will listen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnection } from "@eightfold/kernel/channels";

test("ports are free, all different, also for those who ask at once, and none that an outgoing connection could be given", async () => {
  const connections = await Promise.all(Array.from({ length: 20 }, createConnection));
  const ports = connections.flatMap(({ shell_port, control_port, iopub_port, stdin_port, hb_port }) => [
    ...[shell_port, control_port, iopub_port, stdin_port, hb_port],
  ]);
  assert.equal(new Set(ports).size, 100);
  for (const port of ports) assert.ok(port >= 10_000 && port < 32_768, String(port));
});
