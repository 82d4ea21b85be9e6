/** @file Builds an ONNX model node by node and writes it (onnx.ai/onnx/repo-docs/IR.html; field numbers of onnx.proto). */
import type { DType, Shape, Spec } from "../../tensor/index.ts";
import { ProtobufWriter } from "./protobuf.ts";

/** TensorProto.DataType of a dtype; int64 is what ONNX wants shapes and axes in. */
const DATA_TYPES: Readonly<Record<DType | "int64", number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

const IR_VERSION = 10;
const OPSETS = [
  { domain: "", version: 21 },
  { domain: "com.microsoft", version: 1 },
];

/** An attribute of a node: `int` and `ints` are int64, since JSON's numbers do not tell 1 from 1.0. */
export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { graph: ProtobufWriter };

interface OnnxNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** Values of the model that its body reads. */
  readonly captured?: readonly string[];
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly domain?: "" | "com.microsoft";
}

export class OnnxModel {
  #nodes: OnnxNode[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: { name: string; info: ProtobufWriter }[] = [];
  readonly #constants = new Map<string, ProtobufWriter>();
  readonly #constantNames = new Map<string, string>();
  #count = 0;
  /** Whether nodes are said in ops that every provider of onnxruntime has. */
  readonly isPlain: boolean;

  constructor(isPlain = false) {
    this.isPlain = isPlain;
  }

  /** A value that a run is handed. */
  input(name: string, spec: Spec): string {
    this.#inputs.push(valueInfo(name, spec));
    return name;
  }

  /** A value that a run gives back under a name of its own. */
  output(name: string, value: string, spec: Spec): void {
    this.#identity(value, name);
    this.#outputs.push({ name, info: valueInfo(name, spec) });
  }

