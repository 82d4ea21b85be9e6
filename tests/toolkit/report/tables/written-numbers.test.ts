/** @file Files as people have them: semicolons, tabs, comments, decimal commas work; every other number is told how to be written. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readTable, rows } from "../../../../src/toolkit/report/index.ts";

const SCHEMA = { curve: "string", size: "number", error: "proportion" } as const;

async function reading(text: string): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), "numbers-"));
  try {
    const path = join(folder, "runs.csv");
    await writeFile(path, text);
    return rows(await readTable(path, SCHEMA)).map((row) => ({ ...row }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const EXPECTED = [
  { curve: "a", size: 1000, error: 0.5 },
  { curve: "b, c", size: 2000, error: 0.25 },
];

for (const [what, text] of [
  ["commas", 'curve,size,error\na,1000,0.5\n"b, c",2e3,.25\n'],
  ["semicolons and decimal commas", "curve;size;error\na;1000;0,5\nb, c;2000;0,25\n"],
  ["semicolons and points", "curve;size;error\na;1000;0.5\nb, c;2000;0.25\n"],
  ["tabs", "curve\tsize\terror\na\t1000\t0.5\nb, c\t2000\t0.25\n"],
  ["bars", "curve|size|error\na|1000|0.5\nb, c|2000|0.25\n"],
  [
    "comments above and between",
    '# made by hand; 2, 3\n\n# twice\ncurve,size,error\na,1000,0.5\n# half way\n"b, c",2000,0.25\n',
  ],
  ["a byte-order mark and comments", '\uFEFF# made by hand\r\ncurve,size,error\r\na,1000,0.5\r\n"b, c",2000,0.25\r\n'],
  ["a decimal comma that settles 1,000", "curve;size;error\na;1000,000;0,5\nb, c;2000,0;0,25\n"],
] as const) {
  test(`a file with ${what} is read`, async () => assert.deepEqual(await reading(text), EXPECTED));
}

for (const [cell, hint] of [
  ['"1,000"', /got "1,000" \(hint: write 1000 if the comma parts thousands, 1 if it is a decimal sign\)$/],
  ['"1,000,000"', /hint: write 1000000, without separators of thousands\)$/],
  ["1 000", /hint: write 1000, without separators/],
  ["1_000_000", /hint: write 1000000, without/],
  ['"1.000,5"', /hint: write 1000\.5, with a point as the decimal sign alone/],
  ['"0,5"', /hint: the decimal sign is a point: write 0\.5\)/],
  ["50%", /hint: write 0\.5, a share, for 50%\)/],
  ["70M", /hint: write 70e6\)/],
  ["0x10", /got "0x10" \(hint: write 16, in decimal digits\)/],
  ["NaN", /hint: leave the cell empty, and declare the column optional\)/],
  ["Infinity", /expected a number, got "Infinity"$/],
] as const) {
  test(`a size of ${cell} is told how to be written`, async () => {
    await assert.rejects(reading(`curve,size,error\na,${cell},0.5\n`), hint);
  });
}

test("a percentage is told to be divided, and a thousand in a file of decimal commas alone is left open", async () => {
  await assert.rejects(reading("curve,size,error\na,1000,57.5\n"), /got 57\.5 \(hint: divide percentages by 100\)/);
  await assert.rejects(reading("curve;size;error\na;1,000;0.5\n"), /write 1000 if the comma parts thousands/);
});

test("a line under comments keeps its number in errors", async () => {
  await assert.rejects(
    reading("# one\n# two\ncurve,size,error\na,x,0.5\n"),
    /line 4, column "size": expected a number, got "x"/,
  );
  await assert.rejects(
    reading("# one\ncurve;sizes;error\na;1;0.5\n"),
    /line 2: the header has no column "size" \(hint: did you mean "sizes"/,
  );
});
