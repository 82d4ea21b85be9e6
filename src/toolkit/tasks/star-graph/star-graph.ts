/** @file The star graph: one of d arms leads from the source to the goal, and only the first node of the path is hard to choose. */
import { createStream } from "../../core/random-stream.ts";
import type { Task, Verdict } from "../task.ts";
import { END_ID } from "../vocabulary.ts";
import { createStarNotation, judgePath, spansOf, starPrompt } from "./path.ts";
import { drawStar, type StarGraphOptions, type StarProblem, starConfig } from "./problem.ts";

/** A star graph has an oracle always. */
export interface StarGraph extends Task<StarProblem> {
  readonly oracle: NonNullable<Task<StarProblem>["oracle"]>;
  readonly config: Required<StarGraphOptions>;
  /** The path that the task asks for, in the direction of its target. */
  path(problem: StarProblem): number[];
}

/**
 * The task: "0,3|3,5|0,2|2,4/0,4=" is answered "2,4<end>", a node a step. A learner that is taught word by word learns to
 * follow an arm and chooses the first node by chance: accuracy 1 / degree.
 *
 * @throws RangeError or TypeError that names the option when the problems cannot be generated as asked
 * @source Bachmann & Nagarajan 2024, arXiv:2403.06963, section 4
 * @example
 * ```ts
 * const task = starGraph({ seed: 7, degree: 2, armLength: 2, labels: 10 });
 * const problem = task.problem("train", 0);
 * task.verifyAnswer(problem, task.teach(problem)) // => "right"
 * ```
 */
export function starGraph(options: StarGraphOptions): StarGraph {
  const config = starConfig(options);
  const root = createStream(config.seed).split("star graph");
  const splitKey = root.split("split");
  const streams = { train: root.split("train"), validation: root.split("validation"), test: root.split("test") };
  const notation = createStarNotation(config.labels);
  const path = ({ arms }: StarProblem): number[] => {
    const arm = arms[0] as readonly number[];
    return config.target === "reversed" ? [...arm].reverse() : [...arm];
  };
  const idsOf = (problem: StarProblem) => path(problem).map((label) => notation.labels + label);
  const verify = (problem: StarProblem, completion: readonly number[]): Verdict => {
    if (completion[completion.length - 1] !== END_ID || completion.length === 1) return "unanswered";
    const wanted = idsOf(problem);
    const right = completion.length === wanted.length + 1 && wanted.every((id, at) => id === completion[at]);
    return right ? "right" : "wrong";
  };
  return {
    name: "star graph",
    vocabulary: notation.vocabulary,
    longest: { prompt: 3 * config.degree * config.armLength + 3, completion: config.armLength + 1 },
    config,
    path,
    size: () => Infinity,
    problem: (split, index) => drawStar(config, splitKey, streams[split].split(index), split, index),
    prompt: (problem) => starPrompt(notation, problem),
    teach: (problem) => [...idsOf(problem), END_ID],
    steps: spansOf,
    verifyAnswer: verify,
    verifyProcess: verify, // the answer is the path
    oracle: (problem, completion) => judgePath(notation, config, problem, completion),
  };
}
