/** @file Programs that read standard input: each line that they wait for is asked of the frontend, https://nodejs.org/api/readline.html. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resultText, startFrontend, streamText } from "../frontend.ts";
import { answering, inputRequests } from "./answering.ts";

/** What reads, what people type, what they were asked, and what the cell prints. */
const PROGRAMS: Record<string, [code: string, answers: string[], prompts: string[], printed: string]> = {
  "a question that is awaited": [
    `import { createInterface } from "node:readline/promises";
     const rl = createInterface({ input: process.stdin, output: process.stdout });
     const first = await rl.question("first? ");
     console.log(first + (await rl.question("second? ")));
     rl.close();`,
    ["a", "b"],
    ["first? ", "second? "],
    "ab\n",
  ],
  "a question with a callback, which nobody awaits": [
    `import * as readline from "node:readline";
     const rl = readline.createInterface({ input: process.stdin, output: process.stdout });
     rl.question("name? ", (name) => rl.question("town? ", (town) => { console.log(name, town); rl.close(); }));`,
    ["Ada", "Ely"],
    ["name? ", "town? "],
    "Ada Ely\n",
  ],
  "a loop over lines": [
    `const rl = require("readline").createInterface({ input: process.stdin });
     for await (const line of rl) { if (line === "end") break; console.log(line.length); }`,
    ["abc", "", "end"],
    ["", "", ""],
    "3\n0\n",
  ],
  "a prompt for every line": [
    `import readline from "readline";
     const rl = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: "> " });
     rl.on("line", (line) => { if (line === "quit") rl.close(); else { console.log(line); rl.prompt(); } });
     rl.prompt();`,
    ["x", "quit"],
    ["> ", "> "],
    "x\n",
  ],
  "the stream's data": [
    `process.stdin.setEncoding("utf8");
     process.stdin.once("data", (text) => { console.log(JSON.stringify(text)); process.stdin.pause(); }); void 0`,
    ["hello"],
    [""],
    '"hello\\n"\n',
  ],
  "all of the stream, up to Ctrl-D": [
    `import { text } from "node:stream/consumers";
     console.log(JSON.stringify(await text(process.stdin)));`,
    ["a", "b", "\u0004"],
    ["", "", ""],
    '"a\\nb\\n"\n',
  ],
  "the descriptor": [
    `import { readFileSync, readSync } from "node:fs";
     const bytes = Buffer.alloc(3);
     console.log(readSync(0, bytes), readSync(0, bytes), bytes.toString(), readFileSync(0, "utf8"));`,
    ["abcd", "whole"],
    ["", ""],
    "3 2 d\nc whole\n\n",
  ],
  "an interface of keys": [
    `import { createInterface } from "node:readline";
     const rl = createInterface({ input: process.stdin, terminal: true });
     rl.on("line", (line) => { console.log(line); rl.close(); }); void 0`,
    ["typed"],
    [""],
    "typed\n",
  ],
};

test("each line that a program waits for is asked of the frontend, and the cell ends when it has read", async (t) => {
  const frontend = await startFrontend(t);
  for (const [what, [code, answers, prompts, printed]] of Object.entries(PROGRAMS)) {
    const { questions, exchange } = await answering(frontend, code, answers, inputRequests(frontend).length);
    assert.equal(exchange.reply.status, "ok", `${what}: ${exchange.reply.evalue}`);
    assert.deepEqual(
      questions.map(({ prompt }) => prompt),
      prompts,
      what,
    );
    assert.equal(streamText(exchange), printed, what);
  }
  const wanted = Object.values(PROGRAMS).flatMap(([, answers]) => answers).length;
  assert.equal(inputRequests(frontend).length, wanted, "nothing more was asked");
});

const HIDDEN = [
  `const rl = require("readline").createInterface({ input: process.stdin, output: process.stdout });
   rl.question("key? ", (key) => { console.log(key); rl.close(); });
   rl._writeToOutput = () => {};`,
  `const { Writable } = require("stream");
   const output = Object.assign(new Writable({ write(chunk, _, done) { if (!output.muted) process.stdout.write(chunk); done(); } }), { muted: false });
   const rl = require("readline/promises").createInterface({ input: process.stdin, output });
   const asked = rl.question("key? ");
   output.muted = true;
   console.log(await asked);
   rl.close();`,
];

