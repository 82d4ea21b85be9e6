/** @file What every stage of the star graph's study needs: its graphs, its model's configuration, and its random streams. */
import { createStream } from "../../core/random-stream.ts";
import { type StarGraph, type StarGraphOptions, starGraph } from "../../tasks/index.ts";
import { type Learner, learnerOf } from "../methods/learner.ts";
import type { ModelSettings } from "../methods/methods.ts";
import type { StarTarget } from "./star-config.ts";

/** The settings that all stages of a run share. */
export interface StarSettings {
  readonly graph: StarGraphOptions;
  readonly model: ModelSettings;
  readonly seed: number;
  /** problems with the right path */
  readonly size: number;
  readonly validationProblems: number;
}

/**
 * Problems of one seed are the same in both targets.
 *
 * @param stage whose random numbers are drawn
 */
export function createStarLearner(
  { graph, model, seed }: StarSettings,
  stage: string,
  target: StarTarget = "forward",
): Learner<StarGraph> {
  const task = starGraph({ ...graph, target });
  const room = task.longest.completion + 1; // a path that is a node too long is told from one that ends
  return learnerOf(task, model, room, createStream(seed).split("star study").split(stage));
}

const BASE_GRAPHS = 1_000_000; // added to a seed: the base learner's graphs are drawn apart from those of the study

/** Graphs of another seed, whose paths are told from the goal back. */
export function baseGraphs({ graph }: StarSettings): StarGraph {
  return starGraph({ ...graph, seed: graph.seed + BASE_GRAPHS, target: "reversed" });
}
