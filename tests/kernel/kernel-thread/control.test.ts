/** @file What is not a cell: kernel_info, completeness, interrupt, shutdown, and messages that nobody should send. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { kernelCommand } from "@eightfold/kernel";
import { connectClient, createConnection } from "@eightfold/kernel/channels";
import { resultText, startFrontend } from "../frontend.ts";

test("kernel_info names protocol, language and debugger", async (t) => {
  const frontend = await startFrontend(t);
  const { reply } = await frontend.request("kernel_info_request", {});
  assert.equal(reply.protocol_version, "5.5");
  assert.equal((reply.language_info as { name: string }).name, "typescript");
  assert.deepEqual([reply.debugger, reply.supported_features], [true, ["debugger"]]);
});

test("is_complete tells finished code from unfinished and from wrong code", async (t) => {
  const frontend = await startFrontend(t);
  const status = async (code: string) => (await frontend.request("is_complete_request", { code })).reply.status;
  assert.equal(await status("1 + 1"), "complete");
  assert.equal(await status("function f() {"), "incomplete");
  assert.equal(await status("`abc"), "incomplete");
  assert.equal(await status('"abc'), "invalid");
  assert.equal(await status("a b"), "invalid");
});

const ENDLESS: Record<string, string> = {
  "a loop": "console.log('started'); while (true) {}",
  "a loop after an await": "await null; console.log('started'); while (true) {}",
  "a loop after a file was read":
    "await (await import('node:fs/promises')).readFile('frontend.ts'); console.log('started'); while (true) {}",
  "a loop in a timer": "setTimeout(() => { console.log('started'); while (true) {} }, 1); await new Promise(() => {})",
  "a pending await": "console.log('started'); await new Promise(() => {})",
  "a regular expression": "console.log('started'); /(a+)+$/.test('a'.repeat(50) + 'b')",
  "a sort":
    "let long = Array(1e6).fill(0).map((_, i) => -i); console.log('started'); while (true) long.sort((a, b) => a - b || 1)",
  "a loop that catches everything": "console.log('started'); while (true) { try { throw 1 } catch {} }",
};

test("an interrupt ends whatever runs, and the session keeps its state", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("let n = 0");
  let cells = 0;
  for (const [name, code] of Object.entries(ENDLESS)) {
    const running = frontend.execute(`n++; ${code.replace("started", name)}`);
    await frontend.until(({ content }) => content.text === `${name}\n`);
    const { reply } = await frontend.request("interrupt_request", {}, "control");
    assert.equal(reply.status, "ok", name);
    assert.equal((await running).reply.ename, "Interrupted", name);
    assert.equal(resultText(await frontend.execute("n")), String(++cells), name);
  }
});

test("an interrupt also ends a loop that a finished cell left in a timer", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("setTimeout(() => { console.log('spins'); while (true) {} }, 1); 1");
  await frontend.until(({ content }) => content.text === "spins\n");
  await frontend.request("interrupt_request", {}, "control");
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("an interrupt aborts the cell's signal", async (t) => {
  const frontend = await startFrontend(t);
  const running = frontend.execute(
    "let seen = ''; cellSignal.addEventListener('abort', () => { seen = cellSignal.reason.message }); console.log('ready'); await new Promise(() => {})",
  );
  await frontend.until(({ content }) => content.text === "ready\n");
  await frontend.request("interrupt_request", {}, "control");
  await running;
  assert.equal(resultText(await frontend.execute("seen")), "'the cell was interrupted'");
});

test("an interrupt of an idle kernel does nothing", async (t) => {
  const frontend = await startFrontend(t);
  assert.equal((await frontend.request("interrupt_request", {}, "control")).reply.status, "ok");
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("a shutdown is answered and ends the process, also while a cell spins", async (t) => {
  for (const code of ["1", "console.log('spin'); while (true) {}"]) {
    const frontend = await startFrontend(t);
    const exited = once(frontend.process, "exit");
    await frontend.channels.send("shell", "execute_request", { code });
    if (code !== "1") await frontend.until(({ content }) => content.text === "spin\n");
    await frontend.channels.send("control", "shutdown_request", { restart: false });
    const reply = await frontend.until(({ header }) => header.msg_type === "shutdown_reply");
    assert.deepEqual(reply.content, { status: "ok", restart: false });
    await exited;
  }
});

test("a message with a wrong signature is never run", async (t) => {
  const frontend = await startFrontend(t);
  const stranger = connectClient({ ...frontend.connection, key: "guessed" });
  t.after(() => stranger.close());
  await stranger.send("shell", "execute_request", { code: "globalThis.hacked = true" });
  assert.equal(resultText(await frontend.execute("typeof hacked")), "'undefined'");
});

test("connect_request names the ports, on both channels", async (t) => {
  const frontend = await startFrontend(t);
  const { shell_port, iopub_port, stdin_port, hb_port, control_port } = frontend.connection;
  for (const channel of ["shell", "control"] as const) {
    const { reply } = await frontend.request("connect_request", {}, channel);
    assert.deepEqual(reply, { status: "ok", shell_port, iopub_port, stdin_port, hb_port, control_port });
  }
});

test("a request that the kernel does not serve is answered with an error, whatever its name", async (t) => {
  const frontend = await startFrontend(t);
  for (const type of ["juggle_request", "constructor_request"]) {
    const { reply } = await frontend.request(type, {});
    assert.deepEqual([reply.status, reply.evalue], ["error", `this kernel does not answer ${type}`]);
  }
  await frontend.channels.send("shell", "constructor", {}); // no request: nobody waits for a reply
  await frontend.channels.send("shell", "__proto__", {});
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("control answers while a cell spins", async (t) => {
  const frontend = await startFrontend(t);
  const running = frontend.execute("console.log('spins'); while (true) {}");
  await frontend.until(({ content }) => content.text === "spins\n");
  for (const type of ["kernel_info_request", "connect_request", "comm_info_request"]) {
    assert.equal((await frontend.request(type, {}, "control")).reply.status, "ok", type);
  }
  await frontend.request("interrupt_request", {}, "control");
  assert.equal((await running).reply.ename, "Interrupted");
});

test("a request that makes no sense is answered with an error", async (t) => {
  const frontend = await startFrontend(t);
  const { reply } = await frontend.request("execute_request", { code: 5 });
  assert.equal(reply.status, "error");
  assert.match(String(reply.evalue), /requires code to be text, got 5/);
});

test("process.exit in a cell that ends its kernel sends what was printed and ends the process with its code", async (t) => {
  const frontend = await startFrontend(t, undefined, { EIGHTFOLD_EXIT: "kernel" });
  const exited = once(frontend.process, "exit");
  await frontend.channels.send("shell", "execute_request", { code: "console.log('last words'); process.exit(3)" });
  await frontend.until(({ content }) => content.text === "last words\n");
  assert.deepEqual(await exited, [3, null]);
});

test("a kernel whose Jupyter was killed ends too", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-parent-"));
  const file = join(folder, "connection.json");
  const connection = await createConnection();
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const client = connectClient(connection);
  const jupyter = `
    const { spawn } = require("node:child_process");
    const [program, ...words] = ${JSON.stringify(kernelCommand(file).argv)};
    const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
    spawn(program, words, { stdio: "inherit", env }).on("spawn", () => console.log("started"));`;
  const parent = spawn(process.execPath, ["-e", jupyter], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => {
    client.close();
    rmSync(folder, { recursive: true });
  });
  const answered = new Promise((resolve) => client.onMessage(resolve));
  await client.send("shell", "kernel_info_request", {});
  await answered; // it has started, and knows its parent
  parent.kill("SIGKILL");
  await once(parent.stdout, "close", { signal: AbortSignal.timeout(20_000) }); // the kernel held the pipe's other end
});

test("an interrupt ends a cell that waits for a child process, and leaves earlier children alone", async (t) => {
  if (process.platform !== "linux") return t.skip("only Linux names a process's children without a program of its own");
  const frontend = await startFrontend(t);
  await frontend.execute(
    "import { spawn, execSync } from 'node:child_process'; const kept = spawn('sleep', ['60']); let ended = false; kept.on('exit', () => { ended = true })",
  );
  const running = frontend.execute("console.log('waits'); execSync('exec sleep 60')");
  await frontend.until(({ content }) => content.text === "waits\n");
  await frontend.request("interrupt_request", {}, "control");
  assert.equal((await running).reply.ename, "Interrupted");
  assert.equal(resultText(await frontend.execute("ended")), "false");
  await frontend.execute("kept.kill()");
});

test("an interrupt ends a cell that waits for a worker thread or on shared memory", async (t) => {
  const frontend = await startFrontend(t);
  const waits = {
    worker:
      "const { Worker } = await import('node:worker_threads'); const w = new Worker('while (true) {}', { eval: true }); console.log('worker'); await new Promise((r) => w.on('exit', r))",
    "shared memory": "console.log('shared memory'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  };
  for (const [name, code] of Object.entries(waits)) {
    const running = frontend.execute(code);
    await frontend.until(({ content }) => content.text === `${name}\n`);
    await frontend.request("interrupt_request", {}, "control");
    assert.equal((await running).reply.ename, "Interrupted", name);
    assert.equal(resultText(await frontend.execute("1 + 1")), "2", name);
  }
});

test("a cell that fills the heap is stopped with a clear message, and room can be made", async (t) => {
  const frontend = await startFrontend(t, import.meta.dirname, { NODE_OPTIONS: "--max-old-space-size=400" });
  const { reply } = await frontend.execute("let hoard: object[] = []; while (true) hoard.push({ n: Math.random() })");
  assert.equal(reply.ename, "OutOfMemory");
  assert.match(String(reply.evalue), /of the heap's \d+ MB.*--max-old-space-size/s);
  assert.equal(resultText(await frontend.execute("hoard.length > 1e6")), "true");
  assert.equal(resultText(await frontend.execute("hoard = []; hoard.length")), "0");
});

test("a port that is taken ends the start with one line that names it", async (t) => {
  const connection = await createConnection();
  const holder = createServer().listen(connection.shell_port, "127.0.0.1");
  t.after(() => holder.close());
  const folder = mkdtempSync(join(tmpdir(), "eightfold-taken-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const [program, ...words] = kernelCommand(file).argv;
  const kernel = spawn(String(program), words, { stdio: ["ignore", "inherit", "pipe"] });
  let said = "";
  kernel.stderr.on("data", (text) => {
    said += text;
  });
  assert.deepEqual(await once(kernel, "close"), [1, null]);
  assert.match(
    said,
    new RegExp(`^eightfold kernel: the shell socket cannot bind tcp://127.0.0.1:${connection.shell_port}: .*\n$`),
  );
});
