/** @file The instructions of each unit. */
import type { MatmulAttributes } from "../../tensor/ops/matmul.ts";
import { type Shape, sizeOf } from "../../tensor/spec.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Attention } from "./attention.ts";
import { type Axis, broadcast, contiguous, isContiguous, lengthsOf, reshaped } from "./axes.ts";
import type { Code, Placed } from "./code.ts";
import type { Unit } from "./fuse.ts";
import { type Home, type Homes, productOf, slotOf } from "./homes.ts";
import { type ById, MODE } from "./instruction.ts";
import { passOf } from "./pass.ts";
import { isReadBeyond, type Roles, viewed } from "./roles.ts";

type Lies = Pick<Home, "storage" | "offset" | "perPart" | "axes">;

export function emit(code: Code, unit: Unit, roles: Roles, homes: Homes): void {
  code.begin(
    unit.stage,
    unit.members.map(({ op }) => op.name),
  );
  if (unit.isPass) {
    const members = new Set(unit.members);
    const isRead = (node: Tensor): boolean => isReadBeyond(members, node, roles);
    code.pass(passOf(unit, homes.of, isRead));
    return;
  }
  const [node] = unit.members as [Tensor];
  if (homes.copies.has(node)) copyView(code, node, homes);
  else if (productOf(node, roles) !== undefined) emitProduct(code, node, roles, homes);
  else if (roles.attentions.has(node)) emitAttention(code, node, roles, homes);
  else INSTRUCTIONS[node.op.name]?.({ code, node, homes });
}

interface Call {
  readonly code: Code;
  readonly node: Tensor;
  readonly homes: Homes;
}

/** Ops that are neither views nor steps of a pass. */
export const INSTRUCTIONS: Readonly<Record<string, (call: Call) => void>> = {
  sumOfParts: ({ code, node, homes }) => {
    const [from, to] = [homes.of(node.inputs[0] as Tensor), homes.of(node)];
    if (from.storage === to.storage && from.offset === to.offset) return; // added up where it is made
    code.copy(MODE.sumOfParts, to, { ...from, axes: broadcast(from.axes, node.shape) });
  },
  concat: ({ code, node, homes }) => {
    const home = homes.of(node);
    for (const [place, input] of node.inputs.entries()) {
      const [from, slot] = [homes.of(input), slotOf(node, place, home)];
      const isThere = from.storage === home.storage && from.offset === slot.offset;
      if (!isThere) code.copy(MODE.write, { ...home, ...slot }, from);
    }
  },
  pad: ({ code, node, homes }) => {
    const [home, from] = [homes.of(node), homes.of(node.inputs[0] as Tensor)];
    const { axis, before } = node.attributes as { axis: number; before: number };
    const { stride } = home.axes[axis] as Axis;
    const length = from.axes[axis]?.length as number;
    code.fill(0, home);
    const slot = { ...home, offset: home.offset + before * stride, axes: home.axes.with(axis, { length, stride }) };
    code.copy(MODE.write, slot, from);
  },
  reduceSum: ({ code, node, homes }) => {
    // of whole numbers, over any axes: these moved behind the others, then summed as rows
    const input = node.inputs[0] as Tensor;
    const summed = node.attributes.axes as readonly number[];
    const order = [...input.shape.keys()].sort(
      (a, b) => Number(summed.includes(a)) - Number(summed.includes(b)) || a - b,
    );
    const from = homes.of(input);
    const rows = gathered(code, { ...from, axes: order.map((axis) => from.axes[axis] as Axis) });
    const count = sizeOf(node.shape);
    const width = sizeOf(input.shape) / count;
    const load = { home: rows, strides: [width, 1] };
    code.pass({
      lengths: [count, width],
      loads: [load],
      steps: [{ name: "SUM_ROW_INT", operands: [{ load: 0 }], number: 0 }],
      stores: [{ home: homes.of(node), strides: [1, 0], register: { step: 0 }, mode: MODE.write }],
    });
  },
  gather: (call) => {
    const [table, ids] = call.node.inputs as readonly [Tensor, Tensor];
    const [limit, width] = table.shape as readonly [number, number];
    byId(call, { opcode: "GATHER", limit, width, count: sizeOf(ids.shape), mode: MODE.write });
  },
  sumRows: (call) => {
    const { node, homes } = call;
    const [limit, width] = node.shape as readonly [number, number];
    const mode = homes.of(node).sums ? MODE.sumOfParts : MODE.write;
    byId(call, { opcode: "SUM_ROWS", limit, width, count: sizeOf(node.inputs[1]?.shape ?? []), mode });
  },
  takeLast: (call) => {
    const width = call.node.inputs[0]?.shape.at(-1) as number;
    byId(call, { opcode: "TAKE", limit: width, width, count: sizeOf(call.node.shape), mode: MODE.write });
  },
  placeLast: (call) => {
    const width = call.node.shape.at(-1) as number;
    const count = sizeOf(call.node.shape) / width;
    byId(call, { opcode: "PLACE", limit: width, width, count, mode: MODE.write });
  },
  cumulativeSum: ({ code, node, homes }) => {
    const width = node.shape.at(-1) as number;
    const from = gathered(code, homes.of(node.inputs[0] as Tensor));
    const isReversed = node.attributes.reverse === true;
    const sizes = { width, count: sizeOf(node.shape) / width, isReversed, isInteger: node.dtype === "int32" };
    code.cumulate(sizes, from, homes.of(node));
  },
  argmax: ({ code, node, homes }) => {
    const input = node.inputs[0] as Tensor;
    const width = input.shape.at(-1) as number;
    code.argMax({ width, count: sizeOf(node.shape) }, gathered(code, homes.of(input)), homes.of(node));
  },
};

