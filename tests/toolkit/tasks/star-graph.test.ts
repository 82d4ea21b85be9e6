/** @file Star graphs: the text, the one path to the goal, the controls, disjoint splits, and the name of each error. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { problemStream, type StarGraphOptions, starGraph } from "../../../src/toolkit/tasks/index.ts";

const BASE = { seed: 7, degree: 3, armLength: 4, labels: 30 } as const;

test("the prompt lists every edge once, then source and goal, and the path is the only one that leads there", () => {
  const task = starGraph(BASE);
  for (const problem of problemStream(task, "train", { count: 50 })) {
    const text = task.vocabulary.decode(task.prompt(problem));
    const [, edgeText = "", source, goal] = /^(.*)\/(\d+),(\d+)=$/.exec(text) ?? [];
    const edges = edgeText.split("|").map((edge) => edge.split(",").map(Number) as [number, number]);
    assert.equal(new Set(edges.map(String)).size, 3 * 4);
    assert.equal(new Set(edges.flat()).size, 1 + 3 * 4); // labels are distinct
    const from = new Map(edges.map(([before, after]) => [after, before]));
    const path = [Number(goal)];
    for (let at = from.get(Number(goal)); at !== Number(source); at = from.get(at as number))
      path.unshift(at as number);
    assert.deepEqual(path, task.path(problem));
    assert.equal(task.vocabulary.decode(task.teach(problem)), `${path.join(",")}<end>`);
    assert.equal(task.verifyAnswer(problem, task.teach(problem)), "right");
    assert.deepEqual(task.vocabulary.encode(text), task.prompt(problem));
    assert.equal(task.prompt(problem).length, task.longest.prompt);
    assert.equal(task.teach(problem).length, task.longest.completion);
  }
});

test("the goal is at the end of any arm equally often", () => {
  const task = starGraph({ ...BASE, edges: "arms contiguous" });
  const counts = [0, 0, 0];
  for (const { edges, arms } of problemStream(task, "train", { count: 3000 })) {
    const place = Math.floor(edges.findIndex(([, to]) => to === arms[0]?.at(-1)) / 4);
    counts[place] = (counts[place] as number) + 1;
  }
  for (const count of counts) assert.ok(Math.abs(count / 3000 - 1 / 3) < 4 * Math.sqrt(2 / 9 / 3000), counts.join());
});

test("the reversed control asks for the same path from its goal, and contiguous arms keep their edges together", () => {
  const forward = starGraph(BASE);
  const reversed = starGraph({ ...BASE, target: "reversed" });
  const contiguous = starGraph({ ...BASE, edges: "arms contiguous" });
  for (let index = 0; index < 20; index++) {
    const problem = forward.problem("test", index);
    assert.equal(reversed.problem("test", index).id, problem.id);
    assert.deepEqual(reversed.path(problem), forward.path(problem).reverse());
    const { edges, arms, source } = contiguous.problem("test", index);
    for (let arm = 0; arm < 3; arm++) {
      const labels = edges.slice(4 * arm, 4 * arm + 4).map(([, to]) => to);
      assert.ok(arms.some((known) => known.join() === labels.join()));
      assert.equal(edges[4 * arm]?.[0], source);
    }
  }
});

test("no graph stands in two splits, and both controls share them", () => {
  const home = new Map<string, string>();
  for (const variant of [{}, { target: "reversed" }, { edges: "arms contiguous" }] as const) {
    const task = starGraph({ seed: 7, degree: 2, armLength: 1, labels: 7, ...variant }); // 7 * 6 * 5 graphs
    for (const split of ["train", "validation", "test"] as const) {
      for (const { id } of problemStream(task, split, { count: 1500 })) {
        assert.equal(home.get(id) ?? split, split);
        home.set(id, split);
      }
    }
  }
  assert.equal(home.size, 210);
});

test("each error of a path has its name, and the fault of a wrong arm is its first node's alone", () => {
  const task = starGraph(BASE);
  const problem = task.problem("train", 3);
  const [right, other] = problem.arms.map((arm) => arm.map(String)) as [string[], string[]];
  const errors = (nodes: readonly string[], end = "<end>") =>
    task.oracle(problem, task.vocabulary.encode(`${nodes.join(",")}${end}`)).map(({ error }) => error ?? "");
  const [a, b, c, d] = right as [string, string, string, string];
  assert.deepEqual(errors(right), ["", "", "", ""]);
  assert.deepEqual(errors(other), ["wrong arm", "", "", ""]);
  assert.deepEqual(errors([a, b]), ["", "stopped early"]);
  assert.deepEqual(errors([]), ["stopped early"]);
  assert.deepEqual(errors([a, b, c, d, a]), ["", "", "", "", "past the end"]);
  assert.deepEqual(errors([b, c, d]), ["no edge", "", "stopped early"]);
  assert.deepEqual(errors([a], "|"), ["", "no label"]);
  assert.equal(task.verifyAnswer(problem, task.vocabulary.encode(`${other.join(",")}<end>`)), "wrong");
  assert.equal(task.verifyAnswer(problem, task.vocabulary.encode(right.join(","))), "unanswered");
  assert.equal(task.verifyAnswer(problem, [task.vocabulary.endId]), "unanswered");
  const reversed = starGraph({ ...BASE, target: "reversed" });
  const judged = reversed.oracle(problem, reversed.vocabulary.encode(`${[a, b].join(",")}<end>`));
  assert.deepEqual(
    judged.map(({ error }) => error),
    ["no edge", "no edge"],
  );
});

test("text and ids are each other's inverse, and what is neither is refused", () => {
  const { vocabulary } = starGraph(BASE);
  const ids = Array.from({ length: vocabulary.size }, (_, id) => [id, vocabulary.size - 1 - id]).flat();
  assert.deepEqual(vocabulary.encode(vocabulary.decode(ids)), ids);
  for (const text of ["30", "01", "1,|2", "a", "1, 2", "<bad>", "1,,2", ","]) {
    assert.throws(() => vocabulary.encode(text), /^RangeError: encode requires/, text);
  }
  assert.throws(() => vocabulary.decode([vocabulary.size]), /decode requires ids to be integers/);
});

test("a graph that needs more labels than there are is refused by name", () => {
  const refused = (options: Partial<StarGraphOptions>, message: RegExp) =>
    assert.throws(() => starGraph({ ...BASE, ...options }), message);
  refused({ labels: 12 }, /starGraph requires labels to be at least 13, one for each node, got 12/);
  refused({ degree: 1 }, /starGraph requires degree to be an integer in \[2, 1000\], got 1/);
});
