/** @file What writes past the streams, to the descriptors themselves, is the cell's output too. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, startFrontend, streamText } from "../frontend.ts";

const CHILD = `process.execPath, ["-e", "console.log('out'); console.error('err')"]`;

test("a child that inherits its output writes it to the cell that started it", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("import cp, { spawn, spawnSync, execFileSync, execSync, fork } from 'node:child_process'");
  const ways: Record<string, string> = {
    spawn: `const child = spawn(${CHILD}, { stdio: "inherit" }); await new Promise((done) => child.on("close", done)); [child.stdout, child.stderr]`,
    spawnSync: `const done = spawnSync(${CHILD}, { stdio: "inherit" }); [done.stdout, done.stderr]`,
    execFileSync: `[execFileSync(${CHILD}, { stdio: "inherit" }), null]`,
    execSync: `[execSync("echo out; echo err >&2", { stdio: ["ignore", "inherit", "inherit"] }), null]`,
  };
  for (const [name, code] of Object.entries(ways)) {
    const exchange = await frontend.execute(code);
    assert.equal(resultText(exchange), "[ null, null ]", name);
    assert.deepEqual([streamText(exchange), streamText(exchange, "stderr")], ["out\n", "err\n"], name);
  }
});

test("a child that writes to pipes, or whose command fails, behaves as it does everywhere", async (t) => {
  const frontend = await startFrontend(t);
  const { execute } = frontend;
  const piped = await execute(
    "const { execSync, spawnSync } = await import('node:child_process'); [String(execSync('echo a')), spawnSync('echo', ['b'], { encoding: 'utf8' }).stdout, execSync('echo c', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })]",
  );
  assert.equal(resultText(piped), "[ 'a\\n', 'b\\n', 'c\\n' ]");
  const failed = await execute("execSync('echo last; exit 3', { stdio: 'inherit' })");
  assert.match(String(failed.reply.evalue), /Command failed/);
  assert.equal(streamText(failed), "last\n");
  const missing = await execute("spawnSync('no-such-program', { stdio: 'inherit' }).error?.code");
  assert.equal(resultText(missing), "'ENOENT'");
});

test("what is written to descriptors 1 and 2 is the cell's output", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute(
    "import { write, writeSync } from 'node:fs'; const bytes = Buffer.from('[bytes]'); const count = writeSync(1, 'é'); writeSync(1, bytes, 1, 5); writeSync(2, '6162', null, 'hex'); const [n] = await new Promise((done) => write(1, '!', (error, ...rest) => done(rest))); [count, n]",
  );
  assert.equal(resultText(exchange), "[ 2, 1 ]");
  assert.deepEqual([streamText(exchange), streamText(exchange, "stderr")], ["ébytes!", "ab"]);
});

test("a cell that closes the standard descriptors closes nothing", { timeout: 60_000 }, async (t) => {
  const frontend = await startFrontend(t);
  const code =
    "import fs from 'node:fs'; for (const descriptor of [0, 1, 2]) fs.closeSync(descriptor); fs.close(1, () => 0);";
  for (let cell = 0; cell < 12; cell++) {
    const exchange = await frontend.execute(`${code} console.log(fs.readFileSync('/dev/null').length)`);
    assert.equal(streamText(exchange), "0\n");
  }
  assert.equal(frontend.process.exitCode, null);
});
