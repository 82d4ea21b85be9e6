/** @file Problems with a cue and with a shortcut: what they are made of, and what each way to train does there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { advantageFilteredSteps } from "../../../src/toolkit/theory/advantage-data.ts";
import { cueProblems } from "../../../src/toolkit/theory/cue-problems.ts";
import { dataReaching } from "../../../src/toolkit/theory/data-reaching.ts";
import { exactValues } from "../../../src/toolkit/theory/exact-values.ts";
import { gradientFlow } from "../../../src/toolkit/theory/gradient-flow.ts";
import { weightedLikelihood } from "../../../src/toolkit/theory/likelihood.ts";
import type { Objective } from "../../../src/toolkit/theory/objective.ts";
import { preferenceObjective } from "../../../src/toolkit/theory/preference.ts";
import { pitPairs, responsePairs } from "../../../src/toolkit/theory/preference-data.ts";
import { shortcutProblems } from "../../../src/toolkit/theory/shortcut-problems.ts";
import { softmaxFamily } from "../../../src/toolkit/theory/softmax-family.ts";
import { type Policy, type StepGraph, writtenPolicy } from "../../../src/toolkit/theory/step-graph.ts";
import { rejectionSteps, verifiedSteps } from "../../../src/toolkit/theory/verified-data.ts";

const beta = 1;
const DATA = 30;

function teacherOf({ states }: StepGraph): Policy {
  return states.map(({ actions }) => {
    const right = Math.max(
      0,
      actions.findIndex(({ name }) => name === "right"),
    );
    return actions.map((_, action) => Number(action === right));
  });
}

/** SFT for DATA problems, then each method on 8 samples a problem: test errors, and the cue's weight. */
function study(cueRate: number) {
  const { train, test: unseen } = cueProblems({ facts: 4, zipf: 1, criticalSteps: 2, choices: 4, cueRate });
  const errorOf = (policy: Policy) => 1 - exactValues(unseen, policy).success;
  const family = softmaxFamily(train, writtenPolicy(train), "shared");
  const cue = family.features.indexOf("cue");
  const sft = weightedLikelihood("SFT", verifiedSteps(train, teacherOf(train)));
  const [start] = gradientFlow(family, sft, { times: [DATA] });
  const reference = start?.policy ?? [];
  const again = softmaxFamily(train, reference, "shared");
  const after = (objective: Objective) => {
    const [end] = gradientFlow(again, objective, { times: [8 * DATA], tolerance: 1e-6 });
    return { error: errorOf(end?.policy ?? []), cueMove: end?.weights[cue] ?? Number.NaN };
  };
  return {
    sft: { error: errorOf(reference), cueMove: start?.weights[cue] ?? Number.NaN },
    rft: after(weightedLikelihood("RFT", verifiedSteps(train, reference))),
    dpo: after(preferenceObjective("DPO", responsePairs(train, reference), { beta, reference })),
    forked: after(
      preferenceObjective("fork", pitPairs(train, reference, { construction: "forked" }), { beta, reference }),
    ),
  };
}

test("with a cue that is right 9 times of 10, SFT learns it, RFT and DPO amplify it, per-step pairs do so far less", () => {
  const { sft, rft, dpo, forked } = study(0.9);
  assert.ok(sft.cueMove > 1);
  assert.ok(rft.cueMove > 0.3 && dpo.cueMove > 0.3, `${rft.cueMove} ${dpo.cueMove}`);
  assert.ok(forked.cueMove < rft.cueMove / 5, `${forked.cueMove}`);
  assert.ok(forked.error < rft.error && rft.error < dpo.error && forked.error < sft.error);
});

test("with a cue that is right by chance alone, no method moves it, and the order is another", () => {
  const { sft, rft, dpo, forked } = study(0.25);
  for (const { cueMove } of [sft, rft, dpo, forked]) assert.ok(Math.abs(cueMove) < 1e-6);
  assert.ok(rft.error < dpo.error);
  assert.ok(Math.abs(rft.error - forked.error) < 0.03); // without the cue, negatives have no edge over positives
});

