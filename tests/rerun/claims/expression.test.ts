/** @file What counts as a number when a claim's expression is measured, in TypeScript and in Python. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findKernelSpec } from "@eightfold/kernel";
import type { Value } from "../../../src/rerun/claims/claims.ts";
import { readJson, startCommand } from "../command-runs.ts";
import { notebookJson, sampleClaim, temporaryFolder, writeJson } from "../samples.ts";

const NO_PYTHON = findKernelSpec("python3") === undefined && "no Python kernel is installed";
const many = Array.from({ length: 1500 }, (_, index) => index / 8);

const IN_SCRIPT: [expression: string, value: Value | RegExp][] = [
  ["x", 0.1],
  ["x // the first", 0.1],
  ["10n ** 20n", 1e20],
  ["x < 1", 1],
  ["-0", 0],
  ["Promise.resolve(4)", 4],
  ["await Promise.resolve(4)", 4],
  ["[1 / 3, 2 / 3]", [1 / 3, 2 / 3]],
  ["new Float64Array([1, 2.5])", [1, 2.5]],
  ["new Float32Array([0.1, 0.5])", [Math.fround(0.1), 0.5]],
  ["[1n, 2n] satisfies bigint[]", [1, 2]],
  ["Array.from({ length: 1500 }, (_, index) => index / 8)", many],
  ["[1, , 3]", /neither a number nor a list/],
  ["'1.5'", /neither a number nor a list/],
  ["({ value: 1 })", /neither a number nor a list/],
  ["[]", /neither a number nor a list/],
  ["y", /y is not defined/],
  ["1)(", /Error: /],
];

const IN_PYTHON: [expression: string, value: Value | RegExp][] = [
  ["x", 0.1],
  ["x # the first", 0.1],
  ["10 ** 20", 1e20],
  ["x < 1", 1],
  ["1, 2", [1, 2]],
  ["list", 1],
  ["Decimal('0.5')", 0.5],
  ["Fraction(1, 3)", 1 / 3],
  ["array.array('d', [1 / 3, 2 / 3])", [1 / 3, 2 / 3]], // tolist(), as NumPy's and pandas' own
  ["[i / 8 for i in range(1500)]", many],
  ["{1, 2}", /neither a number nor a list/],
  ["'1.5'", /neither a number nor a list/],
  ["1j", /neither a number nor a list/],
  ["[]", /neither a number nor a list/],
  ["y", /name 'y' is not defined/],
];

async function measured(
  t: Parameters<typeof temporaryFolder>[0],
  source: string,
  cases: typeof IN_SCRIPT,
  more: Record<string, unknown>,
): Promise<void> {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson([source], more));
  const claims = cases.map(([expression], index) => {
    return { ...sampleClaim({ id: `c${index}`, expression, expected: 0.5 }), notebook: "a.ipynb", cell: "a" };
  });
  writeJson(folder, "claims.json", { version: 1, claims });
  const { stderr } = await startCommand(folder, ["a.ipynb", "--claims", "claims.json"]).ended;
  const report = readJson(folder, "out/report.json");
  for (const [index, [expression, value]] of cases.entries()) {
    const { measured: number, reason } = report.claims[index] ?? assert.fail(stderr);
    if (value instanceof RegExp) assert.match(reason, value, expression);
    else if (Array.isArray(value))
      assert.match(reason, new RegExp(`^it is ${value.slice(0, 6).join(", ")}`), expression);
    else assert.equal(number, value, expression);
  }
}

test("a TypeScript expression gives every digit of numbers, big integers, truth values, typed and long arrays", async (t) => {
  const shadows = "const Number = 1, String = 2, Object = 3";
  await measured(t, `const x = 0.1; ${shadows}`, IN_SCRIPT, {});
});

test("a Python expression gives every digit of numbers, truth values, decimals, fractions, arrays and long lists", {
  skip: NO_PYTHON,
}, async (t) => {
  const source =
    "import array\nfrom decimal import Decimal\nfrom fractions import Fraction\nx = 0.1; list = 1; str = 2; len = 3";
  await measured(t, source, IN_PYTHON, { metadata: { kernelspec: { name: "python3" } } });
});
