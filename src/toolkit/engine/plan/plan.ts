/** @file From a graph to a program that a back end runs: values and instructions, constants, and what may be written over what. */
import type { Graph } from "../../tensor/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Code } from "./code.ts";
import { emit, emitOutputs } from "./emit.ts";
import { fuse } from "./fuse.ts";
import { findHomes, type Homes, type Storage } from "./homes.ts";
import type { Instruction } from "./instruction.ts";
import { type Life, livesOf, placeInArena } from "./memory.ts";
import { rolesOf } from "./roles.ts";
import { inOrder } from "./schedule.ts";

/** Memory that instructions name; every element is of 4 bytes: float32, or int32 (also for truth values, 0 and 1). */
export interface Value {
  readonly kind: Storage["kind"];
  /** Of the arena or the constants an offset in elements; of an external array its number: inputs, then uniforms, then outputs. */
  readonly at: number;
  /** Elements that part p of the batch lies behind part 0. */
  readonly perPart: number;
  /**
   * Of the arena, made anew in each part or summed over parts: whoever runs some of the parts may have memory of its own for it.
   * Nothing is where parts write to what is handed in: these run one after another.
   */
  readonly ofParts: boolean;
}

export interface Plan {
  readonly values: readonly Value[];
  /** In the order of STAGES; those of "each" run once a part. */
  readonly instructions: readonly Instruction[];
  readonly parts: number;
  readonly constants: Float32Array;
  readonly arenaElements: number;
  /** Stretches of the arena in which parts are summed, whose sums are wanted once the parts are done. */
  readonly sums: readonly { readonly at: number; readonly size: number }[];
  /** The uniform nodes, in the order in which their arrays are handed in behind the inputs. */
  readonly uniforms: readonly Tensor[];
  /** For each output the places of the inputs that it may be written over. */
  readonly mayOverwrite: readonly ReadonlySet<number>[];
}

export const STAGES = ["before", "each", "after"] as const;

const KEPT_PLANS = 64;

/** By the graphs' keys, the one used longest ago first. */
const plans = new Map<string, Plan>();

/**
 * The plan of a graph, made once: the trainings of a study have their graphs in common.
 *
 * @throws TypeError naming an op that has no instruction
 */
export function planOf(graph: Graph): Plan {
  const plan = plans.get(graph.key) ?? makePlan(graph);
  plans.delete(graph.key);
  plans.set(graph.key, plan);
  for (const oldest of plans.keys()) {
    if (plans.size <= KEPT_PLANS) break;
    plans.delete(oldest);
  }
  return plan;
}

function makePlan(graph: Graph): Plan {
  const roles = rolesOf(graph);
  const homes = findHomes(graph, roles);
  const units = fuse(graph, roles, homes);
  const code = new Code();
  for (const stage of STAGES) {
    const own = units.filter((unit) => unit.stage === stage);
    for (const unit of inOrder(own, roles, homes)) emit(code, unit, roles, homes);
  }
  emitOutputs(code, homes);
  const lives = livesOf(code);
  const { offsets, size } = placeInArena(code, lives);
  const inParts = code.instructions.filter(({ stage }) => stage === "each");
  const ofParts = new Set(inParts.flatMap(({ writes }) => writes));
  const areApart = [...ofParts].every(({ kind }) => kind === "arena");
  const arenaPlace = (storage: Storage): number => offsets.get(storage) as number;
  return {
    values: code.values.map(({ storage, perPart }) => {
      const at = storage.kind === "arena" ? arenaPlace(storage) : storage.at;
      return { kind: storage.kind, at, perPart, ofParts: areApart && ofParts.has(storage) };
    }),
    sums: [...new Set(inParts.flatMap(({ sums }) => sums))].flatMap((storage) => {
      return storage.kind === "arena" ? [{ at: arenaPlace(storage), size: storage.size }] : [];
    }),
    instructions: code.instructions,
    parts: roles.stages.parts,
    constants: constantsOf(homes),
    arenaElements: size,
    uniforms: homes.uniforms,
    mayOverwrite: overwritable(graph, code, homes, lives),
  };
}

/** Elements of 4 bytes: whole numbers by their bits. */
function constantsOf({ constants, constantTypes }: Homes): Float32Array {
  const cells = new Float32Array(constants.length);
  const bits = new Int32Array(cells.buffer);
  for (const [at, value] of constants.entries()) {
    if (constantTypes[at] === "float32") cells[at] = value;
    else bits[at] = value;
  }
  return cells;
}

/** An input may be written over by what is made after its last reader, or by the pass that reads it element by element. */
function overwritable(
  graph: Graph,
  { instructions }: Code,
  { externals, outputStorages }: Homes,
  lives: ReadonlyMap<Storage, Life>,
): ReadonlySet<number>[] {
  const inputs = externals.slice(0, graph.inputs.length);
  const bySize = new Map<number, number[]>();
  for (const [place, { size }] of inputs.entries()) bySize.set(size, [...(bySize.get(size) ?? []), place]);
  return outputStorages.map((output) => {
    const made = lives.get(output)?.first ?? 0;
    const inPlace = instructions[made]?.inPlace ?? [];
    const fits = (bySize.get(output.size) ?? []).filter((place) => {
      const input = inputs[place] as Storage;
      const read = lives.get(input)?.last ?? -1;
      return read < made || (read === made && inPlace.some(([from, to]) => from === input && to === output));
    });
    return new Set(fits);
  });
}
