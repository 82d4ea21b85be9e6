/** @file Monte Carlo through the code that real rollouts use agrees with exact values: one task, one token a step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  type ContinueFrom,
  firstPit,
  prefixValue,
  prefixValues,
  stepAdvantages,
  valueSteps,
} from "../../../src/toolkit/rollout/index.ts";
import type { Problem, Task } from "../../../src/toolkit/tasks/index.ts";
import {
  bestOfK,
  exactValues,
  type Policy,
  type Solution,
  type StepGraph,
  sampleContinuation,
  solutionsOf,
  writtenPolicy,
} from "../../../src/toolkit/theory/index.ts";
import { graphOf } from "./instances.ts";

const SAMPLES = 400;
const STANDARD_ERRORS = 5; // some hundred comparisons, seeded

/** The state after some steps, each the number of an action. */
function stateAfter(graph: StepGraph, start: number, steps: readonly number[]): number {
  return steps.reduce((state, action) => graph.states[state]?.actions[action]?.next ?? -1, start);
}

/** A graph as a task: problem i is start i, a token is the number of an action, and the last step ends the completion. */
function asTask(graph: StepGraph): Task<Problem> {
  const startOf = ({ index }: Problem) => graph.starts[index]?.state ?? -1;
  const verdictOf = (problem: Problem, completion: readonly number[]) => {
    const end = graph.states[stateAfter(graph, startOf(problem), completion)];
    if (end === undefined || end.actions.length > 0) return "unanswered";
    return end.reward === 1 ? "right" : "wrong";
  };
  const refuse = () => assert.fail("rollouts ask for no text and no teacher");
  return {
    name: "graph of steps",
    vocabulary: { size: 10, padId: 0, endId: 1, encode: refuse, decode: refuse },
    longest: { prompt: 0, completion: 10 },
    size: () => graph.starts.length,
    problem: (split, index) => ({ id: `start ${index}`, split, index }),
    prompt: () => [],
    teach: refuse,
    steps: (completion) => completion.map((_, start) => ({ start, end: start + 1 })),
    verifyAnswer: verdictOf,
    verifyProcess: verdictOf,
  };
}

function asContinueFrom(graph: StepGraph, policy: Policy): ContinueFrom {
  return (prefixes, samplesEach, stream) =>
    Promise.resolve(
      prefixes.map(({ problem, completion }, index) => {
        const from = stateAfter(graph, graph.starts[problem.index]?.state ?? -1, completion);
        const own = stream.split(index);
        const write = () => sampleContinuation(graph, policy, from, own).steps.map(({ action }) => action);
        return Array.from({ length: samplesEach }, write);
      }),
    );
}

async function valued(graph: StepGraph, solutions: readonly Solution[], samples: number) {
  const records = solutions.map(({ problem, steps }) => ({
    ...{ split: "train" as const, index: problem, id: `start ${problem}` },
    completion: steps.map(({ action }) => action),
  }));
  const stream = createStream(7);
  return valueSteps(asTask(graph), records, asContinueFrom(graph, writtenPolicy(graph)), { samples, stream });
}

/** The exact values of a solution's prefixes: of the prompt, then after each step. */
function exactPrefixValues(graph: StepGraph, { problem, steps }: Solution): number[] {
  const { values, qValues } = exactValues(graph, writtenPolicy(graph));
  const prompt = values[graph.starts[problem]?.state ?? -1] ?? Number.NaN;
  return [prompt, ...steps.map(({ state, action }) => qValues[state]?.[action] ?? Number.NaN)];
}

function assertNear(estimate: number, exact: number, samples: number): void {
  const room = STANDARD_ERRORS * Math.sqrt((exact * (1 - exact)) / samples) + 1e-9;
  assert.ok(Math.abs(estimate - exact) <= room, `${estimate} is not ${exact} +- ${room}`);
}

for (const seed of [4, 5, 6, 7]) {
  test(`rollouts estimate the exact values and advantages of random problem ${seed}`, async () => {
    const graph = graphOf(seed);
    const solutions = solutionsOf(graph, writtenPolicy(graph)).slice(0, 12);
    for (const [index, record] of (await valued(graph, solutions, SAMPLES)).entries()) {
      const exact = exactPrefixValues(graph, solutions[index] as Solution);
      for (const [step, { value }] of prefixValues(record).entries()) assertNear(value, exact[step] ?? NaN, SAMPLES);
      for (const [step, { value }] of stepAdvantages(record).entries()) {
        const [before, after] = [exact[step] ?? NaN, exact[step + 1] ?? NaN];
        const room = STANDARD_ERRORS * Math.sqrt((before * (1 - before) + after * (1 - after)) / SAMPLES) + 1e-9;
        assert.ok(Math.abs(value - (after - before)) <= room);
      }
    }
  });
}

test("best-of-5 by rollouts is the exact best-of-5 value in the mean", async () => {
  const graph = graphOf(5);
  const solution = solutionsOf(graph, writtenPolicy(graph))[0] as Solution;
  const [record] = await valued(graph, [solution], 4000);
  const exact = bestOfK(exactPrefixValues(graph, solution)[0] ?? Number.NaN, 5);
  const estimate = prefixValue(record?.tallies[0] ?? { right: 0, samples: 1 }, 5);
  assert.ok(Math.abs(estimate.value - exact) < 4 * estimate.standardError + 1e-9);
});

test("with many rollouts the first pit is the first step of q-value 0", async () => {
  const graph = graphOf(6);
  const wrong = solutionsOf(graph, writtenPolicy(graph)).filter(({ reward }) => reward === 0);
  for (const [index, record] of (await valued(graph, wrong, SAMPLES)).entries()) {
    const after = exactPrefixValues(graph, wrong[index] as Solution).slice(1);
    assert.equal(firstPit(prefixValues(record).map(({ value }) => value)), after.indexOf(0));
  }
});
