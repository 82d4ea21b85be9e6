/** @file Random problems that the tests of the theory share. */
import fc from "fast-check";
import { createStream, type RandomStream } from "../../../src/toolkit/core/random-stream.ts";
import { randomStepGraph } from "../../../src/toolkit/theory/random-graph.ts";
import type { StepGraph } from "../../../src/toolkit/theory/step-graph.ts";
import { randomStepKinds, stepKindGraph } from "../../../src/toolkit/theory/step-kinds.ts";
import { unfold } from "../../../src/toolkit/theory/unfold.ts";

/** Graphs of every make: layered without structure, its tree, kinds of steps, their tree. */
export function graphOf(seed: number): StepGraph {
  const stream = createStream(seed);
  const size = { steps: 1 + stream.integer(3), width: 2 + stream.integer(3), choices: 2 + stream.integer(2) };
  const layered = randomStepGraph(stream, { ...size, problems: 1 + stream.integer(3) });
  const kinds = stepKindGraph(randomStepKinds(stream, { steps: 1 + stream.integer(4) }));
  return [layered, unfold(layered), kinds, unfold(kinds)][seed % 4] as StepGraph;
}

/** Checks a statement on random graphs, the same ones every time. */
export function onRandomGraphs(statement: (graph: StepGraph, stream: RandomStream) => void, numRuns = 60): void {
  const property = fc.property(fc.nat(100_000), (seed) => statement(graphOf(seed), createStream(seed).split("test")));
  fc.assert(property, { seed: 7, numRuns });
}

/** The largest absolute difference of two tables of one shape. */
export function largestGap(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number {
  const gaps = one.flatMap((row, state) =>
    row.map((value, action) => Math.abs(value - (other[state]?.[action] ?? NaN))),
  );
  return gaps.reduce((largest, gap) => (gap <= largest ? largest : gap), 0);
}
