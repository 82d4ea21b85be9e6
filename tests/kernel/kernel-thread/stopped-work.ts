/** @file What a stop must end, each under whatever watches asynchronous work: for the test, and for the bench that counts. */

/** Cells that make Node, or anyone, watch asynchronous work; a stop must be survived after each. */
export const WATCHERS: Readonly<Record<string, string>> = {
  plain: "0",
  AsyncLocalStorage:
    "const { AsyncLocalStorage } = await import('node:async_hooks'); new AsyncLocalStorage().run(1, () => 2)",
  "node:test": "const test = (await import('node:test')).default; await test('one', () => {}); 0",
  "node:domain": "const domain = await import('node:domain'); domain.create().run(() => 0)",
  async_hooks:
    "const { createHook } = await import('node:async_hooks'); createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable(); 0",
  diagnostics_channel:
    "const channels = await import('node:diagnostics_channel'); channels.subscribe('http.client.request.start', () => {}); channels.tracingChannel('mine').subscribe({ start() {}, end() {}, asyncStart() {}, asyncEnd() {}, error() {} }); 0",
};

/** What the cells below use; `url` is that of a server that never stops sending. */
export const prelude = (url: string): string => `
  import { exec, spawn } from "node:child_process";
  import { readFile } from "node:fs/promises";
  import { Readable, Transform, pipeline } from "node:stream";
  import { setInterval as ticks, setTimeout as sleep } from "node:timers/promises";
  import { Worker } from "node:worker_threads";
  import { countOn } from "./count.ts";
  import { countOn as countInJavaScript } from "./plain.js";
  let n = 0;
  const never = new Promise(() => {});
  const url = ${JSON.stringify(url)};
  async function* endless() { while (true) { await sleep(1); yield 1 } }`;

/** Local files that the cells import, by name. */
export const LOCAL_FILES: Readonly<Record<string, string>> = {
  "count.ts": countOn(": () => void", ": Promise<void>"),
  "plain.js": countOn("", ""),
};

function countOn(ofCallback: string, ofResult: string): string {
  return `import { stat } from "node:fs/promises";
export async function countOn(count${ofCallback})${ofResult} {
  while (true) {
    try {
      await stat(".");
      count();
    } catch {
      count();
    }
  }
}
`;
}

/** Each counts in n, and never ends by itself. */
export const ENDLESS_WORK: Readonly<Record<string, string>> = {
  "a loop": "while (true) n++",
  "a loop after an await": "await null; while (true) n++",
  "a loop of awaits": "while (true) { await sleep(1); n++ }",
  "a loop of awaits that catches everything": "while (true) { try { await sleep(1); n++ } catch { n++ } }",
  "a loop of awaits of what is there": "while (true) { await null; n++ }",
  "a loop of immediates": "while (true) { await new Promise((r) => setImmediate(r)); n++ }",
  "for await": "for await (const _ of ticks(1)) n++",
  "for await with a label": "out: for await (const one of endless()) { n += one; continue out }",
  "an async function that calls itself": "async function again() { await sleep(1); n++; return again() } await again()",
  "async functions nobody awaits":
    "async function loop() { while (true) { await readFile('count.ts'); n++ } } void loop(); await never",
  "an async function of a local file": "await countOn(() => { n++ })",
  "an async function of a local file in JavaScript": "await countInJavaScript(() => { n++ })",
  "a chain of timers": "(function tick() { n++; setTimeout(tick, 1) })(); await never",
  "a chain of immediates": "(function tick() { n++; setImmediate(tick) })(); await never",
  "a spin in an immediate": "setImmediate(() => { while (true) n++ }); await never",
  "an interval": "setInterval(() => { n++ }, 1); await never",
  "a chain of promises": "const step = () => { n++; return readFile('count.ts').then(step) }; await step()",
  "a chain of promises by another name":
    "function next() { n++; readFile('count.ts').then(next, next).finally(next) } next(); await never",
  "a stream": "Readable.from(endless()).on('data', () => { n++ }); await never",
  "a pipeline":
    "pipeline(Readable.from(endless()), new Transform({ objectMode: true, transform(chunk, _, done) { n++; done(null, chunk) } }), async function (all) { for await (const one of all) n += one }, () => { n++ }); await never",
  "a child process, awaited": "await new Promise((r) => spawn('sleep', ['60']).on('exit', () => { n++; r(0) })); n++",
  "a child of a shell, not awaited": "n++; exec('sleep 60; echo 1', () => { n++ }); await never",
  "what a child prints":
    "spawn('sh', ['-c', 'while true; do echo 1; sleep 0.01; done']).stdout.on('data', () => { n++ }); await never",
  "a worker thread":
    "new Worker('const { parentPort } = require(\"node:worker_threads\"); setInterval(() => parentPort.postMessage(1), 1)', { eval: true }).on('message', () => { n++ }); await never",
  "a worker thread that spins":
    "n++; await new Promise((r) => new Worker('while (true) {}', { eval: true }).on('exit', r)); n++",
  fetch: "while (true) { await (await fetch(url + '/short')).text(); n++ }",
  "the body of a fetch": "for await (const _ of (await fetch(url)).body!) n++",
};