function byId({ code, node, homes }: Call, sizes: Pick<ById, "opcode" | "limit" | "width" | "count" | "mode">): void {
  const [values, ids] = node.inputs.map((input) => gathered(code, homes.of(input))) as [Lies, Lies];
  code.byId(sizes, [values, ids, homes.of(node)]);
}

/** The elements one behind another: where they lie, or in a copy. */
function gathered(code: Code, lies: Lies): Lies {
  if (isContiguous(lies.axes)) return lies;
  const shape = lengthsOf(lies.axes);
  const copy: Lies = {
    storage: { kind: "arena", size: sizeOf(shape), at: 0 },
    ...{ offset: 0, perPart: 0, axes: contiguous(shape) },
  };
  code.copy(MODE.write, copy, lies);
  return copy;
}

function copyView(code: Code, node: Tensor, homes: Homes): void {
  const input = viewed(node);
  const [to, from] = [homes.of(node), homes.of(input)];
  const axes = reshaped(to.axes, input.shape);
  if (axes !== undefined) code.copy(MODE.write, { ...to, axes }, from);
  else {
    const rows = gathered(code, from);
    code.copy(MODE.write, to, { ...rows, axes: contiguous(node.shape) });
  }
}

function emitProduct(code: Code, node: Tensor, roles: Roles, homes: Homes): void {
  const { product, bias } = productOf(node, roles) as { product: Tensor; bias: Tensor | undefined };
  const { transposeA, transposeB, scale } = product.attributes as MatmulAttributes;
  const [a, b] = product.inputs as readonly [Tensor, Tensor];
  const home = homes.of(node);
  const [M, N] = product.shape.slice(-2) as [number, number];
  const K = a.shape.at(transposeA ? -2 : -1) as number;
  const batch = product.shape.slice(0, -2);
  const operands = [
    matrix({ ...homes.of(a) }, batch, transposeA),
    matrix({ ...homes.of(b) }, batch, transposeB),
    matrix({ ...home, axes: reshaped(home.axes, product.shape) as Axis[] }, batch, false),
  ];
  const mode = home.sums ? MODE.sumOfParts : MODE.write;
  const vector = bias === undefined ? undefined : gathered(code, homes.of(bias));
  code.product(withRows({ m: M, n: N, k: K, scale, mode, bias: vector, ...withBatch(batch, operands) }));
}

