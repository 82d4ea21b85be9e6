/** @file Threads that each run a share of a batch's parts, in memory of their own. */
import assert from "node:assert/strict";
import { compile, nativeEngine } from "../../../../src/toolkit/engine/index.ts";
import * as t from "../../../../src/toolkit/tensor/index.ts";
import { nativeIsMissing, testNative } from "../native-engine.ts";

const missing = await nativeIsMissing();
const ROWS = 12;
const SPECS = { table: t.f32(5, 3), bias: t.f32(3), x: t.f32(ROWS, 4), ids: t.i32(ROWS) };
const GIVEN = {
  table: Float32Array.from({ length: 15 }, (_, at) => at),
  bias: Float32Array.of(0.5, -1, 2),
  x: Float32Array.from({ length: ROWS * 4 }, (_, at) => (at % 7) - 3),
  ids: Int32Array.from({ length: ROWS }, (_, at) => at % 5),
};
type Given = Readonly<Record<keyof typeof SPECS, t.Tensor>>;

/** A sum of products, one of rows by id, and one of a pass; what is made before the parts is read in them, what is made of sums after. */
function sums({ table, bias, x, ids }: Given, parts: number): t.Tensor[] {
  const turned = t.add(t.mul(table, 2), bias); // before
  const own = t.eachPart(x, parts);
  const found = t.gather(turned, t.eachPart(ids, parts));
  const product = t.sumOfParts(t.matmul(own, found, { transposeA: true }), parts); // (4, 3)
  const byRow = t.sumOfParts(t.reduceSum(t.mul(found, found), [0]), parts); // (1, 3)
  return [product, byRow];
}

/** The sums of three runs, which must be the same. */
async function found(threads: number, parts: number, after: (of: t.Tensor) => t.Tensor): Promise<number[]> {
  const run = await compile(await nativeEngine({ threads }), (given: Given) => sums(given, parts).map(after), SPECS);
  const runs: number[][] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    runs.push((await Promise.all((await run(GIVEN)).map(async (array) => [...(await array.read())]))).flat());
  }
  run.dispose();
  const [first, ...more] = runs as [number[], ...number[][]];
  for (const again of more) assert.deepEqual(again, first);
  return first;
}

for (const [what, after] of [
  ["that are read afterwards", (of: t.Tensor) => t.mul(of, 3)],
  ["that are handed out", (of: t.Tensor) => of],
] as const) {
  testNative(`sums ${what} are the same however many threads share the parts`, missing, async () => {
    const expected = await found(1, 1, after);
    for (const [threads, parts] of [
      [1, 4],
      [2, 4],
      [4, 4],
      [3, 12],
      [2, 12],
      [2, 3], // no two equal shares
    ] as const) {
      assert.deepEqual(await found(threads, parts, after), expected, `${threads} threads, ${parts} parts`);
    }
  });
}

testNative("an id out of range is told from whichever share meets it", missing, async () => {
  const ids = (given: Given) => t.cast(t.reduceMax(t.eachPart(given.x, 4)), "int32"); // made by the graph: at most 3
  const run = await compile(
    await nativeEngine({ threads: 2 }),
    (given: Given) => {
      const found = t.gather(given.table, t.reshape(ids(given), [ROWS / 4]));
      return t.mul(t.sumOfParts(t.reduceSum(found), 4), 1);
    },
    SPECS,
  );
  for (const wrong of [0, 5, ROWS - 1]) {
    const x = new Float32Array(ROWS * 4).fill(1);
    x[wrong * 4] = 7;
    await assert.rejects(run({ ...GIVEN, x }), /gather requires ids in \[0, 5\), got 7/);
  }
  const right = await run({ ...GIVEN, x: new Float32Array(ROWS * 4).fill(1) });
  assert.deepEqual([...(await right.read())], [ROWS * (3 + 4 + 5)]);
});
