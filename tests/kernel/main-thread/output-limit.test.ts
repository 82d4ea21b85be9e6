/** @file A runaway print: capped, counted, and the kernel lives on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startFrontend, streamText } from "../frontend.ts";

test("text beyond the limit is counted and dropped, and one last line says how much and what to do", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute('process.env.EIGHTFOLD_MAX_OUTPUT_BYTES = "1001"');
  const exchange = await frontend.execute('for (let i = 0; i < 100; i++) console.log("é".repeat(49)); "result"');
  assert.equal(Buffer.byteLength(streamText(exchange)), 1000, "99 bytes a line; a character is not cut in two");
  assert.match(
    streamText(exchange, "stderr"),
    /^\n\[8900 more bytes of text were dropped: a cell may print 1001 \(hint: set process\.env\.EIGHTFOLD_MAX_OUTPUT_BYTES/,
  );
  assert.equal(exchange.outputs.at(-1)?.[0], "stream", "the line is the last output");
  assert.equal(exchange.outputs.filter(([type]) => type === "execute_result").length, 1);
  assert.equal(streamText(await frontend.execute('console.log("next")')), "next\n", "each cell has a limit of its own");
  await frontend.execute('process.env.EIGHTFOLD_MAX_OUTPUT_BYTES = "many"');
  const fallback = await frontend.execute('console.log("x".repeat(40 * 2 ** 20))');
  assert.equal(streamText(fallback).length, 32 * 2 ** 20);
  assert.match(streamText(fallback, "stderr"), /requires a whole number of bytes, got 'many'/);
});

test("a print of 1 GB ends, memory stays bounded, and the kernel answers", async (t) => {
  const frontend = await startFrontend(t);
  const exchange = await frontend.execute(
    'const megabyte = "x".repeat(2 ** 20 - 1); for (let i = 0; i < 1024; i++) console.log(megabyte); process.memoryUsage().rss / 2 ** 20 < 400',
  );
  assert.equal(streamText(exchange).length, 32 * 2 ** 20);
  assert.match(streamText(exchange, "stderr"), /1040187392 more bytes of text were dropped: a cell may print 33554432/);
  assert.deepEqual(exchange.outputs.find(([type]) => type === "execute_result")?.[1].data, { "text/plain": "true" });
  const lines = await frontend.execute(
    'for (let i = 0; i < 1e6; i++) console.log("a line of a runaway loop"); process.memoryUsage().rss / 2 ** 20 < 400',
  );
  assert.deepEqual(lines.outputs.find(([type]) => type === "execute_result")?.[1].data, { "text/plain": "true" });
  const inBytes = await frontend.execute("process.stdout.write(Buffer.alloc(2 ** 30, 120));");
  assert.equal(streamText(inBytes).length, 32 * 2 ** 20);
});

test("an endless print that is interrupted says how much was dropped", async (t) => {
  const frontend = await startFrontend(t);
  await frontend.execute('process.env.EIGHTFOLD_MAX_OUTPUT_BYTES = "10000"');
  const endless = frontend.execute('while (true) console.log("again")');
  await frontend.until(({ header }) => header.msg_type === "stream");
  await new Promise((resolve) => setTimeout(resolve, 200)); // by then it has printed more than the limit
  await frontend.request("interrupt_request", {}, "control");
  const exchange = await endless;
  assert.equal(streamText(exchange).length, 10_000);
  assert.match(streamText(exchange, "stderr"), /more bytes of text were dropped/);
  assert.equal(exchange.reply.ename, "Interrupted");
});
