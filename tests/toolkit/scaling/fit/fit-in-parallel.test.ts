/** @file A sweep on several threads has the numbers of one thread, bit for bit, and names what is wrong before it starts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  fitDoubts,
  fitScalingLaws,
  fitScalingLawsInParallel,
  predictionBand,
} from "../../../../src/toolkit/scaling/index.ts";

const stream = createStream(12);
const ROWS = Array.from({ length: 5 }, (_, curve) =>
  [250, 1000, 4000, 16000, 64000].map((size) => ({
    curve: `curve ${curve}`,
    size,
    items: 1319,
    error: stream.binomial(1319, 2.4 * size ** -0.35 + 0.1 + 0.01 * curve) / 1319,
  })),
).flat();
const REQUEST = { by: "curve", x: "size", y: "error", items: "items", seed: 7, resamples: 200 } as const;

test("the fits of three threads are those of one, bit for bit, in the order of the rows, and serve what follows", async () => {
  const [alone, together] = [
    fitScalingLaws(ROWS, REQUEST),
    await fitScalingLawsInParallel(ROWS, { ...REQUEST, threads: 3 }),
  ];
  assert.deepEqual(Object.keys(together), Object.keys(alone));
  assert.deepEqual(together, alone); // laws, draws and the display method too; numbers by Object.is
  const fit = together["curve 3"];
  assert.ok(fit?.ok);
  assert.deepEqual(predictionBand(fit, [1e6]), predictionBand(alone["curve 3"] as typeof fit, [1e6]));
  assert.deepEqual(fitDoubts(fit), fitDoubts(alone["curve 3"] as typeof fit));
});

test("a curve that cannot be fitted is a reason, and no rows are no fits", async () => {
  const two = ROWS.filter(({ curve, size }) => curve !== "curve 1" || size < 2000);
  const fits = await fitScalingLawsInParallel(two, { ...REQUEST, threads: 2, law: "power + floor" });
  assert.match(
    fits["curve 1"]?.ok === false ? fits["curve 1"].reason : "",
    /has 3 parameters, but the points have 2 different sizes/,
  );
  assert.ok(fits["curve 2"]?.ok);
  assert.deepEqual(await fitScalingLawsInParallel([] as typeof ROWS, REQUEST), {});
});

test("what is out of range is named as fitScalingLaws names it", async () => {
  const off = (rows: typeof ROWS, more: object) => fitScalingLawsInParallel(rows, { ...REQUEST, ...more });
  await assert.rejects(
    off(ROWS, { threads: 0 }),
    /fitScalingLawsInParallel requires threads to be an integer in \[1, 1024\], got 0/,
  );
  await assert.rejects(off(ROWS, { wieghts: "w" }), /requires options among .*, got "wieghts"/);
  await assert.rejects(off(ROWS, { y: "eror" }), /requires a column of rows\[0\]: .*did you mean "error"/);
  const negative = ROWS.map((row, index) => (index === 7 ? { ...row, error: -1 } : row));
  await assert.rejects(off(negative, {}), /points\[2\]\.error .*in the rows of "curve 1"/);
});
