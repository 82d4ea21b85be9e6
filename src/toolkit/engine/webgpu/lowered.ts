/** @file The kernels of a plan in the order in which a run hands them over. */
import type { Graph } from "../../tensor/index.ts";
import { sizeOf } from "../../tensor/spec.ts";
import { type Plan, planOf } from "../plan/plan.ts";
import { FAILURE_WORDS, type Kernel, type Place } from "./kernels/kernel.ts";
import { lower } from "./kernels/lower.ts";
import type { Turn } from "./settled.ts";
import type { Block, Slabs } from "./slabs.ts";

/** The kernels of a plan, written once for each way in which its values lie in slabs. */
export class Lowered {
  readonly #plan: Plan;
  /** Whether some ids are made by the graph, so that kernels check them. */
  readonly tellsIds: boolean;
  /** Elements of scratch memory. */
  readonly scratch: number;
  readonly #written = new Map<string, Turn[]>();

  constructor(plan: Plan, tellsIds: boolean) {
    this.#plan = plan;
    this.tellsIds = tellsIds;
    this.scratch = Math.max(FAILURE_WORDS, ...plan.instructions.map((_, at) => this.#kernels(at, () => 0).scratch));
  }

  /** All turns of a run, in their order. */
  turns(slabOf: (place: Place) => number): Turn[] {
    const { instructions, parts, values } = this.#plan;
    const key = values.map((_, value) => slabOf(value)).join();
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const of = (stage: string, part: number): Turn[] =>
      instructions.flatMap((instruction, at) => {
        if (instruction.stage !== stage) return [];
        const { ops } = instruction;
        return this.#kernels(at, slabOf).kernels.map((kernel) => ({ kernel, ops, part }));
      });
    const each = of("each", 0);
    const inParts = Array.from({ length: parts }, (_, part) => each.map((turn) => ({ ...turn, part }))).flat();
    const turns = [...of("before", 0), ...inParts, ...of("after", 0)];
    this.#written.set(key, turns);
    return turns;
  }

  #kernels(at: number, slabOf: (place: Place) => number): { kernels: readonly Kernel[]; scratch: number } {
    const instruction = this.#plan.instructions[at] as Plan["instructions"][number];
    return lower(instruction, slabOf, this.tellsIds ? { instruction: at } : undefined);
  }
}

/**
 * How many kernels a run of the graph hands over, how many buffers one of them binds at most, and the bytes that a run takes at a time.
 *
 * @param slabs where all arrays are put, as a device's would be
 */
export function countKernels(
  graph: Graph,
  slabs: Slabs,
): { readonly dispatches: number; readonly bindings: number; readonly bytes: number } {
  const plan = planOf(graph);
  const lowered = new Lowered(plan, false);
  const outputs = graph.outputs.map(({ tensor }) => tensor);
  const arrays = [...graph.inputs.map(({ tensor }) => tensor), ...plan.uniforms, ...outputs];
  const blocks = arrays.map(({ shape }) => slabs.take(sizeOf(shape)));
  const constants = slabs.take(plan.constants.length);
  const elements = plan.arenaElements + lowered.scratch;
  const workspace = slabs.take(elements);
  const turns = lowered.turns((place) => {
    const value = typeof place === "number" ? plan.values[place] : undefined;
    if (value === undefined || value.kind === "arena") return workspace.slab;
    return value.kind === "constant" ? constants.slab : (blocks[value.at] as Block).slab;
  });
  const bindings = Math.max(...turns.map(({ kernel }) => kernel.slabs.length));
  return { dispatches: turns.length, bindings, bytes: 4 * elements };
}
