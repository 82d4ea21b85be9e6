/** @file One compiled graph on the device: checks what it is handed, hands its kernels over, writes results over what the caller has spent. */
import type { Graph } from "../../tensor/index.ts";
import { DeviceMemory, megabytes } from "../device-errors.ts";
import type { DeviceArray, Program, RunOptions } from "../engine.ts";
import { hasComputedIds, idBounds, requireIds } from "../id-bounds.ts";
import type { ById, Instruction } from "../plan/instruction.ts";
import { type Plan, planOf, type Value } from "../plan/plan.ts";
import { ResultArrays } from "../result-arrays.ts";
import { requireInputs } from "../run-checks.ts";
import { uniforms } from "../uniforms.ts";
import { emptyArray, GpuArray, ownArray, uploaded } from "./arrays.ts";
import type { Device } from "./device.ts";
import type { GpuPipeline } from "./gpu.ts";
import { FAILURE_WORDS, type Place } from "./kernels/kernel.ts";
import { Lowered } from "./lowered.ts";
import { type Settled, SettledPlaces, settle, type Turn } from "./settled.ts";
import type { Block } from "./slabs.ts";

/** Arrays come back to the same few places from run to run. */
const PLACES_KEPT = 8;

export async function compileProgram(device: Device, largest: number, graph: Graph): Promise<Program> {
  device.requireWorking();
  const plan = planOf(graph);
  const lowered = new Lowered(plan, hasComputedIds(graph));
  const needed = requireRoom(plan, lowered, largest);
  device.reserve(needed);
  const constants = new GpuArray(
    device,
    { shape: [plan.constants.length], dtype: "float32" },
    device.slabs.take(plan.constants.length),
  );
  device.write(constants.cells, plan.constants);
  const bounds = idBounds(graph);
  const memory = new ResultArrays<GpuArray>(graph, plan.mayOverwrite, (spec, cells) =>
    cells === undefined ? emptyArray(device, spec) : new GpuArray(device, spec, cells as Block),
  );
  const kept = new SettledPlaces(PLACES_KEPT);
  const pipelinesOf = new Map<readonly Turn[], readonly GpuPipeline[]>();
  let isDisposed = false;
  await compiled(turnsFor([])); // as if all arrays lay beside the constants: where they do not, a run compiles what differs
  return {
    run,
    dispose: () => {
      if (isDisposed) return;
      isDisposed = true;
      kept.clear();
      memory.dispose();
      constants.dispose();
    },
  };

  async function run(inputs: readonly DeviceArray[], { seed = 0, spent = [] }: RunOptions = {}) {
    if (isDisposed) throw new TypeError("a run requires a program in use, got a disposed one");
    requireInputs(graph, inputs);
    const arrays = inputs.map((array) => ownArray(device, array));
    for (const bound of bounds) {
      const array = arrays[bound.input] as GpuArray;
      requireIds(bound, array.ids ?? (await array.read()));
    }
    const drawn = plan.uniforms.map((node) =>
      uploaded(device, uniforms(seed, String(node.attributes.stream), node.shape), node),
    );
    const given = spent.map((array) => array && ownArray(device, array));
    const results = memory.take(arrays, given);
    const externals = [...arrays, ...drawn, ...results].map(({ cells }) => cells);
    let turns = turnsFor(externals);
    let pipelines = await compiled(turns);
    while (turns !== turnsFor(externals)) {
      turns = turnsFor(externals); // another graph has made the workspace grow, into another slab
      pipelines = await compiled(turns);
    }
    const { slab, start } = device.workspace;
    const told = { slab, start: start + plan.arenaElements, size: FAILURE_WORDS, holders: 0 };
    if (lowered.tellsIds) device.clear(told);
    device.submit(settledFor(externals, turns, pipelines).dispatches);
    for (const array of drawn) array.dispose();
    if (lowered.tellsIds) await requireNoFailure(told);
    memory.retire(given, results);
    return results;
  }

  /** Where a value lies; what no array is given for yet is thought beside the constants. */
  function blockOf({ kind, at }: Value, externals: readonly Block[]): Block {
    if (kind === "arena") return device.workspace;
    return (kind === "external" ? externals[at] : undefined) ?? constants.cells;
  }

  function turnsFor(externals: readonly Block[]): readonly Turn[] {
    return lowered.turns((place) =>
      typeof place === "string" ? device.workspace.slab : blockOf(plan.values[place] as Value, externals).slab,
    );
  }

  async function compiled(turns: readonly Turn[]): Promise<readonly GpuPipeline[]> {
    const known = pipelinesOf.get(turns);
    if (known !== undefined) return known;
    const made = await Promise.all(turns.map(({ kernel, ops }) => device.pipelineOf(kernel, ops)));
    pipelinesOf.set(turns, made);
    return made;
  }

  /** The dispatches for arrays that lie there. */
  function settledFor(externals: readonly Block[], turns: readonly Turn[], pipelines: readonly GpuPipeline[]): Settled {
    const { workspace } = device;
    const key = [workspace, ...externals].map(({ slab, start }) => `${slab}:${start}`).join();
    const known = kept.get(key);
    if (known !== undefined) return known;
    const startOf = (place: Place, part: number): number => {
      if (place === "none") return 0;
      if (place === "scratch") return workspace.start + plan.arenaElements;
      const value = plan.values[place] as Value;
      const within = value.kind === "external" ? 0 : value.at;
      return blockOf(value, externals).start + within + part * value.perPart;
    };
    const settled = settle(device, turns, pipelines, startOf);
    kept.keep(key, settled);
    return settled;
  }

  /** @throws RangeError naming the op whose id, computed by the graph, lies outside */
  async function requireNoFailure(told: Block): Promise<void> {
    const [failed, id] = new Int32Array(await device.read(told, 2)) as unknown as [number, number];
    if (failed === 0) return;
    const { ops, work } = plan.instructions[failed - 1] as Instruction;
    const { limit } = work as ById;
    throw new RangeError(`${ops.join()} requires ids in [0, ${limit}), got ${id}`);
  }
}

/** Elements of the workspace. @throws DeviceMemory when a run takes more at a time than the device lets a kernel bind */
function requireRoom(plan: Plan, { scratch }: Lowered, largest: number): number {
  const elements = plan.arenaElements + scratch;
  const bytes = 4 * elements;
  if (bytes <= largest) return elements;
  throw new DeviceMemory(
    `a run requires ${megabytes(bytes)} at a time, this GPU allows ${megabytes(largest)}: ${megabytes(bytes - largest)} too much (hint: a smaller batch, or shorter sequences)`,
    { needed: bytes, allowed: largest },
  );
}
