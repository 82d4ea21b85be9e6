/** @file Holds an engine to this: state that is spent gives the same numbers as fresh memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, type Engine } from "../../../src/toolkit/engine/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";

const SPECS = { p: t.f32(3, 4), m: t.f32(3, 4), x: t.f32(3, 4) };
type State = Record<keyof typeof SPECS, t.Tensor>;

/** Of the old p, what makes `seen`: writing p's next value over it too early would change that. */
const READERS: Readonly<Record<string, (state: State) => t.Tensor>> = {
  "all of the old state is read": ({ p }) => t.matmul(t.softmax(t.tanh(p)), t.transpose(p)),
  "a later op reads the old state": ({ p, x }) => {
    let late = t.exp(x);
    for (let depth = 0; depth < 6; depth++) late = t.tanh(t.add(late, x));
    return t.mul(late, t.transpose(t.transpose(p)));
  },
};

export function testSameWhenSpent(name: string, open: () => Promise<Engine>): void {
  for (const [reader, seenOf] of Object.entries(READERS)) {
    test(`${name}: spent state gives the same numbers as fresh memory where ${reader}`, async () => {
      const update = ({ p, m, x }: State) => {
        const moved = t.add(t.mul(m, 0.5), x);
        return { p: t.sub(p, moved), m: moved, seen: seenOf({ p, m, x }) };
      };
      const run = await compile(await open(), update, SPECS);
      const x = Float32Array.from({ length: 12 }, (_, at) => Math.sin(at));
      let fresh = await run({ p: x, m: x, x });
      let reused = await run({ p: x, m: x, x });
      for (let repeat = 0; repeat < 5; repeat++) {
        fresh = await run({ p: fresh.p, m: fresh.m, x });
        const { p, m, seen } = reused;
        reused = await run({ p, m, x }, { spent: { p, m, seen } });
        await assert.rejects(p.read(), /requires arrays that are in use, got a disposed one/);
        for (const output of ["p", "m", "seen"] as const)
          assert.deepEqual(await reused[output].read(), await fresh[output].read());
      }
    });
  }

  test(`${name}: an array that is spent for two outputs gives the same numbers, and is gone`, async () => {
    const engine = await open();
    const run = await compile(engine, ({ x }) => ({ more: t.add(x, 1), most: t.mul(x, 3) }), { x: t.f32(2) });
    for (let repeat = 0; repeat < 3; repeat++) {
      const { more: x } = await run({ x: Float32Array.of(1, 2) });
      const { more, most } = await run({ x }, { spent: { more: x, most: x } });
      assert.deepEqual(
        [[...(await more.read())], [...(await most.read())]],
        [
          [3, 4],
          [6, 9],
        ],
      );
      await assert.rejects(x.read(), /requires arrays that are in use, got a disposed one/);
    }
  });
}
