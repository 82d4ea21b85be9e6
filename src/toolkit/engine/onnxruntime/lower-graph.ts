/** @file A graph as one ONNX model: a node for each call, the run's random numbers as further inputs. */
import type { Graph, Numbers, Shape } from "../../tensor/index.ts";
import { constantValues } from "../../tensor/ops/inputs.ts";
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
 * @param fixed inputs whose numbers stand in the model, under the input's name, instead of being handed in
 * @throws TypeError naming an op that has no lowering
 */
export function lowerGraph(graph: Graph, fixed: ReadonlyMap<string, Numbers> = new Map()): LoweredGraph {
  const model = new OnnxModel();
  const values = new Map<Tensor, string>();
  const uniforms: UniformInput[] = [];
  const inputs = graph.inputs.map(({ name, tensor }) => {
    const numbers = fixed.get(name);
    return numbers === undefined
      ? model.input(name === "" ? "input" : name, tensor)
      : model.parameter(name, numbers, tensor);
  });
  for (const [at, { tensor }] of graph.inputs.entries()) values.set(tensor, inputs[at] as string);
  for (const node of graph.nodes) {
    if (values.has(node)) continue;
    const numbers = constantValues(node);
    if (numbers !== undefined) values.set(node, model.constant(numbers, node.shape, node.dtype));
    else if (node.op.name === "uniform") {
      const stream = String(node.attributes.stream);
      const name = model.input(`uniform.${stream}.${uniforms.length}`, node);
      uniforms.push({ name, stream, shape: node.shape });
      values.set(node, name);
    } else values.set(node, lowerCall(model, node, values));
  }
  const taken = new Set(inputs);
  const outputs = graph.outputs.map(({ name, tensor }) => {
    const own = name === "" ? "output" : taken.has(name) ? `${name}.next` : name;
    model.output(own, values.get(tensor) as string, tensor);
    return own;
  });
  return { bytes: model.finish(), inputs, outputs, uniforms };
}

function lowerCall(model: OnnxModel, tensor: Tensor, values: ReadonlyMap<Tensor, string>): string {
  const lower = LOWERINGS[tensor.op.name];
  if (lower === undefined)
    throw new TypeError(`the onnxruntime engine requires a lowering of ${tensor.op.name}, got none`);
  const value = (part: Tensor): string => values.get(part) as string;
  return lower({ model, tensor, inputs: tensor.inputs.map(value), value });
}
