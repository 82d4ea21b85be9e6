/** @file Sums, which a learner of word problems practises before it reads: what holds for each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/index.ts";
import { checkMarks, drawSum, wordProblems } from "../../../src/toolkit/tasks/index.ts";

test("a sum is a line's equation by itself: true, of whole numbers up to the largest, in words that the vocabulary has", () => {
  const { vocabulary } = wordProblems({ seed: 7 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(99, 999), (seed, largest) => {
      const { asked, answered } = drawSum(largest, createStream(seed));
      const [mark, ...more] = checkMarks(asked + answered);
      assert.ok(mark?.holds && more.length === 0, asked + answered);
      assert.match(asked + answered, /^(\d+) [-+*/] (\d+) = <<\1[-+*/]\2=(\d+)>>\3$/);
      assert.ok((answered.match(/\d+/g) ?? []).every((number) => Number(number) >= 1 && Number(number) <= largest));
      assert.equal(vocabulary.decode([...vocabulary.encode(asked), ...vocabulary.encode(answered)]), asked + answered);
    }),
    { seed: 7, numRuns: 60, endOnFailure: true },
  );
});