test("training and test share states and differ in the cue; memory gives training states of their own", () => {
  const { train, test: unseen } = cueProblems({ facts: 3, criticalSteps: 2, choices: 4, cueRate: 1 });
  assert.equal(train.states, unseen.states);
  assert.ok(train.starts.every(({ probability }, index) => probability === (index % 4 === 0 ? 1 / 3 : 0)));
  assert.ok(Math.abs((unseen.starts[0]?.probability ?? 0) - 1 / 48) < 1e-15); // 1/3 for the fact, 1/4 for each cue
  const known = cueProblems({ facts: 3, criticalSteps: 2, choices: 4, cueRate: 0.9, memory: 2 });
  const shared = known.train.starts.filter(({ state }) => known.test.starts.some((start) => start.state === state));
  assert.deepEqual(shared, []);
});

test("over-training with memory leaves no negatives while the test error stays, and then no method gains", () => {
  const { train, test: unseen } = cueProblems({
    facts: 4,
    zipf: 1,
    criticalSteps: 2,
    choices: 4,
    cueRate: 0.9,
    memory: 2,
  });
  const family = softmaxFamily(train, writtenPolicy(train), "shared");
  const sft = weightedLikelihood("SFT", verifiedSteps(train, teacherOf(train)));
  const [early, late] = gradientFlow(family, sft, { times: [20, 2000], tolerance: 1e-6 });
  const gainFrom = (reference: Policy): { negatives: number; gain: number } => {
    const pairs = pitPairs(train, reference, { construction: "forked" });
    const objective = preferenceObjective("fork", pairs, { beta, reference });
    const [end] = gradientFlow(softmaxFamily(train, reference, "shared"), objective, { times: [160], tolerance: 1e-6 });
    const [before, after] = [reference, end?.policy ?? []].map((policy) => 1 - exactValues(unseen, policy).success);
    return { negatives: 1 - exactValues(train, reference).success, gain: (before as number) / (after as number) };
  };
  const [first, last] = [gainFrom(early?.policy ?? []), gainFrom(late?.policy ?? [])];
  assert.ok(first.negatives > 0.1 && last.negatives < 0.01, `${first.negatives} ${last.negatives}`);
  assert.ok(first.gain > 1.1 && last.gain < 1.03, `${first.gain} ${last.gain}`);
});

test("RFT with duplicates dropped falls, then rises with samples a problem; without luck or with A > 0 it does not", () => {
  const errors = ({ luck, distinct, filtered }: { luck: number; distinct: boolean; filtered: boolean }) => {
    const graph = shortcutProblems({ facts: 6, zipf: 1, choices: 4, luck });
    const family = softmaxFamily(graph, writtenPolicy(graph), "shared");
    const original = verifiedSteps(graph, teacherOf(graph));
    const [sft] = gradientFlow(family, weightedLikelihood("SFT", original), { times: [DATA] });
    const reference = sft?.policy ?? [];
    const allowed = advantageFilteredSteps(graph, reference);
    return [1, 4, 64, 1024].map((samples) => {
      const kept = rejectionSteps(graph, reference, { samples, distinct });
      const steps = original.map((row, state) =>
        row.map((weight, action) => {
          const keep = !filtered || (allowed[state]?.[action] ?? 0) > 0;
          return weight + (keep ? (kept[state]?.[action] ?? 0) : 0);
        }),
      );
      const [end] = gradientFlow(family, weightedLikelihood("RFT", steps), { times: [DATA] });
      return 1 - exactValues(graph, end?.policy ?? []).success;
    });
  };
  const [one, four, many, most] = errors({ luck: 0.3, distinct: true, filtered: false }) as [
    number,
    number,
    number,
    number,
  ];
  assert.ok(four < one && many > four && most > one);
  for (const off of [
    errors({ luck: 0, distinct: true, filtered: false }),
    errors({ luck: 0.3, distinct: false, filtered: false }),
    errors({ luck: 0.3, distinct: true, filtered: true }),
  ]) {
    for (const [index, error] of off.slice(1).entries()) assert.ok(error <= (off[index] ?? 0) + 1e-6);
  }
});

test("data for an error is read off between the curve's points, after its last fall, and refused beyond its ends", () => {
  const curve = [1, 2, 4, 8].map((time) => ({ time, error: 0.8 / time }));
  const reached = dataReaching(curve, 0.8 / 3);
  assert.ok(reached.ok && Math.abs(reached.time - 3) < 1e-12); // a power law is straight between its points
  const bumpy = [0.5, 0.3, 0.6, 0.2].map((error, index) => ({ time: 2 ** index, error }));
  const last = dataReaching(bumpy, 0.4);
  assert.ok(last.ok && last.time > 4);
  assert.deepEqual([dataReaching(curve, 0.05).ok, dataReaching(curve, 0.9).ok], [false, false]);
});
