/** @file Inputs without end for what reads: each gives a value or a one-line error of its type, soon, and keeps no memory.
 *
 * EIGHTFOLD_FUZZ_SECONDS a reader (1 when it is not set), from EIGHTFOLD_FUZZ_SEED (1). What was once found lies in corpus/READER/
 * and is read first; a new find is reported with its input, to be saved there.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";

const SECONDS = Number(process.env.EIGHTFOLD_FUZZ_SECONDS ?? 1);
const SEED = Number(process.env.EIGHTFOLD_FUZZ_SEED ?? 1);
/** An input of some kilobytes takes milliseconds; a hang, or time that grows by the square, is far beyond. */
const MOST_MS = 10_000;
/** What all inputs together may leave behind. */
const MOST_GROWTH_MIB = 512;

/**
 * A test that reads the corpus and then arbitrary inputs.
 *
 * @param name of the reader, and of its folder in the corpus
 * @param inputs the bytes or text of a file, most of them nearly right
 * @param read throws, by `assert` or otherwise, when a promise is not kept
 */
export function fuzz(name: string, inputs: fc.Arbitrary<string>, read: (input: string) => unknown): void {
  const timed = async (input: string): Promise<void> => {
    const start = performance.now();
    await read(input);
    const took = performance.now() - start;
    assert.ok(took < MOST_MS, `it took ${took.toFixed(0)} ms`);
  };
  test(`${name}: what once failed is a value or one line`, async () => {
    const folder = join(import.meta.dirname, "corpus", name);
    const files = readdirSync(folder);
    assert.ok(files.length > 0);
    for (const file of files) await timed(readFileSync(join(folder, file), "latin1"));
  });
  test(`${name}: any input is a value or one line, soon, in bounded memory`, {
    timeout: SECONDS * 1000 + 120_000,
  }, async () => {
    const before = process.memoryUsage.rss();
    const limits = { interruptAfterTimeLimit: SECONDS * 1000, numRuns: 1e7, seed: SEED };
    await fc.assert(fc.asyncProperty(inputs, timed), { ...limits, markInterruptAsFailure: false });
    const growth = (process.memoryUsage.rss() - before) / 2 ** 20;
    assert.ok(growth < MOST_GROWTH_MIB, `${growth.toFixed(0)} MiB were kept`);
  });
}

/** A reason for people: one line, and nothing of a program's. */
export function assertOneLine(reason: string): void {
  assert.ok(reason.length > 0 && reason.length < 2_000, `${reason.length} characters`);
  assert.doesNotMatch(
    reason,
    /[\r\n]|^\s+at |node:internal|Cannot read propert|is not a function|is not iterable|not defined/,
  );
}

/** A valid text with a few places broken: cut, doubled, or written over with what readers stumble over. */
export function nearly(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 20 }),
    put: fc.oneof(fc.constantFrom(...STUMBLES), fc.string({ unit: "binary", maxLength: 5 })),
  });
  return fc.tuple(texts, fc.array(edit, { maxLength: 4 })).map(([text, edits]) =>
    edits.reduce((one, { at, length, put }) => {
      const place = Math.floor(at * one.length);
      return one.slice(0, place) + put + one.slice(place + length);
    }, text),
  );
}

const STUMBLES = [
  ...[
    "null",
    "NaN",
    "1e999",
    "-0",
    '"__proto__"',
    '"constructor"',
    "[]",
    "{}",
    '""',
    "[[[[",
    "}}",
    "\\u0000",
    "\\ud800",
  ],
  ...["\u0000", "\ufeff", "\u2028", "\r", "\n\n", '"', '""', ",", ";", "\t", "'", "#", "9".repeat(30), "\u00ff"],
];

/** JSON values of every kind, with the keys that readers trip over. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fc.constantFrom("__proto__", "constructor", "toString", "length", "data"),
    fc.jsonValue({ maxDepth: 1 }),
  ),
  fc.constantFrom(...[null, "", 0, -1, 1e308, true, [], {}, [[]], [null], "\u0000", "\u2028"]),
);

/** A value that is most often of the right kind, and sometimes of any. */
export function mostly<Value>(right: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: anyJson });
}
