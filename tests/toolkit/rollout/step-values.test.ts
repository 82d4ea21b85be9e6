/** @file Step values by Monte Carlo agree with exact ones, and their standard errors are those of their estimators. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  firstPit,
  type ProblemRollouts,
  prefixValue,
  prefixValues,
  sampleRollouts,
  stepAdvantages,
  type ValuedSolution,
  valueSteps,
} from "../../../src/toolkit/rollout/index.ts";
import { chainArithmetic, scriptedPolicy } from "../../../src/toolkit/tasks/index.ts";
import { problems, RATES, scripted, TASK } from "./scripted.ts";

const stream = createStream(11);

function solutionsOf(records: readonly ProblemRollouts[]) {
  return records.flatMap(({ split, index, id, rollouts }) =>
    rollouts.map(({ completion }) => ({ split, index, id, completion })),
  );
}

async function valued(count: number, samples: number): Promise<ValuedSolution[]> {
  const records = await sampleRollouts(TASK, problems(count), scripted(), {
    samples: 6,
    stream: stream.split("rollouts"),
  });
  return valueSteps(TASK, solutionsOf(records), scripted(), { samples, stream: stream.split("values") });
}

test("Monte Carlo values agree with exact ones within 3 standard errors, and are as wide as they say", async () => {
  const policy = scriptedPolicy(TASK, RATES);
  const samples = 400;
  const deviations: number[] = [];
  for (const { split, index, completion, spans, tallies } of await valued(40, samples)) {
    const problem = TASK.problem(split, index);
    for (const [at, tally] of tallies.entries()) {
      const exact = policy.exactValue(problem, completion.slice(0, at === 0 ? 0 : spans[at - 1]?.end));
      const { value } = prefixValue(tally);
      if (exact === 0 || exact === 1) assert.equal(value, exact);
      else if (at < spans.length) deviations.push((value - exact) / Math.sqrt((exact * (1 - exact)) / samples));
    }
  }
  assert.ok(deviations.length > 300);
  const outside = deviations.filter((deviation) => Math.abs(deviation) > 3).length;
  const meanSquare = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0) / deviations.length;
  assert.ok(outside / deviations.length < 0.01, `${outside} of ${deviations.length} beyond 3 standard errors`);
  assert.ok(Math.abs(meanSquare - 1) < 0.35, `mean square ${meanSquare}`); // 1 for a right standard error
});

test("exact values of a script worked by hand: one step, then two, with permutation tables", () => {
  // a permutation never lets a wrong value come right again: an early error loses
  const task = chainArithmetic({ seed: 3, operators: 9, modulus: 10, lengths: [2, 2], tables: "permutation" });
  const policy = scriptedPolicy(task, { errorRate: 0.1, skipRate: 0.5, skippedErrorRate: 0.6, silenceRate: 0.5 });
  const problem = task.problem("train", 0);
  const [f, g] = problem.definitions.map(({ operator }) => `f${operator}`);
  const value = (text: string) => policy.exactValue(problem, task.vocabulary.encode(text));
  const off = ((problem.values[0] as number) + 1) % 10;
  // not skipped .5: right, right .81, or wrong and the second error brings it back .1 * .1 / 9; skipped .5: .4; ended .5
  assert.ok(Math.abs(value("") - 0.5 * (0.5 * (0.81 + 0.01 / 9) + 0.5 * 0.4)) < 1e-12);
  assert.ok(Math.abs(value(`${f} ${problem.values[0]}`) - 0.5 * 0.9) < 1e-12);
  assert.ok(Math.abs(value(`${f} ${off}`) - (0.5 * 0.1) / 9) < 1e-12);
  assert.equal(value(`${f} ${g} ${problem.answer}`), 0.5);
  assert.equal(value(`${f} ${g} ${problem.answer} <end>`), 1);
});

test("exact values hold with two joined chains and shuffled definitions: the recursion equals simulation", () => {
  const task = chainArithmetic({
    seed: 5,
    operators: 30,
    modulus: 7,
    lengths: [4, 5],
    joinOperators: 2,
    definitions: "shuffled",
    distractors: 1,
  });
  const policy = scriptedPolicy(task, RATES);
  const own = stream.split("joined");
  for (let index = 0; index < 5; index++) {
    const problem = task.problem("test", index);
    const exact = policy.exactValue(problem, []);
    let right = 0;
    for (let sample = 0; sample < 2000; sample++) {
      if (task.verifyAnswer(problem, policy.complete(problem, [], own)) === "right") right++;
    }
    assert.ok(Math.abs(right / 2000 - exact) < 4 * Math.sqrt((exact * (1 - exact)) / 2000));
  }
});

test("a best-of-K value is unbiased: over all counts its mean is 1 - (1 - q)^K", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (n, k, q) => {
        fc.pre(k <= n);
        let mean = 0;
        let mass = (1 - q) ** n; // of c = 0
        for (let right = 0; right <= n; right++) {
          mean += mass * prefixValue({ right, samples: n }, k).value;
          mass *= ((n - right) / (right + 1)) * (q / (1 - q));
        }
        assert.ok(Math.abs(mean - (1 - (1 - q) ** k)) < 1e-9);
      },
    ),
    { numRuns: 200, seed: 2 },
  );
  assert.equal(prefixValue({ right: 1, samples: 5 }, 5).value, 1); // n = K: any of 5 right
  assert.throws(
    () => prefixValue({ right: 1, samples: 4 }, 5),
    /prefixValue requires bestOf to be an integer in \[1, 4\], got 5/,
  );
});

test("standard errors match the spread of the estimates", () => {
  const own = stream.split("spread");
  for (const bestOf of [1, 4]) {
    const estimates = Array.from({ length: 4000 }, () =>
      prefixValue({ right: own.binomial(16, 0.3), samples: 16 }, bestOf),
    );
    const mean = estimates.reduce((sum, { value }) => sum + value, 0) / estimates.length;
    const spread = Math.sqrt(estimates.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / estimates.length);
    const said = estimates.reduce((sum, { standardError }) => sum + standardError, 0) / estimates.length;
    assert.ok(Math.abs(said / spread - 1) < 0.1, `best of ${bestOf}: ${said} against ${spread}`);
  }
});

test("an advantage is the step's change of value, and advantages add up from the prompt to the verdict", async () => {
  for (const solution of await valued(10, 20)) {
    const advantages = stepAdvantages(solution).map(({ value }) => value);
    const values = prefixValues(solution).map(({ value }) => value);
    assert.equal(advantages.length, solution.spans.length);
    const total = (values[0] as number) + advantages.reduce((sum, advantage) => sum + advantage, 0);
    assert.ok(Math.abs(total - (solution.verdict === "right" ? 1 : 0)) < 1e-12);
  }
});

test("the first pit is the first step with the lowest value; none where no step takes the value down", () => {
  const cases: [number[], number | undefined][] = [
    [[0.8, 0.6, 0, 0.2, 0], 1],
    [[1, 1, 1, 0], 2],
    [[0.4, 0.2, 0.2], 0],
    [[0, 0, 0], undefined],
    [[0.2, 0.2], undefined],
    [[0.2, 0.4], undefined],
    [[0.5], undefined],
  ];
  for (const [values, pit] of cases) assert.equal(firstPit(values), pit, values.join());
});

test("a shared prefix is sampled once, and a record of another task is refused", async () => {
  const [problem] = problems(1);
  assert.ok(problem);
  const completion = TASK.teach(problem);
  const solution = { split: problem.split, index: 0, id: problem.id, completion };
  let asked = 0;
  const counting: ReturnType<typeof scripted> = (prefixes, samples, own) => {
    asked += prefixes.length;
    return scripted()(prefixes, samples, own);
  };
  const [one, other] = await valueSteps(TASK, [solution, solution], counting, { samples: 3, stream });
  assert.equal(asked, 4); // the prompt and three of four steps: the end is known
  assert.deepEqual(one, other);
  await assert.rejects(
    valueSteps(TASK, [{ ...solution, id: "1 f1" }], scripted(), { samples: 3, stream }),
    /chain arithmetic requires problem 0 of "train" to be ".*", got "1 f1" \(hint: the record is of another task or seed\)/,
  );
  const lazy = async () => [[]];
  await assert.rejects(
    valueSteps(TASK, [solution], lazy, { samples: 3, stream }),
    /continueFrom returned 0 completions for a prefix, not 3/,
  );
});
