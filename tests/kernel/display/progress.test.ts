/** @file Progress of a loop: what is drawn, when, and what is left of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mimeBundle } from "../../../src/kernel/display/mime-bundle.ts";
import { progressOn } from "../../../src/kernel/display/progress.ts";

/** Progress whose clock goes on by so many milliseconds with each look. */
function recorded(step: number) {
  const lines: string[] = [];
  let time = 0;
  const draw = (value: unknown) => {
    const bundle = mimeBundle(value) as Record<string, string>;
    lines.push(String(bundle["text/plain"]).replace(/[█░]+/, "|"));
    return { update: draw };
  };
  return { lines, progress: progressOn(draw, () => (time += step)) };
}

test("every item is given, and the bar is drawn no more often than ten times a second", () => {
  const { lines, progress } = recorded(1);
  assert.deepEqual([...progress(Array.from({ length: 1000 }, (_, at) => at))].length, 1000);
  assert.ok(lines.length > 5 && lines.length < 15, `${lines.length}`);
});

test("what is left in the end is the same in every run", () => {
  const { lines, progress } = recorded(60);
  for (const _ of progress([1, 2, 3, 4], { label: "fit" })) {
  }
  assert.equal(lines[0], "fit 0/4 | 0 %");
  assert.match(String(lines[1]), /^fit [123]\/4 \| \d+ %, \d+ s left$/);
  assert.equal(lines.at(-1), "fit 4/4 | 100 %");
});

test("a loop that ends early says so, by a break and by an error", () => {
  const { lines, progress } = recorded(1);
  for (const item of progress(new Set([1, 2, 3]))) if (item === 2) break;
  assert.equal(lines.at(-1), "1/3 | 33 %, stopped");
  assert.throws(() => {
    for (const _ of progress(new Map([[1, 2]]))) throw new Error("mine");
  }, /mine/);
  assert.equal(lines.at(-1), "0/1 | 0 %, stopped");
});

test("what comes asynchronously, and of unknown length, is counted", async () => {
  const { lines, progress } = recorded(1);
  async function* some() {
    yield* [1, 2];
  }
  for await (const _ of progress(some(), { label: "read" })) {
  }
  assert.equal(lines.at(-1), "read 2");
  for await (const _ of progress(some(), { total: 2 })) {
  }
  assert.equal(lines.at(-1), "2/2 | 100 %");
  assert.throws(() => progress(5 as never), /display\.progress requires something to loop over, got number/);
});
