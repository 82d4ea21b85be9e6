/** @file Verdicts compare numbers, and the line of a failing claim tells them apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Value } from "../../../src/rerun/claims/claims.ts";
import { readMeasurement } from "../../../src/rerun/claims/measurement.ts";
import { type Judgement, judge } from "../../../src/rerun/claims/verdict.ts";
import { claimLine } from "../../../src/rerun/result-text.ts";
import { sampleClaim, sampleNotebook } from "../samples.ts";

const notebook = sampleNotebook(["fit()"]);

function judged(changes: Parameters<typeof sampleClaim>[0], value: Value, elsewhere?: string): Judgement {
  return judge(sampleClaim(changes), notebook, { ok: true, value }, elsewhere);
}

// by hand: |measured - expected| against the tolerance
const CASES: [claim: Parameters<typeof sampleClaim>[0], measured: Value, verdict: string][] = [
  [{}, 0.38, "reproduced"],
  [{}, 0.38 + 1e-10, "reproduced"],
  [{}, 0.384, "within tolerance"],
  [{}, 0.41, "differs"],
  [{}, -0.38, "differs"],
  [{ expected: 0, tolerance: { absolute: 0 } }, 0, "reproduced"],
  [{ expected: 0, tolerance: { relative: 0.5 } }, 1e-300, "differs"],
  [{ expected: -50, tolerance: { relative: 0.01 } }, -50.5, "within tolerance"],
  [{ expected: -50, tolerance: { relative: 0.01 } }, -50.6, "differs"],
  [{ expected: [1, 2] }, [1, 2], "reproduced"],
  [{ expected: [1, 2] }, [1, 2.004], "within tolerance"],
  [{ expected: [1, 2] }, [2, 1], "differs"],
  [{ expected: [1, 2] }, [1], "differs"],
  [{ expected: 1 }, Number.NaN, "differs"],
  [{ expected: 1 }, Number.POSITIVE_INFINITY, "differs"],
];

for (const [claim, measured, verdict] of CASES) {
  test(`${JSON.stringify(claim)} measured as ${measured} is ${verdict}`, () => {
    assert.equal(judged(claim, measured).verdict, verdict);
  });
}

test("a number far off in another environment than the recorded one is said to be so; one that holds is not", () => {
  assert.equal(judged({}, 0.41, "recorded with Node 18").verdict, "environment differs");
  assert.equal(judged({}, 0.38, "recorded with Node 18").verdict, "reproduced");
});

test("without a number there is no verdict on the claim", () => {
  const failed = { ok: false, reason: "ReferenceError: law is not defined" } as const;
  assert.equal(judge(sampleClaim(), notebook, undefined, undefined).verdict, "not run");
  assert.equal(judge(sampleClaim(), notebook, failed, undefined).verdict, "not run");
});

test("every finite number is measured with all its digits", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const measured = readMeasurement({ status: "ok", data: { "text/plain": String(number) }, metadata: {} });
      assert.ok(measured.ok);
      assert.equal(measured.value, number === 0 ? Number(String(number)) : number);
    }),
    { seed: 7 },
  );
});

for (const text of ["'0.38'", "{ value: 0.38 }", "0.38 0.39", "", "[ 1, [ 2 ] ]", "0x10", "undefined"]) {
  test(`${JSON.stringify(text)} is no number`, () => {
    assert.equal(readMeasurement({ status: "ok", data: { "text/plain": text }, metadata: {} }).ok, false);
  });
}

const LINES: [judgement: Judgement, line: string][] = [
  [judged({}, 0.41), "04-scaling.ipynb, cell 1: exponent 0.41 differs from the claimed 0.38 by 0.03 (tolerance 0.005)"],
  [
    judged({ expected: 2.5, tolerance: { relative: 0.01 } }, 2.5251),
    "04-scaling.ipynb, cell 1: exponent 2.525 differs from the claimed 2.5 by 0.025 (tolerance 1 %)",
  ],
  [
    judged({ expected: [1, 2], tolerance: { absolute: 0 } }, [1, 2.0000001]),
    "04-scaling.ipynb, cell 1: exponent [1, 2.0000001] differs from the claimed [1, 2] by 1e-7 (tolerance 0)",
  ],
  [
    judged({}, 0.41, "recorded with Node 18, this is 20"),
    "04-scaling.ipynb, cell 1: exponent 0.41 differs from the claimed 0.38 by 0.03 (tolerance 0.005); recorded with Node 18, this is 20",
  ],
  [judged({}, Number.NaN), "04-scaling.ipynb, cell 1: exponent differs from the claimed 0.38; it is NaN"],
  [
    judge(sampleClaim(), notebook, { ok: false, reason: "TypeError: no" }, undefined),
    "04-scaling.ipynb, cell 1: exponent has no number: TypeError: no (expression law.exponent)",
  ],
];

for (const [judgement, line] of LINES) {
  test(`the line says: ${line}`, () => assert.equal(claimLine(judgement), line));
}

test("of a long list that differs the line tells the number that lies furthest away", () => {
  const expected = Array.from({ length: 40 }, (_, index) => index);
  const claim = { expression: undefined, printed: [1, 40] as const, expected, tolerance: { absolute: 0.5 } };
  const line = claimLine(judged(claim, expected.with(30, 32)));
  assert.match(line, /: exponent 32 \(number 31 of 40\) differs from the claimed 30 by 2 \(tolerance 0\.5\)$/);
  const none = claimLine(judged(claim, [...expected, 40]));
  assert.match(
    none,
    /differs from the claimed \[0, 1, 2, 3, 4, 5, … \(40 numbers\)\]; it is 0, 1, 2, 3, 4, 5, … \(41 numbers\)$/,
  );
});
