/** @file Random graphs of many ops at once: what a planner must not get wrong is how ops meet, which cases of one op do not show. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";
import { standardise } from "../../../src/toolkit/tensor/ops/normalisation.ts";
import { sizeOf } from "../../../src/toolkit/tensor/spec.ts";

/** Of the largest number: normalisations of rows that hardly differ multiply float32's rounding. */
const TOLERANCE = 1e-3;

/** Inputs of every graph: they broadcast to one another, or are vectors and matrices of their axes. */
const SPECS = { x: t.f32(2, 3, 4), y: t.f32(2, 3, 4), row: t.f32(4), column: t.f32(3, 1), square: t.f32(4, 4) };

type Maker = (pick: () => t.Tensor, stream: RandomStream) => t.Tensor;

const whole = (x: t.Tensor): t.Tensor => (x.shape.length === 3 ? x : t.broadcastTo(x, [2, 3, 4]));
const rowsOf = (x: t.Tensor): t.Tensor => t.reshape(x, [6, 4]);

/** Each takes and gives (2, 3, 4). */
const MAKERS: readonly Maker[] = [
  (pick) => t.add(pick(), pick()),
  (pick) => t.mul(pick(), t.tanh(pick())),
  (pick) => t.sub(pick(), t.mul(pick(), 0.5)),
  (pick) => t.gelu(pick()),
  (pick) => t.softmax(pick()),
  (pick) => standardise(pick(), 1e-2),
  (pick) => t.sub(pick(), t.mean(pick())),
  (pick) => t.mul(pick(), t.sigmoid(t.reduceSum(pick(), [-1]))),
  (pick) => t.add(pick(), t.reduceSum(pick(), [0])),
  (pick) => t.mul(pick(), t.tanh(t.reduceSum(pick()))),
  (pick) => t.reshape(t.softmax(t.reshape(t.transpose(pick(), [0, 2, 1]), [2, 4, 3])), [2, 3, 4]),
  (pick) => t.transpose(t.tanh(t.transpose(pick(), [2, 0, 1])), [1, 2, 0]),
  (pick) => t.reshape(t.tanh(t.reshape(pick(), [2, 12])), [2, 3, 4]),
  (pick) => t.concat([t.slice(pick(), 2, 2), t.tanh(t.slice(pick(), 2, 0, 2))], 2),
  (pick) => t.concat([t.tanh(t.slice(pick(), 1, 0, 1)), t.slice(pick(), 1, 1)], 1),
  (pick) => t.tanh(t.matmul(pick(), t.matmul(pick(), pick(), { transposeA: true, scale: 0.3 }))),
  (pick) =>
    t.reshape(
      t.tanh(
        t.add(
          t.matmul(rowsOf(pick()), t.slice(rowsOf(pick()), 0, 0, 4)),
          t.reshape(t.slice(rowsOf(pick()), 0, 5), [4]),
        ),
      ),
      [2, 3, 4],
    ),
  (pick) => t.where(t.less(pick(), pick()), pick(), 0.25),
  (pick) =>
    t.layerNorm(
      pick(),
      t.reshape(t.slice(rowsOf(pick()), 0, 2, 3), [4]),
      t.reshape(t.slice(rowsOf(pick()), 0, 0, 1), [4]),
    ),
  (pick) => t.mul(pick(), t.reshape(t.logSoftmax(t.reshape(t.reduceSum(pick(), [2]), [2, 3])), [2, 3, 1])),
  (pick) => t.cumulativeSum(t.mul(pick(), 0.3)),
  (pick) => t.mul(pick(), t.reduceMax(pick())),
  (pick) => t.add(pick(), t.reshape(t.cast(t.argmax(t.transpose(pick(), [0, 2, 1])), "float32"), [2, 1, 4])),
];

/** One test: so many graphs on an engine and on the reference. */
export function testRandomGraphs(name: string, open: () => Promise<Engine>, graphs: number): void {
  test(`${name}: graphs of many ops, drawn at random, give the reference's numbers`, async () => {
    const engine = await open();
    const stream = createStream(23);
    const draw = ({ shape }: t.Spec): Float64Array =>
      Float64Array.from({ length: sizeOf(shape) }, () => 2 * stream.uniform() - 1);
    const numbers = Object.fromEntries(Object.entries(SPECS).map(([name, spec]) => [name, draw(spec)]));
    for (let graph = 0; graph < graphs; graph++) {
      const results = async (on: Engine) => {
        const run = await compile(on, randomGraph(createStream(29).split(String(graph)), 3 + (graph % 14)), SPECS);
        const arrays = await run(numbers as Record<keyof typeof SPECS, Float64Array>);
        const values = await Promise.all(arrays.map((array) => array.read()));
        for (const array of arrays) array.dispose();
        run.dispose();
        return values;
      };
      const [expected, got] = [await results(referenceEngine()), await results(engine)];
      for (const [which, values] of expected.entries()) {
        const largest = Math.max(1, ...Array.from(values, Math.abs));
        for (const [at, value] of values.entries()) {
          const other = got[which]?.[at] ?? Number.NaN;
          const isClose = Math.abs(other - value) <= TOLERANCE * largest;
          assert.ok(isClose, `graph ${graph}, ${which}[${at}]: ${other} for ${value}`);
        }
      }
    }
  });
}

/** Some tensors and the gradients of their sum of squares, of `count` ops drawn one upon another. */
function randomGraph(
  stream: RandomStream,
  count: number,
): (inputs: Record<keyof typeof SPECS, t.Tensor>) => t.Tensor[] {
  return ({ x, y, row, column, square }) => {
    const made = [x, y, t.add(x, row), t.mul(whole(column), row), t.matmul(y, square)];
    const pick = (): t.Tensor => made[Math.max(0, made.length - 1 - stream.integer(6))] as t.Tensor;
    for (let at = 0; at < count; at++) made.push((MAKERS[stream.integer(MAKERS.length)] as Maker)(pick, stream));
    const results = [made.at(-1), made.at(-2), made.at(-4)] as t.Tensor[];
    const squares = results.map((result) => t.reshape(t.reduceSum(t.mul(result, result)), []));
    const loss = squares.reduce((sum, square) => t.add(sum, square));
    return [...results, ...t.gradients(loss, [x, y, row, column, square])];
  };
}
