/** @file Attention of one query a head is one instruction of a plan, and gives the reference's numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { planOf } from "../../../src/toolkit/engine/plan/plan.ts";
import { attend, UNSEEN } from "../../../src/toolkit/model/attention.ts";
import { f32, type Spec, type Tensor, trace } from "../../../src/toolkit/tensor/index.ts";
import { sizeOf } from "../../../src/toolkit/tensor/spec.ts";
import { PLANNED, testOnEach } from "./engines.ts";

/** Rows of prompts, samples of each, heads, heads of keys, elements; places of prompts, written since, the token's own. */
interface Sizes {
  readonly rows: number;
  readonly samples: number;
  readonly heads: number;
  readonly KV: number;
  readonly D: number;
  readonly lengths: readonly number[];
}

const CASES: Readonly<Record<string, Sizes>> = {
  "a sample a prompt": { rows: 5, samples: 1, heads: 4, KV: 4, D: 32, lengths: [64, 1] },
  "samples that share a prompt": { rows: 3, samples: 4, heads: 4, KV: 4, D: 32, lengths: [32, 48, 1] },
  "queries that share a head of keys": { rows: 3, samples: 2, heads: 6, KV: 2, D: 16, lengths: [19, 7, 1] },
  "heads narrower than a register": { rows: 2, samples: 1, heads: 2, KV: 1, D: 6, lengths: [3, 1] },
  "heads of no even width": { rows: 2, samples: 3, heads: 2, KV: 2, D: 53, lengths: [17, 33, 1] },
};

function specsOf({ rows, samples, heads, KV, D, lengths }: Sizes): Record<string, Spec> {
  const B = rows * samples;
  const places = lengths.reduce((sum, length) => sum + length);
  const specs: Record<string, Spec> = { queries: f32(B, heads, 1, D), mask: f32(B, 1, 1, places) };
  for (const [part, length] of lengths.entries()) {
    const spec = f32(part === 0 && samples > 1 ? rows : B, KV, length, D);
    Object.assign(specs, { [`keys${part}`]: spec, [`values${part}`]: spec });
  }
  return specs;
}

function attending({ lengths }: Sizes): (given: Record<string, Tensor>) => Tensor {
  return (given) => {
    const memories = lengths.map((_, part) => {
      return { keys: given[`keys${part}`] as Tensor, values: given[`values${part}`] as Tensor };
    });
    return attend(given.queries as Tensor, memories, given.mask as Tensor);
  };
}

/** Normal numbers; a mask that hides whole stretches, single places, and from the first row all. */
function numbersFor(sizes: Sizes): Record<string, Float32Array> {
  const stream = createStream(41);
  const drawn = Object.entries(specsOf(sizes)).map(([name, { shape }]): [string, Float32Array] => {
    return [name, Float32Array.from({ length: sizeOf(shape) }, () => stream.normal())];
  });
  const numbers = Object.fromEntries(drawn);
  const places = sizes.lengths.reduce((sum, length) => sum + length);
  numbers.mask = Float32Array.from({ length: sizes.rows * sizes.samples * places }, (_, at) => {
    const [row, place] = [Math.floor(at / places), at % places];
    const isHidden = row === 0 || (place >= row && place < places / 2) || stream.uniform() < 0.2;
    return isHidden && !(row > 0 && place === places - 1) ? UNSEEN : 0;
  });
  return numbers;
}

async function result(engine: Engine, sizes: Sizes): Promise<number[]> {
  const run = await compile(engine, attending(sizes), specsOf(sizes));
  return [...(await (await run(numbersFor(sizes))).read())];
}

for (const [name, sizes] of Object.entries(CASES)) {
  test(`attention of one query is one instruction: ${name}`, () => {
    const { graph } = trace(attending(sizes), specsOf(sizes));
    assert.deepEqual(
      planOf(graph).instructions.map(({ work }) => work.opcode),
      ["PASS", "ATTEND"], // queries are scaled first
    );
  });

  testOnEach(
    (engine) => `attention of one query on ${engine} is the reference's: ${name}`,
    async (engine) => {
      const expected = await result(referenceEngine(), sizes);
      const got = await result(engine, sizes);
      for (const [at, value] of expected.entries()) {
        assert.ok(Math.abs((got[at] as number) - value) < 1e-5, `[${at}]: ${got[at]} for ${value}`);
      }
    },
    PLANNED,
  );
}

test("of attention whose weights are asked for too, the weights are made", () => {
  const sizes = CASES["a sample a prompt"] as Sizes;
  const both = (given: Record<string, Tensor>): Tensor[] => {
    const attended = attending(sizes)(given);
    const all = [attended];
    for (let at = 0; at < all.length; at++) all.push(...(all[at] as Tensor).inputs);
    return [attended, all.find(({ op }) => op.name === "softmax") as Tensor];
  };
  const { graph } = trace(both, specsOf(sizes));
  assert.ok(planOf(graph).instructions.every(({ work }) => work.opcode !== "ATTEND"));
});
