/** @file What is a number in printed text: the grammar of docs/rerun.md, a line each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersInLine, printedNumbers, printedText } from "../../../src/rerun/claims/printed-numbers.ts";
import type { Output } from "../../../src/rerun/notebook/outputs.ts";

const { NaN: none, POSITIVE_INFINITY: infinite } = Number;

const READ: [line: string, numbers: number[]][] = [
  ["train nan test 0.91", [none, 0.91]],
  ["None NaN null undefined NA NaT 1", [none, none, none, none, none, none, 1]],
  ["inf -inf Infinity −∞ 1e400", [infinite, -infinite, infinite, -infinite, infinite]],
  ["slope −0.5, -0.5, +0.5", [-0.5, -0.5, 0.5]],
  ["[1,200,300] [-1,+2] (1, 200)", [1, 200, 300, -1, 2, 1, 200]],
  ["rgb(10,200,300) {1,200}", [10, 200, 300, 1, 200]],
  ["1,319 items (1,319) 1_319 1\u202f319 1'319 $1,200.50", [1319, 1319, 1319, 1319, 1319, 1200.5]],
  ["1,20,300 0,123 a,1,200,b 1234,567", [1, 20, 300, 0, 123, 1, 200, 1234, 567]],
  ["loss:0.45 acc=0.91 p<0.05", [0.45, 0.91, 0.05]],
  ['{"a":1,"b":-2.5e-3,"c":[1,200]}', [1, -0.0025, 1, 200]],
  [".5 -.5 5. [1. 2.] 5.e-03", [0.5, -0.5, 5, 1, 2, 0.005]],
  ["1.2e-5 1E5 1.2×10^-5 1.2 x 10⁻⁵", [1.2e-5, 1e5, 1.2e-5, 1.2e-5]],
  ["45% 45 % 20°C 5€", [45, 45, 20, 5]],
  ["0.45±0.02 0.45 +/- 0.02 0.45+/-0.02", [0.45, 0.02, 0.45, 0.02, 0.45, 0.02]],
  ["0.5-0.7 3 - 2", [0.5, 0.7, 3, 2]],
  ["5n np.float64(0.5) Decimal('0.5')", [5, 0.5, 0.5]],
  ["5ms 1.5x 3rd 0x1f x1 GPT-2 layer.0", []],
  ["v1.2.3 1.2.3 192.168.0.1 2024-01-05 12:30:45 1:02:03.5 2024-01-05T12:30:45Z", []],
  ["/usr/lib/a1.so ./x-1.csv C:\\a1 http://a.b:80/1 #5 #ff0000 90/100", []],
];

for (const [line, numbers] of READ) {
  test(`${JSON.stringify(line)} prints ${numbers.length} numbers`, () => {
    assert.deepEqual(
      numbersInLine(line).map(({ value }) => value),
      numbers,
    );
  });
}

test("one unit of a number's last digit is known", () => {
  const units = numbersInLine("0.45 12 1.2e-5 1.20×10^3").map(({ unit }) => unit);
  assert.deepEqual(units, [0.01, 0, 1e-6, 10]);
});

for (const piece of ["x", ".", "1", "/", "-", "a.", "1.", "[", ",", " 1", "\u00a0"]) {
  test(`a line of 200,000 times ${JSON.stringify(piece)} takes linear time`, () => {
    const start = performance.now();
    numbersInLine(piece.repeat(200_000)); // quadratic, it would take minutes
    assert.ok(performance.now() - start < 10_000);
  });
}

test("what goes to standard error is not what a cell prints, wherever it stands", () => {
  const stream = (name: string, text: string): Output => ({ output_type: "stream", name, text });
  const printed = [stream("stdout", "1 of 2\n")];
  const told = [stream("stderr", "the engine is compiled, 16 s\n"), ...printed, stream("stderr", "3 warnings\n")];
  assert.equal(printedText(told), printedText(printed));
  assert.deepEqual(
    printedNumbers(told).map(({ value }) => value),
    [1, 2],
  );
});
