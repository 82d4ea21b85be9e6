/** @file One round of SFT, RFT, DPO and per-step DPO on SmolLM2-135M-Instruct from a GGUF file, by all weights and by adapters: word problems in its own tokens.
 *
 *     node --import tsx tests/judges/pretrained-round.ts MODEL.gguf [weights|adapters]
 *
 * Four problems and a handful of updates: it shows that every part runs on a published model, and no number to be read.
 */
import { strict as assert } from "node:assert";
import { createStream } from "../../src/toolkit/core/random-stream.ts";
import { describeEngine, openEngine } from "../../src/toolkit/engine/index.ts";
import { problemsOf, taught } from "../../src/toolkit/experiment/methods/learner.ts";
import { openModel } from "../../src/toolkit/experiment/open-model.ts";
import { parameterSpecs, type TransformerParameters } from "../../src/toolkit/model/index.ts";
import { continueFrom, countVerdicts, sampleRollouts, selectPositives } from "../../src/toolkit/rollout/index.ts";
import { wordProblems } from "../../src/toolkit/tasks/index.ts";
import { isSpec } from "../../src/toolkit/tensor/graph.ts";
import type { Numbers } from "../../src/toolkit/tensor/index.ts";
import { flattenTree } from "../../src/toolkit/tensor/tree.ts";
import {
  dpo,
  type Identified,
  type Objective,
  rejectionFineTuning,
  rejectionFineTuningExamples,
  sft,
  stepDpo,
  train,
  withReferenceLogProbs,
} from "../../src/toolkit/train/index.ts";

const [path = "", only = "weights adapters"] = process.argv.slice(2);
const CONTEXT = 224; // tokens: the longest of these problems and its solution
const ROOM = 96; // tokens that a sampled solution may have

const { config, parameters, vocabulary } = await openModel(path, CONTEXT);
const engine = await openEngine({ threads: 2 });
console.log(describeEngine(engine));
const task = wordProblems({ seed: 51, steps: [2, 2], teacher: { terseRate: 0.3 }, vocabulary });
const problems = problemsOf(task, "train", 4);
const teacher = problems.map((problem) => taught(task, problem));
const stream = createStream(51);
type Weights = TransformerParameters<Numbers>;

for (const training of (["weights", "adapters"] as const).filter((one) => only.includes(one))) {
  const lowRank = training === "adapters" ? { lowRank: { rank: 8 } } : {};
  /** Trains, and gives the losses of the updates. */
  const trained = async <Example extends Identified>(
    from: Weights,
    objective: Objective<Example>,
    examples: readonly Example[],
    updates: number,
    rate: number,
  ): Promise<{ parameters: Weights; losses: number[] }> => {
    const losses: number[] = [];
    const outcome = await train({
      ...{ engine, config, parameters: from, objective, examples, updates, batchSize: Math.min(2, examples.length) },
      ...{ schedule: { shape: "constant", peak: training === "adapters" ? 20 * rate : rate, warmUp: 1 }, clipNorm: 1 },
      ...{ stream: stream.split(objective.name), observers: [{ updated: ({ loss }) => void losses.push(loss) }] },
      ...lowRank,
    });
    assert.ok(outcome.ok, outcome.ok ? "" : outcome.reason);
    assert.ok(losses.length === updates && losses.every(Number.isFinite));
    const told = losses.map((loss) => loss.toFixed(3)).join(", ");
    console.log(
      `${training}, ${objective.name}: loss ${told}; ${Math.round(process.cpuUsage().user / 1e6)} s of processor so far`,
    );
    return { parameters: outcome.parameters, losses };
  };

  const taughtPolicy = await trained(parameters, sft(), teacher, 4, 1e-4);
  assert.ok((taughtPolicy.losses.at(-1) ?? Infinity) < (taughtPolicy.losses[0] ?? 0), "SFT's loss does not fall");
  assertTrained(training, taughtPolicy.parameters);

  const policy = { engine, config, parameters: taughtPolicy.parameters };
  const write = continueFrom(policy, { temperature: 1, maxTokens: ROOM, stopTokens: [vocabulary.endId], batchSize: 8 });
  const rollouts = await sampleRollouts(task, problems, write, { samples: 2, stream: stream.split("rollouts") });
  const { right, wrong, unanswered } = countVerdicts(rollouts);
  console.log(`${training}: of 8 samples ${right} right, ${wrong} wrong, ${unanswered} unanswered`);
  assert.equal(right + wrong + unanswered, 8);

  const own =
    right === 0
      ? []
      : selectPositives(task, rollouts, { verifier: "answer", atMost: 1, stream: stream.split("select") }).kept.map(
          ({ index, id, completion }) => ({ id, prompt: task.prompt(task.problem("train", index)), completion }),
        );
  await trained(parameters, rejectionFineTuning(), rejectionFineTuningExamples(teacher, own), 1, 1e-4);

  // the teacher's solution against an own wrong one: whole, and up to its first wrong step by the oracle's word
  const failed = rollouts.flatMap(({ index, id, prompt, rollouts: written }) => {
    const rejected = written.find(({ verdict }) => verdict !== "right")?.completion;
    const chosen = task.teach(task.problem("train", index));
    return rejected === undefined ? [] : [{ id, index, context: prompt, chosen, rejected }];
  });
  assert.ok(failed.length > 0, "no wrong sample");
  const cut = failed.map(({ rejected, ...pair }) => {
    const { index } = pair;
    const steps = task.oracle(task.problem("train", index), rejected);
    const pit = Math.max(
      0,
      steps.findIndex(({ holds }) => !holds),
    );
    return { ...pair, rejected: rejected.slice(0, task.steps(rejected)[pit]?.end) };
  });
  for (const [objective, pairs] of [
    [dpo({ beta: 0.1 }), failed],
    [stepDpo({ beta: 0.1 }), cut],
  ] as const) {
    const { losses } = await trained(
      policy.parameters,
      objective,
      await withReferenceLogProbs(policy, pairs.slice(0, 2)),
      2,
      2e-6,
    );
    const [first = 0, second = 0] = losses;
    assert.ok(Math.abs(first - Math.LN2) < 1e-2, `${objective.name} begins at ln 2, got ${first}`); // the policy is the reference
    assert.ok(second < first, `${objective.name}'s loss does not fall`);
  }
}
console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB`);
process.exit(0);

/** All weights move; of a policy with merged adapters the layers of its blocks move, and all else is the same array. */
function assertTrained(training: string, after: Weights): void {
  const [before, now] = [parameters, after].map(leavesOf);
  for (const [name, leaf] of now ?? []) {
    const moved = leaf.some((value, at) => value !== before?.get(name)?.[at]);
    const expected = training === "weights" || /\.weight$/.test(name);
    assert.equal(moved, expected, `${training}: ${name}`);
  }
}

function leavesOf(tree: Weights): Map<string, Numbers> {
  const numbers = flattenTree(tree, (leaf): leaf is Numbers => ArrayBuffer.isView(leaf));
  assert.equal(numbers.length, flattenTree(parameterSpecs(config), isSpec).length);
  return new Map(numbers.map(({ name, leaf }) => [name, leaf]));
}
