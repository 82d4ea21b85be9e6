/** @file Output that comes after its cell's idle: under the cell that caused it; output that comes before: never after idle. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startFrontend, streamText } from "../frontend.ts";

/** Each prints "late" some time after its cell has ended; the next cell has run by then. */
const LATE = {
  "a timer": "setTimeout(() => console.log('late'), 150); void 0",
  "an interval": "const i = setInterval(() => { console.log('late'); clearInterval(i) }, 150); void 0",
  "a timer imported by name":
    "import { setTimeout as later } from 'node:timers'; later(() => console.log('late'), 150); void 0",
  "nested promises":
    "(async () => { await (async () => { await new Promise((r) => setTimeout(r, 150)) })(); console.log('late') })(); void 0",
  "timers/promises":
    "import { setTimeout as sleep } from 'node:timers/promises'; sleep(150).then(() => console.log('late')); void 0",
  "a promise of fs after a timer":
    "import { readFile } from 'node:fs/promises'; setTimeout(async () => { await readFile('/dev/null'); console.log('late') }, 150); void 0",
  "a callback of fs, imported by name":
    "import { readFile as rf } from 'node:fs'; setTimeout(() => rf('/dev/null', () => setTimeout(() => rf('/dev/null', () => console.log('late')), 50)), 100); void 0",
  "a stream":
    "import { createReadStream } from 'node:fs'; setTimeout(() => createReadStream('/etc/passwd').on('data', () => {}).on('end', () => console.log('late')), 150); void 0",
  "a child process":
    "import { execFile } from 'node:child_process'; execFile('sleep', ['0.15'], () => console.log('late')); void 0",
  "an event of a child":
    "import { spawn } from 'node:child_process'; spawn('sh', ['-c', 'sleep 0.15; echo late']).stdout.on('data', (d) => process.stdout.write(d)); void 0",
  "a socket":
    "import { createServer, connect } from 'node:net'; const server = createServer((s) => setTimeout(() => s.end('late\\n'), 150)).listen(0, '127.0.0.1', () => connect((server.address() as any).port, '127.0.0.1').on('data', (d) => process.stdout.write(d)).on('close', () => server.close())); void 0",
};

test("late output stands under the cell that caused it, whatever called it back", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute("import 'node:net'; import 'node:child_process'"); // loaded, so that the cells end at once
  for (const [what, code] of Object.entries(LATE)) {
    const cell = await frontend.execute(code);
    assert.equal(cell.reply.status, "ok", `${what}: ${cell.reply.evalue}`);
    assert.equal(streamText(cell), "", what);
    await frontend.execute("'the next cell'");
    const parent = cell.iopub[0]?.parent_header.msg_id;
    const [idle, late] = [
      (message: { parent_header: { msg_id?: string }; content: object }) =>
        message.parent_header.msg_id === parent &&
        "execution_state" in message.content &&
        message.content.execution_state === "idle",
      (message: { header: { msg_type: string }; content: object }) =>
        message.header.msg_type === "stream" && !seen.has(message),
    ];
    const message = await frontend.until(late);
    seen.add(message);
    assert.equal(message.content.text, "late\n", what);
    assert.equal(message.parent_header.msg_id, parent, what);
    const order = frontend.messages.map(({ message: each }) => each);
    assert.ok(order.findIndex(idle) < order.indexOf(message), what);
  }
});

const seen = new Set<object>();

test("what a cell prints before it ends comes before its idle, from callbacks, promises and streams too", async (t) => {
  const frontend = await startFrontend(t);
  for (let round = 0; round < 20; round++) {
    const cell = await frontend.execute(`
      import { once } from "node:events";
      import { createReadStream, readFile } from "node:fs";
      process.nextTick(() => console.log("tick"));
      Promise.resolve().then(() => console.log("micro"));
      await new Promise((resolve) => readFile("/dev/null", resolve));
      console.log("file");
      const stream = createReadStream("/dev/null").on("data", () => {});
      stream.on("close", () => console.log("close"));
      await once(stream, "close");
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (let i = 0; i < 100; i++) console.log(i);`);
    const lines = streamText(cell).split("\n");
    assert.deepEqual([...lines.slice(0, 2).sort(), ...lines.slice(2, 5)], ["micro", "tick", "file", "close", "0"]);
    assert.equal(lines.length, 105);
    assert.equal(cell.iopub.at(-1)?.content.execution_state, "idle");
  }
});

/** Each prints "soon" in the very next turn, without anybody who awaits it. */
const SOON = {
  "a tick": "process.nextTick(() => console.log('soon')); void 0",
  "an immediate": "setImmediate(() => console.log('soon')); void 0",
  "a timer of 0 ms": "setTimeout(() => console.log('soon'), 0); void 0",
  "a timer without a time":
    "import { setTimeout as later } from 'node:timers'; later(() => console.log('soon')); void 0",
  "a microtask": "queueMicrotask(() => console.log('soon')); void 0",
  "a tick in an immediate": "setImmediate(() => process.nextTick(() => console.log('soon'))); void 0",
  "a tick of a cell that fails": "process.nextTick(() => console.log('soon')); throw new Error('on purpose')",
};

test("a figure that takes a second to draw comes before its cell's idle, and so does what is printed after it", async (t) => {
  const frontend = await startFrontend(t);
  const busy = "for (const until = Date.now() + 1000; Date.now() < until; );";
  const slow = "{ [Symbol.for('Jupyter.display')]: () => drawing }";
  const drawings = {
    "by and by": "const drawing = new Promise((done) => setTimeout(done, 1000, { 'text/plain': 'drawn' }));",
    "all at once, in the next turn": `const drawing = new Promise((done) => setImmediate(() => { ${busy} done({ 'text/plain': 'drawn' }); }));`,
  };
  for (const [how, drawing] of Object.entries(drawings)) {
    const code = `{ ${drawing} setImmediate(() => {}); display(${slow}); console.log('after it'); }`;
    const { outputs } = await frontend.execute(code);
    const shown = outputs.map(
      ([, content]) => (content.data as Record<string, string>)?.["text/plain"] ?? content.text,
    );
    assert.deepEqual(shown, ["drawn", "after it\n"], how);
  }
});

test("what a cell prints in the very next turn comes before its idle, and no cell waits for more than that turn", async (t) => {
  const frontend = await startFrontend(t);
  for (const [what, code] of Object.entries(SOON)) {
    for (let round = 0; round < 5; round++) assert.equal(streamText(await frontend.execute(code)), "soon\n", what);
  }
  const endless =
    "const again = () => setImmediate(again); again(); const timer = () => setTimeout(timer, 0); timer(); 'over'";
  assert.equal((await frontend.execute(endless)).reply.status, "ok");
});