test("an answer that a program does not show while it is typed is asked for as a password", async (t) => {
  const frontend = await startFrontend(t);
  for (const code of HIDDEN) {
    const { questions, exchange } = await answering(frontend, code, ["s3"], inputRequests(frontend).length);
    assert.deepEqual(questions, [{ prompt: "key? ", password: true }]);
    assert.equal(streamText(exchange), "s3\n");
  }
});

test("where nobody can answer, each way to read is one error that says so", async (t) => {
  const frontend = await startFrontend(t);
  const ways = [
    `const rl = require("readline/promises").createInterface({ input: process.stdin }); await rl.question("?")`,
    `require("readline").createInterface({ input: process.stdin }).question("?", () => {})`,
    `for await (const line of require("readline").createInterface({ input: process.stdin })) line`,
    `for await (const chunk of process.stdin) chunk`,
    `require("fs").readFileSync(0, "utf8")`,
  ];
  const errors = () => frontend.messages.filter(({ message }) => message.header.msg_type === "error").length;
  let before = 0;
  for (const code of ways) {
    const { reply } = await frontend.execute(code, { allow_stdin: false });
    assert.equal(reply.status, "error", code);
    assert.match(String(reply.evalue), /requires a frontend that takes input.*allow_stdin is false/, code);
    await frontend.execute("await new Promise((resolve) => setTimeout(resolve, 20))"); // what comes late has come
    assert.equal(errors(), ++before, code);
  }
  const { outputs } = await frontend.execute(`process.stdin.on("data", () => {}); process.stdin.isTTY`, {
    allow_stdin: false,
  });
  assert.match(JSON.stringify(outputs), /false.*allow_stdin is false/);
});

test("a stop ends the wait of a program that reads, and the next cell reads anew", async (t) => {
  const frontend = await startFrontend(t);
  const running = frontend.execute(
    `let read = 0; for await (const line of require("readline").createInterface({ input: process.stdin })) read++;`,
  );
  await frontend.until(({ header }) => header.msg_type === "input_request");
  await frontend.request("interrupt_request", {}, "control");
  assert.equal((await running).reply.ename, "Interrupted");
  const code = `const rl = require("readline/promises").createInterface({ input: process.stdin });
    const got = await rl.question("now? "); rl.close(); [read, got]`;
  const { questions, exchange } = await answering(frontend, code, ["yes"], 1);
  assert.deepEqual(questions, [{ prompt: "now? ", password: false }]);
  assert.equal(resultText(exchange), "[ 0, 'yes' ]");
});

test("a question that its program does not wait for any more is taken back, and the cell ends", async (t) => {
  const frontend = await startFrontend(t);
  const code = `const rl = require("readline").createInterface({ input: process.stdin });
    rl.on("line", () => {});
    setTimeout(() => rl.close(), 50); void 0`;
  const running = frontend.execute(code);
  await frontend.until(({ header }) => header.msg_type === "input_request");
  assert.equal((await running).reply.status, "ok");
});

test("a question that waits lets timers run, and one that blocks goes first", async (t) => {
  const frontend = await startFrontend(t);
  const { questions, exchange } = await answering(
    frontend,
    `const rl = require("readline/promises").createInterface({ input: process.stdin });
     let ticks = 0; const timer = setInterval(() => ticks++, 1);
     const asked = rl.question("later? ");
     await new Promise((resolve) => setTimeout(resolve, 20));
     const first = prompt("now?");
     const second = await asked;
     clearInterval(timer); rl.close();
     [first, second, ticks > 0]`,
    ["1", "2"],
    1,
  );
  assert.deepEqual(
    questions.map(({ prompt }) => prompt),
    ["now? ", "later? "],
  );
  assert.equal(resultText(exchange), "[ '1', '2', true ]");
});
