/** @file A plan has a way to say every op. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { INSTRUCTIONS } from "../../../../src/toolkit/engine/plan/emit.ts";
import { hasStep } from "../../../../src/toolkit/engine/plan/pass.ts";
import { isView } from "../../../../src/toolkit/engine/plan/roles.ts";
import type { Tensor } from "../../../../src/toolkit/tensor/index.ts";
import { PRIMITIVES } from "../../../../src/toolkit/tensor/ops/all.ts";

test("every primitive op is a view, a step of a pass, a product or an instruction", () => {
  const known = (name: string): boolean =>
    name === "matmul" || hasStep(name) || Object.hasOwn(INSTRUCTIONS, name) || isView({ op: { name } } as Tensor);
  assert.deepEqual(
    PRIMITIVES.map(({ name }) => name).filter((name) => !known(name)),
    [],
  );
});
