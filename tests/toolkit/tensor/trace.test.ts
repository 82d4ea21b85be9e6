/** @file Tracing checks shapes and dtypes, names the line, merges equal calls and keeps names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "../../../src/toolkit/tensor/graph.ts";
import {
  add,
  concat,
  exp,
  f32,
  gather,
  i32,
  less,
  matmul,
  mul,
  OpMismatch,
  reshape,
  slice,
  type Tensor,
  transpose,
  where,
} from "../../../src/toolkit/tensor/index.ts";

const MISMATCHES: [string, (x: Tensor, ids: Tensor) => Tensor, RegExp][] = [
  [
    "matmul",
    (x) => matmul(x, x),
    /^matmul requires \(\.\.\., M, K\) times \(\.\.\., K, N\), got float32\[2, 3\] and float32\[2, 3\] at .*trace\.test\.ts:\d+:\d+$/,
  ],
  [
    "add",
    (x) => add(x, transpose(x)),
    /^add requires two shapes that broadcast, got float32\[2, 3\] and float32\[3, 2\] at .*trace\.test\.ts/,
  ],
  [
    "mul",
    (x, ids) => mul(x, ids),
    /^mul requires two tensors of one dtype \(float32 or int32\), got float32\[2, 3\] and int32\[3\]/,
  ],
  ["reshape", (x) => reshape(x, [4, -1]), /^reshape requires as many elements as \[4, 1\.5\] has, got float32\[2, 3\]/],
  ["slice", (x) => slice(x, 1, 2, 5), /^slice requires a range within axis 1, not \[2, 5\), got float32\[2, 3\]/],
  ["slice", (x) => slice(x, 2, 0, 1), /^slice requires axes within the tensor's, not 2, got float32\[2, 3\]/],
  ["gather", (x) => gather(x, x), /^gather requires a table \(rows, width\) and int32 ids, got/],
  ["where", (x) => where(x, x, x), /^where requires a bool condition and two tensors of one dtype, got/],
  [
    "concat",
    (x) => concat([x, transpose(x)], 0),
    /^concat requires tensors of one dtype whose shapes differ along axis 0 only, got/,
  ],
];

for (const [op, call, message] of MISMATCHES) {
  test(`${op} names itself, what came in, and the line: ${message.source.slice(1, 50)}`, () => {
    assert.throws(
      () => trace(({ x, ids }) => call(x, ids), { x: f32(2, 3), ids: i32(3) }),
      (error: Error) => {
        assert.ok(error instanceof OpMismatch);
        assert.equal(error.op, op);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("equal calls are merged, unused ones dropped", () => {
  const { graph } = trace(
    ({ x }) => {
      exp(mul(x, 3));
      return add(exp(mul(x, 2)), exp(mul(x, 2)));
    },
    { x: f32(4) },
  );
  assert.deepEqual(
    graph.nodes.map(({ op }) => op.name),
    ["input", "constant", "mul", "exp", "add"],
  );
});

test("constants that JSON would confuse stay apart", () => {
  const { graph } = trace(({ x }) => [mul(x, Infinity), mul(x, -Infinity), mul(x, 0), mul(x, -0)], { x: f32(1) });
  assert.equal(graph.nodes.filter(({ op }) => op.name === "constant").length, 4);
});

test("inputs and outputs keep the names of their trees", () => {
  const { graph } = trace(({ a, rest: [b] }) => ({ sums: { ab: add(a, b) }, flag: less(a, b) }), {
    a: f32(2),
    rest: [f32(2)] as const,
  });
  assert.deepEqual(
    graph.inputs.map(({ name }) => name),
    ["a", "rest.0"],
  );
  assert.deepEqual(
    graph.outputs.map(({ name }) => name),
    ["sums.ab", "flag"],
  );
});

test("a length of 0 is refused at the door", () => {
  assert.throws(
    () => trace(({ x }) => exp(x), { x: f32(0, 3) }),
    /trace requires lengths >= 1 .* for x, got float32\[0, 3\]/,
  );
});
