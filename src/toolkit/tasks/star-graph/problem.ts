/** @file Star graphs: a source, arms of labelled nodes, and the order in which their edges are told. */
import { requireCount, requireOneOf, wrong } from "../../core/argument-checks.ts";
import type { RandomStream } from "../../core/random-stream.ts";
import { drawInSplit } from "../problem-split.ts";
import { inRandomOrder, randomSubset } from "../random-order.ts";
import type { Problem, Split } from "../task.ts";

export interface StarGraphOptions {
  /** fixes problems and splits; variants that share seed and labels share these */
  seed: number;
  /** arms, a count >= 2 */
  degree: number;
  /** nodes of an arm without the source, a count >= 1 */
  armLength: number;
  /** labels are 0 to labels - 1, a count of at least 1 + degree * armLength */
  labels: number;
  /** "shuffled" edges hide the arms; "arms contiguous" writes each arm from the source on, an easier control. "shuffled" by default */
  edges?: "shuffled" | "arms contiguous";
  /** "forward" paths begin at the source; "reversed" ones at the goal, a control without a choice. "forward" by default */
  target?: "forward" | "reversed";
}

export interface StarProblem extends Problem {
  readonly source: number;
  /** each from the source's neighbour on, (degree, armLength); the first one ends in the goal */
  readonly arms: readonly (readonly number[])[];
  /** in the order of the text, as [from, to] */
  readonly edges: readonly (readonly [number, number])[];
}

/**
 * Fills in the defaults and refuses what cannot be generated.
 *
 * @throws RangeError or TypeError that names the option
 */
export function starConfig(options: StarGraphOptions): Required<StarGraphOptions> {
  const config = { edges: "shuffled", target: "forward", ...options } as const;
  const { seed, degree, armLength, labels } = config;
  requireCount("starGraph", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount("starGraph", "degree", degree, 2, 1000);
  requireCount("starGraph", "armLength", armLength, 1, 1000);
  requireCount("starGraph", "labels", labels, 1, 100_000);
  requireOneOf("starGraph", "edges", config.edges, ["shuffled", "arms contiguous"]);
  requireOneOf("starGraph", "target", config.target, ["forward", "reversed"]);
  const nodes = 1 + degree * armLength;
  if (labels < nodes) throw wrong("starGraph", `labels to be at least ${nodes}, one for each node`, labels);
  return config;
}

/** Which graph it is hangs on its labelled arms; the order of edges and arms does not make another problem. */
export function drawStar(
  config: Required<StarGraphOptions>,
  splitKey: RandomStream,
  stream: RandomStream,
  split: Split,
  index: number,
): StarProblem {
  const { degree, armLength, labels } = config;
  const { source, arms, content } = drawInSplit("starGraph", splitKey, split, () => {
    const [first, ...others] = randomSubset(labels, 1 + degree * armLength, stream);
    const drawn = Array.from({ length: degree }, (_, arm) => others.slice(arm * armLength, (arm + 1) * armLength));
    const [asked, ...rest] = drawn as [number[], ...number[][]];
    const inOrder = [asked, ...rest.sort((one, other) => (one[0] as number) - (other[0] as number))];
    return { source: first as number, arms: inOrder, content: [first as number, ...inOrder.flat()] };
  });
  const shown = inRandomOrder(arms, stream).flatMap((arm) =>
    arm.map((label, at): [number, number] => [at === 0 ? source : (arm[at - 1] as number), label]),
  );
  const edges = config.edges === "shuffled" ? inRandomOrder(shown, stream) : shown;
  return { id: content.join(" "), split, index, source, arms, edges };
}
