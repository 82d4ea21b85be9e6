/** @file Choosing a token: temperature, top-k and top-p against distributions worked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChosenToken, chooseToken, type TokenOptions } from "../../../src/toolkit/rollout/choose-token.ts";
import { uniformFor } from "../../../src/toolkit/rollout/token-uniform.ts";

const PROBABILITIES = [0.1, 0.4, 0.2, 0.3];
const LOGITS = [9, 9, ...PROBABILITIES.map((p) => Math.log(p) + 5)]; // a shift changes nothing; two numbers stand before

function choose(uniform: number, options: TokenOptions): ChosenToken {
  const chosen = { token: -1, logProb: NaN, sampledLogProb: NaN };
  chooseToken(LOGITS, 2, 4, options, uniform, chosen);
  return chosen;
}

/** Each token's share of [0, 1), to 1/1000, and its probability as chooseToken tells it. */
function distribution(options: TokenOptions): { shares: number[]; told: number[] } {
  const shares = [0, 0, 0, 0];
  const told = [0, 0, 0, 0];
  for (let draw = 0; draw < 1000; draw++) {
    const { token, sampledLogProb } = choose((draw + 0.5) / 1000, options);
    shares[token] = (shares[token] as number) + 1;
    told[token] = Math.round(1e9 * Math.exp(sampledLogProb)) / 1e9;
  }
  return { shares, told };
}

const CASES: [string, TokenOptions, number[]][] = [
  ["temperature 1 is the softmax", {}, [0.1, 0.4, 0.2, 0.3]],
  // squares .01, .16, .04, .09 over their sum .30
  ["temperature 1/2 squares the probabilities", { temperature: 0.5 }, [1 / 30, 16 / 30, 4 / 30, 9 / 30]],
  ["top-k keeps the k most probable", { topK: 2 }, [0, 4 / 7, 0, 3 / 7]],
  ["top-k beyond the vocabulary keeps all", { topK: 9 }, [0.1, 0.4, 0.2, 0.3]],
  ["top-p keeps the token that crosses p", { topP: 0.5 }, [0, 4 / 7, 0, 3 / 7]],
  ["a small top-p keeps the most probable token", { topP: 0.01 }, [0, 1, 0, 0]],
  // after top-k 3: 4/9, 2/9, 3/9; two of them reach 0.75
  ["top-p is taken of what top-k leaves", { topK: 3, topP: 0.75 }, [0, 4 / 7, 0, 3 / 7]],
  // squares: 16/30 + 9/30 reach 0.8
  ["top-p is taken after temperature", { temperature: 0.5, topP: 0.8 }, [0, 16 / 25, 0, 9 / 25]],
];

for (const [claim, options, expected] of CASES) {
  test(claim, () => {
    const { shares, told } = distribution(options);
    for (const [token, probability] of expected.entries()) {
      assert.ok(Math.abs((shares[token] as number) - 1000 * probability) <= 1, `token ${token}: ${shares[token]}`);
      assert.ok(Math.abs((told[token] as number) - probability) < 2e-9, `token ${token}: ${told[token]}`);
    }
  });
}

test("whatever it is drawn from, a token's own log-probability is the policy's", () => {
  const { token, logProb } = choose(0.99, { temperature: 0.3, topK: 2 });
  assert.equal(token, 3);
  assert.ok(Math.abs(logProb - Math.log(0.3)) < 1e-12);
});

test("temperature 0 takes the first of the most probable tokens", () => {
  assert.equal(choose(0.999, { temperature: 0 }).token, 1);
  const chosen = { token: -1, logProb: NaN, sampledLogProb: NaN };
  chooseToken([2, 7, 7], 0, 3, { temperature: 0 }, 0.5, chosen);
  assert.equal(chosen.token, 1);
});

test("uniforms hang on seed and place, fill [0, 1) evenly and do not repeat", () => {
  const draws = Array.from({ length: 4000 }, (_, at) => uniformFor(2 ** 40 + Math.floor(at / 40), at % 40));
  assert.equal(new Set(draws).size, 4000);
  assert.ok(draws.every((draw) => draw >= 0 && draw < 1));
  const counts = new Array<number>(10).fill(0);
  for (const draw of draws) counts[Math.floor(10 * draw)] = (counts[Math.floor(10 * draw)] as number) + 1;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
  assert.ok(chiSquare < 27.88, `${chiSquare}`); // scipy.stats.chi2.ppf(0.999, 9)
  assert.notEqual(uniformFor(1, 0), uniformFor(1 + 2 ** 32, 0)); // the seed's high half counts
});
