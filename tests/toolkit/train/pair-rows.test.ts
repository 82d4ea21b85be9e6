/** @file Two texts in one row have the probabilities that each has by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  initialiseParameters,
  parameterSpecs,
  type TransformerParameters,
  transformerConfig,
} from "../../../src/toolkit/model/index.ts";
import type { Tensor } from "../../../src/toolkit/tensor/index.ts";
import { withReferenceLogProbs } from "../../../src/toolkit/train/index.ts";
import {
  type PairBatch,
  packPairs,
  pairBatchSpecs,
  pairLogProbs,
  pairRow,
} from "../../../src/toolkit/train/pair-rows.ts";

const PAIRS = [
  { id: "of one token each", context: [2], chosen: [3], rejected: [4] },
  { id: "the rejected begins the chosen", context: [2, 3, 5], chosen: [4, 4, 1], rejected: [4, 4] },
  { id: "the chosen begins the rejected", context: [2, 3, 5], chosen: [4], rejected: [4, 4, 1] },
  { id: "a row longer than the context", context: [5, 3], chosen: [4, 2, 3, 1, 5, 1], rejected: [3, 3, 2, 5, 4, 1] },
  { id: "a context as long as can be", context: [5, 3, 2, 4, 1, 5, 3], chosen: [4], rejected: [1] },
];

for (const positions of ["rotary", "learned"] as const) {
  test(`with ${positions} positions the texts of a pair have the probabilities that they have alone`, async () => {
    const sizes = { vocabularySize: 6, contextLength: 8, layers: 2, channels: 8, heads: 2, hidden: 8 };
    const config = transformerConfig({ ...sizes, positions });
    const fresh = initialiseParameters(config, createStream(3));
    const parameters = { ...fresh, embedding: fresh.embedding.map((weight) => 30 * weight) }; // what is probable hangs on the text
    const engine = referenceEngine();
    const pairs = await withReferenceLogProbs({ engine, config, parameters }, PAIRS);
    for (const together of [pairs, pairs.slice(1, 3), ...pairs.map((pair) => [pair])]) {
      const rows = together.length + 1; // one that nothing fills
      const needed = together.map(pairRow);
      const length = Math.max(...needed.map((row) => row.length)) + 1;
      const from = Math.min(...needed.map((row) => row.from));
      const run = await compile(
        engine,
        (inputs: { parameters: TransformerParameters<Tensor>; batch: PairBatch<Tensor> }) =>
          pairLogProbs(inputs.parameters, inputs.batch, config),
        { parameters: parameterSpecs(config), batch: pairBatchSpecs(rows, length, from) },
      );
      const batch = packPairs(together, rows, length, from);
      const found = await (await run({ parameters, batch })).read();
      for (const [at, { id, context, chosen, rejected, referenceLogProbs }] of together.entries()) {
        const start = at * (length - from) + context.length - 1 - from;
        const alone = [...referenceLogProbs.chosen, ...referenceLogProbs.rejected];
        assert.equal(alone.length, chosen.length + rejected.length);
        for (const [token, logProb] of alone.entries()) {
          const difference = Math.abs((found[start + token] as number) - logProb);
          assert.ok(difference < 1e-12, `${id}, token ${token}: ${difference}`);
        }
      }
    }
  });
}
