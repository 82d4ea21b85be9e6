/** @file From a graph to a program of the kernels: places and code (c/program.h), constants, and what may be written over what. */
import type { Graph } from "../../../tensor/index.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { Code, type Instruction } from "./code.ts";
import { emit, emitOutputs } from "./emit.ts";
import { fuse } from "./fuse.ts";
import { findHomes, type Homes, type Storage } from "./homes.ts";
import { type Life, livesOf, placeInArena } from "./memory.ts";
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
  const lives = livesOf(code);
  const { offsets, size } = placeInArena(code, lives);
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
    mayOverwrite: overwritable(graph, code, homes, lives),
  };
}

function wordsOf({ instructions }: Code): Float64Array {
  const code = new Float64Array(instructions.reduce<number>((sum, { words }) => sum + words.length, STAGES.length));
  let end = 0;
  for (const stage of STAGES) {
    const start = end++;
    for (const { stage: own, words } of instructions) {
      if (own !== stage) continue;
      code.set(words, end);
      end += words.length;
    }
    code[start] = end - start - 1;
  }
  return code;
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
