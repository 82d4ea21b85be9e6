/** @file Cells that end their process, as scripts do: the cell ends, the kernel does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, startFrontend, streamText } from "../frontend.ts";

/** What ends the cell, and what its reply says: undefined where the cell ends well. */
const ENDS: Record<string, [code: string, error: RegExp | undefined]> = {
  "without a code": ["process.exit()", undefined],
  "with 0": ["process.exit(0)", undefined],
  "with a code": ["process.exit(3)", /^Exit: process\.exit\(3\) has ended the cell/],
  "with the code set before": ["process.exitCode = 4; process.exit()", /^Exit: process\.exit\(4\)/],
  "where it was caught": [
    "try { process.exit(5) } catch { kept = 2 } finally { kept = 3 }",
    /^Exit: process\.exit\(5\)/,
  ],
  "by its name": ["import { exit } from 'node:process'; exit(6)", /^Exit: process\.exit\(6\)/],
  "from a timer, while the cell waits": [
    "setTimeout(() => process.exit(7), 5); await new Promise(() => {})",
    /^Exit: .*7/,
  ],
  "in a promise's handler": [
    "const main = async () => { throw new Error('no') }; await main().catch(() => process.exit(8))",
    /^Exit: .*8/,
  ],
  "by abort": ["process.abort()", /^Abort: process\.abort\(\) has ended the cell/],
  "by a signal to itself": ["process.kill(process.pid)", /^Killed: process\.kill\(\d+, "SIGTERM"\) has ended the cell/],
  "by a deadly signal to its group": ["process.kill(0, 'SIGKILL')", /^Killed: process\.kill\(0, "SIGKILL"\)/],
};

test("a cell that ends its process ends alone: what follows in it does not run, and the variables stay", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("let kept = 1");
  for (const [what, [code, error]] of Object.entries(ENDS)) {
    const exchange = await frontend.execute(`console.log("before"); ${code}; kept = 9`);
    const { status, ename, evalue } = exchange.reply;
    if (error === undefined) assert.equal(status, "ok", what);
    else assert.match(`${ename}: ${evalue}`, error, what);
    assert.equal(streamText(exchange), "before\n", what);
    assert.equal(resultText(await frontend.execute("[kept, process.exitCode]")), "[ 1, undefined ]", what);
  }
});

test("what a cell has asked to be told of its process's end is told, once, and what it left open is closed", async (t) => {
  const frontend = await startFrontend(t);
  const code = `import { createServer } from "node:http";
    const server = createServer().listen(0);
    process.on("exit", (code) => console.log("bye", code));
    setInterval(() => console.log("tick"), 1);
    process.exit(1);`;
  assert.equal(streamText(await frontend.execute(code)), "bye 1\n");
  const later = await frontend.execute(
    "await new Promise((r) => setTimeout(r, 20)); console.log(server.listening); process.exit(2)",
  );
  assert.equal(streamText(later), "false\n");
});

test("an exit from a timer of an earlier cell is said below that cell", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("setTimeout(() => process.exit(3), 50); 1");
  const error = await frontend.until(({ header }) => header.msg_type === "error");
  assert.match(String(error.content.evalue), /^process\.exit\(3\) has ended the cell/);
  assert.equal(resultText(await frontend.execute("1 + 1")), "2");
});

test("signals that a program handles, or that end nothing, reach it", async (t) => {
  const frontend = await startFrontend(t);
  const code = `import { once } from "node:events";
    const got = once(process, "SIGUSR2");
    process.kill(process.pid, "SIGUSR2");
    [(await got)[0], process.kill(process.pid, 0), process.kill(process.pid, "SIGCONT")]`;
  assert.equal(resultText(await frontend.execute(code)), "[ 'SIGUSR2', true, true ]");
  assert.match(String((await frontend.execute("process.exit('soon')")).reply.evalue), /code/);
});

test("process.argv is a script's without arguments, whose file import.meta names", async (t) => {
  const frontend = await startFrontend(t);
  const code = `import { parseArgs } from "node:util";
    [process.argv.length, process.argv[0] === process.execPath, process.argv[1] === import.meta.filename, parseArgs().positionals]`;
  assert.equal(resultText(await frontend.execute(code)), "[ 2, true, true, [] ]");
});

test("where nobody goes on with it, a kernel ends with the process of its cell: EIGHTFOLD_EXIT", async (t) => {
  const frontend = await startFrontend(t, undefined, { EIGHTFOLD_EXIT: "kernel" });
  await frontend.channels.send("shell", "execute_request", { code: "process.exit(0)" });
  await new Promise((resolve) => frontend.process.once("exit", resolve));
  assert.equal(frontend.process.exitCode, 0);
});
