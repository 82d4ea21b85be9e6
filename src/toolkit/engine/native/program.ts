/** @file One compiled graph on the kernels: checks what it is handed, runs on a worker, writes results over what the caller has spent. */
import type { Graph } from "../../tensor/index.ts";
import type { DeviceArray, Program, RunOptions } from "../engine.ts";
import { idBounds, requireIds } from "../id-bounds.ts";
import type { Instruction } from "../plan/instruction.ts";
import { type Plan, planOf } from "../plan/plan.ts";
import { ResultArrays } from "../result-arrays.ts";
import { requireInputs } from "../run-checks.ts";
import { uniforms } from "../uniforms.ts";
import type { Addon, Threads } from "./addon.ts";
import { type Cells, emptyArray, NativeArray, ownArray } from "./arrays.ts";
import { codeOf, placesOf, sumsOf } from "./words.ts";

/** The threads serve one run at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Calls after all earlier calls have ended. */
  take<T>(call: () => Promise<T> | T): Promise<T> {
    const turn = this.#last.then(call);
    this.#last = turn.catch(() => {}); // whoever took the turn is told; the next one goes on
    return turn;
  }
}

export async function compileProgram(addon: Addon, threads: Threads, turns: Turns, graph: Graph): Promise<Program> {
  const plan = planOf(graph);
  const { parts, constants, arenaElements } = plan;
  const words = [placesOf(plan), codeOf(plan)] as const;
  const program = addon.createProgram(threads, ...words, parts, constants, arenaElements, sumsOf(plan));
  const bounds = idBounds(graph);
  const memory = new ResultArrays<NativeArray>(graph, plan.mayOverwrite, (spec, cells) =>
    cells === undefined ? emptyArray(addon, spec) : new NativeArray(spec, cells as Cells, true),
  );
  return { run, dispose: () => void turns.take(() => addon.freeProgram(program)) };

  async function run(inputs: readonly DeviceArray[], { seed = 0, spent = [] }: RunOptions = {}) {
    requireInputs(graph, inputs);
    const arrays = inputs.map(ownArray);
    for (const bound of bounds) requireIds(bound, (arrays[bound.input] as NativeArray).cells);
    const drawn = plan.uniforms.map(({ attributes, shape }) => uniforms(seed, String(attributes.stream), shape));
    const given = spent.map((array) => array && ownArray(array));
    const results = memory.take(arrays, given);
    const cells = [...arrays.map((array) => array.cells), ...drawn, ...results.map((array) => array.cells)];
    const [failed, id] = await turns.take(() => addon.run(program, cells));
    if (failed < 0) {
      const megabytes = Math.ceil((arenaElements * 4) / 1e6);
      throw new Error(`a run requires ${megabytes} MB of memory, got none (hint: a smaller batch)`);
    }
    if (failed !== 0) throw wrongId(plan, failed - 1, id);
    memory.retire(given, results);
    return results;
  }
}

/** Of ids that the graph computes; those handed in have been checked. */
function wrongId({ instructions }: Plan, failed: number, id: number): Error {
  const { ops, work } = instructions[failed] as Instruction;
  if (!("ids" in work)) return new Error(`instruction ${failed} (${ops.join(", ")}) failed`);
  return new RangeError(`${ops.join()} requires ids in [0, ${work.limit}), got ${id}`);
}
