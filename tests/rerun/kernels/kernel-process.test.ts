/** @file A kernel that cannot start is a value with the reason; an install that was cut short is one line. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { kernelLaunch } from "../../../src/rerun/kernels/kernel-launch.ts";
import { describeDeath, type KernelOptions, startKernel } from "../../../src/rerun/kernels/kernel-process.ts";
import { temporaryFolder } from "../samples.ts";

const never = new Promise<void>(() => {});

function inFolder(cwd: string, stopped = never): KernelOptions {
  const launch = kernelLaunch("eightfold");
  assert.ok(launch.ok);
  return {
    launch: launch.value,
    cwd,
    env: {},
    sandbox: undefined,
    stopped,
    startLimitMs: 60_000,
    messageLimit: 2 ** 26,
  };
}

test("a kernel whose process cannot be made is a failure, not an exception", async (t) => {
  const kernel = await startKernel(inFolder(join(temporaryFolder(t), "gone")));
  assert.ok(!kernel.ok);
  assert.match(kernel.reason, /^the kernel ended before it was ready \(spawn .* ENOENT\)$/);
});

test("a kernel that dies while it starts is a failure that repeats its last words", async (t) => {
  const before = process.env.NODE_OPTIONS;
  t.after(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  });
  process.env.NODE_OPTIONS = "--require ./missing-part.cjs"; // stands for whatever a kernel may lack
  const kernel = await startKernel(inFolder(temporaryFolder(t)));
  assert.ok(!kernel.ok);
  assert.match(kernel.reason, /^the kernel ended before it was ready \(exit code 1: .*missing-part\.cjs.*\)$/);
});

test("a start that is no longer wanted ends at once", async (t) => {
  const kernel = await startKernel(inFolder(temporaryFolder(t), Promise.resolve()));
  assert.deepEqual(kernel, { ok: false, reason: "stopped before the kernel was ready" });
});

test("of a kernel's last words the error is repeated, else the last line", () => {
  const death = (...lastLines: string[]) => describeDeath({ how: "exit code 1", lastLines });
  assert.equal(death(), "exit code 1");
  assert.equal(death("one", "two"), "exit code 1: two");
  assert.equal(
    death("Error: listen EADDRINUSE", "    at Server", "Node.js v20"),
    "exit code 1: Error: listen EADDRINUSE",
  );
});

test("a missing package or build is one line that says what to do, exit 2", (t) => {
  const folder = temporaryFolder(t);
  const source = fileURLToPath(new URL("../../../src/rerun", import.meta.url));
  for (const part of ["eightfold.mjs", "dist"]) {
    cpSync(join(source, part), join(folder, part), { recursive: true });
    const command = [join(folder, "eightfold.mjs"), "a.ipynb"];
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    assert.equal(status, 2);
    const missing = part === "dist" ? "package" : "module"; // one is not installed, the other not built
    assert.match(
      stderr,
      new RegExp(`^eightfold: Cannot find ${missing} '[^']+' imported from \\S+ \\(hint: [^\n]+\\)\n$`),
    );
  }
});