  #identity(value: string, name: string): void {
    this.#nodes.push({ type: "Identity", domain: "", inputs: [value], outputs: [name], attributes: {} });
  }

  /** One node. @returns the name of its first output */
  node(type: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.nodes(type, inputs, 1, options)[0] as string;
  }

  /** One node with `count` outputs. @returns their names */
  nodes(type: string, inputs: readonly string[], count: number, options: NodeOptions = {}): string[] {
    const outputs = Array.from({ length: count }, () => `#${this.#count++}`);
    const { attributes = {}, domain = "" } = options;
    this.#nodes.push({ type, domain, inputs, outputs, attributes });
    return outputs;
  }

  /**
   * A node that runs a body `turns` times.
   *
   * @param initial float32 values that are handed from one turn to the next, in whatever shape the body gives them
   * @param body adds its nodes, given the turn (int64 scalar) and the values; gives the next values
   * @returns the names of the last values
   */
  loop(
    turns: number,
    initial: readonly string[],
    body: (turn: string, values: readonly string[]) => readonly string[],
  ): string[] {
    const fresh = (): string => `#${this.#count++}`;
    const [turn, going, goesOn] = [fresh(), fresh(), fresh()];
    const given = initial.map(fresh);
    const outside = this.#nodes;
    this.#nodes = [];
    const next = body(turn, given);
    const left = next.map(fresh); // a body's outputs are values of its own
    for (const [at, value] of next.entries()) this.#identity(value, left[at] as string);
    this.#identity(going, goesOn);
    const { nodes, values } = needed(this.#nodes, [goesOn, ...left]);
    this.#nodes = outside;
    const graph = new ProtobufWriter();
    for (const node of nodes) graph.part(1, nodeProto(node));
    graph.part(2, "body");
    const flag = { shape: [], dtype: "bool" } as const;
    graph.part(11, valueInfo(turn, { shape: [], dtype: "int64" })).part(11, valueInfo(going, flag));
    for (const name of given) graph.part(11, valueInfo(name, { dtype: "float32" }));
    graph.part(12, valueInfo(goesOn, flag));
    for (const name of left) graph.part(12, valueInfo(name, { dtype: "float32" }));
    const outputs = initial.map(fresh);
    const inputs = [this.constant([turns], [], "int64"), "", ...initial];
    this.#nodes.push({
      ...{ type: "Loop", domain: "", inputs, outputs },
      ...{ attributes: { body: { graph } }, captured: [...values] },
    });
    return outputs;
  }

  /** Numbers fixed in the model; equal ones are kept once. @returns their name */
  constant(values: ArrayLike<number>, shape: Shape, dtype: DType | "int64"): string {
    const bytes = rawBytes(values, dtype);
    const key = `${dtype} ${shape.join(",")} ${Buffer.from(bytes).toString("latin1")}`;
    const known = this.#constantNames.get(key);
    if (known !== undefined) return known;
    const name = `##${this.#constants.size}`;
    this.#constants.set(name, tensorProto(name, bytes, shape, dtype));
    this.#constantNames.set(key, name);
    return name;
  }

  /** Numbers fixed in the model under a name of their own: a trained parameter. */
  parameter(name: string, values: ArrayLike<number>, { shape, dtype }: Spec): string {
    this.#constants.set(name, tensorProto(name, rawBytes(values, dtype), shape, dtype));
    return name;
  }

  /** A list of int64, as ONNX takes shapes and axes. */
  int64(...values: readonly number[]): string {
    return this.constant(values, [values.length], "int64");
  }

  /** The model's bytes, without nodes and constants that no output needs. */
  finish(): Uint8Array {
    const graph = new ProtobufWriter();
    const outputs = this.#outputs.map(({ name }) => name);
    const { nodes, values } = needed(this.#nodes, outputs);
    for (const node of nodes) graph.part(1, nodeProto(node));
    graph.part(2, "eightfold");
    for (const [name, tensor] of this.#constants) if (values.has(name)) graph.part(5, tensor);
    for (const info of this.#inputs) graph.part(11, info);
    for (const { info } of this.#outputs) graph.part(12, info);
    const model = new ProtobufWriter().integer(1, IR_VERSION).part(2, "eightfold").part(7, graph);
    for (const { domain, version } of OPSETS) model.part(8, new ProtobufWriter().part(1, domain).integer(2, version));
    return model.finish();
  }
}

/** The nodes that the outputs need, and every value that these read. */
function needed(all: readonly OnnxNode[], outputs: readonly string[]): { nodes: OnnxNode[]; values: Set<string> } {
  const values = new Set(outputs);
  const nodes: OnnxNode[] = [];
  for (const node of all.toReversed()) {
    if (!node.outputs.some((name) => values.has(name))) continue;
    for (const name of [...node.inputs, ...(node.captured ?? [])]) values.add(name);
    nodes.push(node);
  }
  return { nodes: nodes.reverse(), values };
}

function tensorProto(name: string, bytes: Uint8Array, shape: Shape, dtype: DType | "int64"): ProtobufWriter {
  const tensor = new ProtobufWriter();
  for (const length of shape) tensor.integer(1, length);
  return tensor.integer(2, DATA_TYPES[dtype]).part(8, name).part(9, bytes);
}

function nodeProto({ type, domain, inputs, outputs, attributes }: OnnxNode): ProtobufWriter {
  const proto = new ProtobufWriter();
  for (const name of inputs) proto.part(1, name);
  for (const name of outputs) proto.part(2, name);
  proto.part(4, type);
  for (const [name, attribute] of Object.entries(attributes)) proto.part(5, attributeProto(name, attribute));
  return proto.part(7, domain);
}

function attributeProto(name: string, attribute: OnnxAttribute): ProtobufWriter {
  const proto = new ProtobufWriter().part(1, name);
  if ("float" in attribute) return proto.float(2, attribute.float).integer(20, 1);
  if ("graph" in attribute) return proto.part(6, attribute.graph).integer(20, 5);
  if ("int" in attribute) return proto.integer(3, attribute.int).integer(20, 2);
  for (const value of attribute.ints) proto.integer(8, value);
  return proto.integer(20, 7);
}

/** A value's type; without a shape it may have any. */
function valueInfo(name: string, { shape, dtype }: { shape?: Shape; dtype: DType | "int64" }): ProtobufWriter {
  const tensor = new ProtobufWriter().integer(1, DATA_TYPES[dtype]);
  if (shape !== undefined) {
    const lengths = new ProtobufWriter();
    for (const length of shape) lengths.part(1, new ProtobufWriter().integer(1, length));
    tensor.part(2, lengths);
  }
  return new ProtobufWriter().part(1, name).part(2, new ProtobufWriter().part(1, tensor));
}

function rawBytes(values: ArrayLike<number>, dtype: DType | "int64"): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(values);
  const array =
    dtype === "int64"
      ? BigInt64Array.from(Array.from(values, (value) => BigInt(value)))
      : dtype === "int32"
        ? Int32Array.from(values)
        : Float32Array.from(values);
  return new Uint8Array(array.buffer);
}
