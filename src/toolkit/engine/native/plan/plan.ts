/** @file From a graph to a program of the kernels: places and code (c/program.h), constants, and what may be written over what. */
import type { Graph } from "../../../tensor/index.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { Code, type Instruction } from "./code.ts";
import { emit, emitOutputs } from "./emit.ts";
import { fuse } from "./fuse.ts";
import { findHomes, type Homes, type Storage } from "./homes.ts";
import { livesOf, placeInArena } from "./memory.ts";
import { rolesOf } from "./roles.ts";
import { inOrder } from "./schedule.ts";

export interface Plan {
  readonly places: Float64Array;
  readonly code: Float64Array;
  readonly parts: number;
  readonly constants: Float32Array;
  readonly arenaElements: number;
  /** The uniform nodes, in the order in which their arrays are handed in behind the inputs. */
  readonly uniforms: readonly Tensor[];
  readonly instructions: readonly Instruction[];
  /** For each output the places of the inputs that it may be written over. */
  readonly mayOverwrite: readonly ReadonlySet<number>[];
}

const STAGES = ["before", "each", "after"] as const;

/** @throws TypeError naming an op that has no instruction */
export function planOf(graph: Graph): Plan {
  const roles = rolesOf(graph);
  const homes = findHomes(graph, roles);
  const units = fuse(graph, roles, homes);
  const code = new Code();
  for (const stage of STAGES) {
    const own = units.filter((unit) => unit.stage === stage);
    for (const unit of inOrder(own, roles, homes)) emit(code, unit, roles, homes);
  }
  emitOutputs(code, homes);
  const { offsets, size } = placeInArena(code);
  return {
    places: Float64Array.from(
      code.values.flatMap(({ storage, perPart }) => [
        { arena: 0, constant: 1, external: 2 }[storage.kind],
        storage.kind === "arena" ? (offsets.get(storage) as number) : storage.at,
        perPart,
      ]),
    ),
    code: wordsOf(code),
    parts: roles.stages.parts,
    constants: constantsOf(homes),
    arenaElements: size,
    uniforms: homes.uniforms,
    instructions: code.instructions,
    mayOverwrite: overwritable(graph, code, homes),
  };
}

function wordsOf({ instructions }: Code): Float64Array {
  const sections = STAGES.map((stage) =>
    instructions.filter((one) => one.stage === stage).flatMap(({ words }) => words),
  );
  return Float64Array.from(sections.flatMap((words) => [words.length, ...words]));
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
function overwritable(graph: Graph, code: Code, { externals, outputStorages }: Homes): ReadonlySet<number>[] {
  const lives = livesOf(code);
  const inPlace = (at: number, read: Storage, written: Storage): boolean =>
    code.instructions[at]?.inPlace.some(([from, to]) => from === read && to === written) ?? false;
  return outputStorages.map((output) => {
    const made = lives.get(output)?.first ?? 0;
    const fits = graph.inputs.flatMap((_, place) => {
      const input = externals[place] as Storage;
      const read = lives.get(input)?.last ?? -1;
      return read < made || (read === made && inPlace(made, input, output)) ? [place] : [];
    });
    return new Set(fits);
  });
}
