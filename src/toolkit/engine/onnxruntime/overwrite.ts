/** @file Which inputs of a graph an output may be written over: those that nothing reads after the output has been made. */
import type { Graph } from "../../tensor/index.ts";
import { sameShape } from "../../tensor/spec.ts";
import { stagesOf } from "../../tensor/stages.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Ops whose result may share, or be fused to read, its input's memory. */
const VIEWS = new Set(["reshape", "transpose", "slice", "broadcastTo", "cast"]);

/** Ops that read and write one element at a time, at the same place when the shapes are equal. */
const ELEMENTWISE = new Set(["add", "sub", "mul", "div", "neg", "exp", "log", "sqrt", "where"]);

/** For each output the places of the inputs that it may be written over. */
export function overwritable(graph: Graph): readonly ReadonlySet<number>[] {
  const readers = readersOf(graph);
  const neededBy = outputsNeeding(graph);
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor));
  const readersOfInputs = graph.inputs.map(({ tensor }) => allReaders(tensor, readers));
  return graph.outputs.map(({ tensor: output }, which) => {
    const fits = graph.inputs.flatMap(({ tensor: input }, place) => {
      if (input.dtype !== output.dtype || !sameShape(input.shape, output.shape) || outputs.has(input)) return [];
      return readersOfInputs[place]?.every((reader) => isBefore(reader, input)) ? [place] : [];
    });
    return new Set(fits);

    function isBefore(reader: Tensor, input: Tensor): boolean {
      if (reader === output) return ELEMENTWISE.has(output.op.name) && output.inputs.includes(input);
      return neededBy(reader, which);
    }
  });
}

function readersOf(graph: Graph): Map<Tensor, Tensor[]> {
  const readers = new Map<Tensor, Tensor[]>();
  for (const node of graph.nodes) {
    for (const part of new Set(node.inputs)) {
      const known = readers.get(part);
      if (known === undefined) readers.set(part, [node]);
      else known.push(node);
    }
  }
  return readers;
}

/** Who reads a tensor, directly or through views of it. */
function allReaders(tensor: Tensor, readers: ReadonlyMap<Tensor, readonly Tensor[]>): Tensor[] {
  return (readers.get(tensor) ?? []).flatMap((reader) =>
    VIEWS.has(reader.op.name) ? [reader, ...allReaders(reader, readers)] : [reader],
  );
}

/** Whether a node must have been run before an output can be: a row of bits a node, a bit an output. */
function outputsNeeding(graph: Graph): (node: Tensor, output: number) => boolean {
  const words = Math.ceil(graph.outputs.length / 32);
  const row = new Map(graph.nodes.map((node, at) => [node, at * words]));
  const bits = new Uint32Array(graph.nodes.length * words);
  for (const [which, { tensor }] of graph.outputs.entries()) mark(row.get(tensor) as number, which);
  const { before, each, sums, after } = stagesOf(graph);
  for (const node of after.toReversed()) toInputs(node);
  const [loop] = sums; // the parts are one node of the model: who needs a sum needs all of them
  for (const sum of sums) if (loop !== undefined) add(loop, sum);
  for (const node of [...sums, ...each]) if (loop !== undefined) add(node, loop);
  for (const node of [...sums, ...each.toReversed(), ...before.toReversed()]) toInputs(node);
  return (node, output) => (((bits[(row.get(node) as number) + (output >> 5)] as number) >>> (output & 31)) & 1) === 1;

  function toInputs(node: Tensor): void {
    for (const input of node.inputs) add(input, node);
  }

  /** Whoever needs `other` needs `node`. */
  function add(node: Tensor, other: Tensor): void {
    const [into, from] = [row.get(node) as number, row.get(other) as number];
    for (let word = 0; word < words; word++) {
      bits[into + word] = (bits[into + word] as number) | (bits[from + word] as number);
    }
  }

  function mark(start: number, which: number): void {
    bits[start + (which >> 5)] = (bits[start + (which >> 5)] as number) | (1 << (which & 31));
  }
}
