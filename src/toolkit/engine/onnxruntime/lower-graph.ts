/** @file A graph as one ONNX model: a node for each call, the run's random numbers as further inputs. */
import type { Graph, Numbers, Shape } from "../../tensor/index.ts";
import { constantValues } from "../../tensor/ops/inputs.ts";
import { type Stages, stagesOf } from "../../tensor/stages.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { LOWERINGS } from "./lowerings.ts";
import { OnnxModel } from "./onnx-model.ts";

/** Random numbers that a run has to hand in. */
export interface UniformInput {
  readonly name: string;
  readonly stream: string;
  readonly shape: Shape;
}

export interface LoweredGraph {
  /** The model file. */
  readonly bytes: Uint8Array;
  /** Names in the model, in the order of the graph's inputs, fixed ones too; an input that nothing reads is in the model all the same. */
  readonly inputs: readonly string[];
  /** Names in the model, in the order of the graph's outputs. */
  readonly outputs: readonly string[];
  readonly uniforms: readonly UniformInput[];
}

/**
 * The model of a graph. An output that shares its name with an input is called NAME.next; a lone input or output without
 * a name is called "input" or "output".
 *
 * @param graph as trace makes it
 * @param fixed inputs whose numbers stand in the model, under the input's name, instead of being handed in
 * @param options isPlain: whether products and logSoftmax are said in ops that every provider of onnxruntime has; default: no
 * @throws TypeError naming an op that has no lowering
 */
export function lowerGraph(
  graph: Graph,
  fixed: ReadonlyMap<string, Numbers> = new Map(),
  { isPlain = false }: { readonly isPlain?: boolean } = {},
): LoweredGraph {
  const model = new OnnxModel(isPlain);
  const values = new Map<Tensor, string>();
  const uniforms: UniformInput[] = [];
  const inputs = graph.inputs.map(({ name, tensor }) => {
    const numbers = fixed.get(name);
    return numbers === undefined
      ? model.input(name === "" ? "input" : name, tensor)
      : model.parameter(name, numbers, tensor);
  });
  for (const [at, { tensor }] of graph.inputs.entries()) values.set(tensor, inputs[at] as string);
  const lower = (node: Tensor): void => {
    if (values.has(node)) return;
    const numbers = constantValues(node);
    if (numbers !== undefined) values.set(node, model.constant(numbers, node.shape, node.dtype));
    else if (node.op.name === "uniform") {
      const stream = String(node.attributes.stream);
      const name = model.input(`uniform.${stream}.${uniforms.length}`, node);
      uniforms.push({ name, stream, shape: node.shape });
      values.set(node, name);
    } else values.set(node, lowerCall(model, node, values));
  };
  const stages = stagesOf(graph);
  for (const node of stages.before) lower(node);
  if (stages.parts > 1) lowerParts(model, stages, values, lower);
  for (const node of stages.after) lower(node);
  const taken = new Set(inputs);
  const outputs = graph.outputs.map(({ name, tensor }) => {
    const own = name === "" ? "output" : taken.has(name) ? `${name}.next` : name;
    model.output(own, values.get(tensor) as string, tensor);
    return own;
  });
  return { bytes: model.finish(), inputs, outputs, uniforms };
}

/** The nodes of each part as the body of one loop, whose states are the sums. */
function lowerParts(
  model: OnnxModel,
  { each, sums, parts }: Stages,
  values: Map<Tensor, string>,
  lower: (node: Tensor) => void,
): void {
  const zero = model.constant([0], [], "float32"); // the first sum takes the shape of what is added to it
  const totals = model.loop(
    parts,
    sums.map(() => zero),
    (turn, sofar) => {
      for (const node of each) {
        if (node.op.name !== "eachPart") lower(node);
        else {
          const apart = model.int64(parts, ...node.shape); // (parts, B / parts, ...)
          const rows = model.node("Reshape", [values.get(node.inputs[0] as Tensor) as string, apart]);
          values.set(node, model.node("Gather", [rows, turn]));
        }
      }
      return sums.map(({ inputs: [value] }, at) =>
        model.node("Add", [sofar[at] as string, values.get(value as Tensor) as string]),
      );
    },
  );
  for (const [at, sum] of sums.entries()) values.set(sum, totals[at] as string);
}

function lowerCall(model: OnnxModel, tensor: Tensor, values: ReadonlyMap<Tensor, string>): string {
  const lower = LOWERINGS[tensor.op.name];
  if (lower === undefined)
    throw new TypeError(`the onnxruntime engine requires a lowering of ${tensor.op.name}, got none`);
  const value = (part: Tensor): string => values.get(part) as string;
  return lower({ model, tensor, inputs: tensor.inputs.map(value), value });
}