function emitAttention(code: Code, node: Tensor, roles: Roles, homes: Homes): void {
  const { queries, mask, scale, parts, samples } = roles.attentions.get(node) as Attention;
  const [B, H, , D] = node.shape as readonly [number, number, number, number];
  const KV = parts[0]?.keys.shape[1] as number;
  const rows = B / samples;
  const places = parts.reduce((sum, { keys }) => sum + (keys.shape[2] as number), 0);
  /** An array (rows or B, KV or H, places, elements) over rows, samples, heads, queries of a head, places, elements. */
  const placed = (lies: Lies, [row, head, place, element]: readonly Axis[] = lies.axes): Placed => {
    const [one, two] = [row as Axis, head as Axis];
    const perSample = one.length === B ? one.stride : 0;
    const perQuery = two.length === H && H !== KV ? two.stride : 0;
    const strides = [
      ...[one.length === B ? perSample * samples : one.stride, perSample],
      ...[two.length === H && H !== KV ? two.stride * (H / KV) : two.stride, perQuery],
      ...[place?.stride ?? 0, element?.stride ?? 0],
    ];
    return { place: lies, strides };
  };
  const ready = (tensor: Tensor): Placed => {
    const lies = homes.of(tensor);
    return placed(lies.axes.at(-1)?.stride === 1 ? lies : gathered(code, lies));
  };
  const [batch, head, , seen] = broadcast(homes.of(mask).axes, [B, H, 1, places]) as [Axis, Axis, Axis, Axis];
  code.attend({
    lengths: [rows, samples, KV, H / KV, places, D],
    scale,
    queries: ready(queries),
    mask: placed(homes.of(mask), [batch, head, seen, { length: 1, stride: 0 }]),
    to: placed(homes.of(node)),
    parts: parts.map(({ keys, values }) => {
      return { length: keys.shape[2] as number, keys: ready(keys), values: ready(values) };
    }),
  });
}

interface Matrix {
  readonly place: Lies;
  readonly row: number;
  readonly column: number;
  readonly strides: number[];
}

function matrix(lies: Lies, batch: Shape, isTransposed: boolean): Matrix {
  const [first, second] = lies.axes.slice(-2) as [Axis, Axis];
  const [row, column] = isTransposed ? [second.stride, first.stride] : [first.stride, second.stride];
  return { place: lies, row, column, strides: broadcast(lies.axes.slice(0, -2), batch).map(({ stride }) => stride) };
}

/** The batch with as few axes as the operands allow. */
function withBatch(batch: Shape, operands: readonly Matrix[]): { lengths: number[]; operands: Matrix[] } {
  const lengths = [...batch];
  const strides = operands.map((operand) => [...operand.strides]);
  for (let at = lengths.length - 1; at >= 0; at--) {
    const length = lengths[at] as number;
    const inner = lengths[at + 1];
    const joins = inner !== undefined && strides.every((own) => own[at] === (own[at + 1] as number) * inner);
    if (length !== 1 && !joins) continue;
    if (joins && length !== 1) lengths[at + 1] = length * (inner as number);
    lengths.splice(at, 1);
    for (const own of strides) own.splice(at, 1);
  }
  return { lengths, operands: operands.map((operand, at) => ({ ...operand, strides: strides[at] as number[] })) };
}

/** The innermost axis of the batch as further rows, where all of it meets the same matrix. */
function withRows<
  P extends { readonly m: number; readonly lengths: readonly number[]; readonly operands: readonly Matrix[] },
>(product: P): P {
  const { m, lengths, operands } = product;
  const [a, b, c] = operands as readonly [Matrix, Matrix, Matrix];
  const last = lengths.length - 1;
  if (last < 0 || b.strides[last] !== 0) return product;
  if (a.strides[last] !== a.row * m || c.strides[last] !== c.row * m) return product;
  const cut = operands.map((operand) => ({ ...operand, strides: operand.strides.slice(0, -1) }));
  return { ...product, m: m * (lengths[last] as number), lengths: lengths.slice(0, -1), operands: cut };
}

/** The end of a run: what an output shares with an input, a constant or another output. */
export function emitOutputs(code: Code, { outputCopies, of }: Homes): void {
  code.begin("after", ["output"]);
  for (const { tensor, storage } of outputCopies) {
    const to = { storage, offset: 0, perPart: 0, axes: contiguous(tensor.shape) };
    code.copy(MODE.write, to, of(tensor));
  }
}
