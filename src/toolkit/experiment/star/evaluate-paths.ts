/** @file What is measured of a policy on star graphs: the first node, which is the only choice, and the path. */
import type { TransformerPolicy } from "../../rollout/index.ts";
import type { Split, StarGraph } from "../../tasks/index.ts";
import { greedySolutions } from "../methods/greedy.ts";

/** Shares of problems in [0, 1], of greedy paths. */
export interface PathMeasures {
  /** the first node is that of the right path */
  readonly firstNode: number;
  /** all nodes are, and the path ends */
  readonly path: number;
  /** the first node is a neighbour of the source and every later one follows by an edge: an arm is walked, whichever */
  readonly walksAnArm: number;
}

export interface StarMeasures extends PathMeasures {
  readonly testProblems: number;
  /** the same on problems that the policy was trained on: what it remembers */
  readonly train: PathMeasures;
}

const TRAIN_PROBLEMS = 1000;

/** @param size problems that the policy was trained on */
export async function evaluatePaths(
  task: StarGraph,
  policy: TransformerPolicy,
  { testProblems, size }: { readonly testProblems: number; readonly size: number },
): Promise<StarMeasures> {
  return {
    testProblems,
    ...(await measurePaths(task, policy, "test", testProblems)),
    train: await measurePaths(task, policy, "train", Math.min(size, TRAIN_PROBLEMS)),
  };
}

async function measurePaths(
  task: StarGraph,
  policy: TransformerPolicy,
  split: Split,
  count: number,
): Promise<PathMeasures> {
  const solutions = await greedySolutions(task, policy, split, count);
  const judged = solutions.map(({ index, completion }) => {
    const problem = task.problem(split, index);
    const steps = task.oracle(problem, completion);
    return {
      right: task.verifyAnswer(problem, completion) === "right",
      first: completion[0] === task.teach(problem)[0],
      // "wrong arm" is a fault of the first node alone, which is a neighbour of the source all the same
      walks:
        steps.length === task.config.armLength && steps.every(({ holds, error }) => holds || error === "wrong arm"),
    };
  });
  const share = (what: "right" | "first" | "walks"): number => judged.filter((one) => one[what]).length / judged.length;
  return { firstNode: share("first"), path: share("right"), walksAnArm: share("walks") };
}
