/** @file The instructions of each unit. */
import type { MatmulAttributes } from "../../../tensor/ops/matmul.ts";
import { type Shape, sizeOf } from "../../../tensor/spec.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Attention } from "./attention.ts";
import { type Axis, broadcast, contiguous, isContiguous, lengthsOf, reshaped } from "./axes.ts";
import type { Code, Placed } from "./code.ts";
import type { Unit } from "./fuse.ts";
import { type Home, type Homes, productOf, slotOf } from "./homes.ts";
import { MODE } from "./opcodes.ts";
import { passOf } from "./pass.ts";
import { isReadBeyond, type Roles, type Stage, viewed } from "./roles.ts";

type Lies = Pick<Home, "storage" | "offset" | "perPart" | "axes">;

export function emit(code: Code, unit: Unit, roles: Roles, homes: Homes): void {
  if (unit.isPass) {
    const members = new Set(unit.members);
    const isRead = (node: Tensor): boolean => isReadBeyond(members, node, roles);
    code.pass(unit.stage, passOf(unit, homes.of, isRead));
    return;
  }
  const [node] = unit.members as [Tensor];
  if (homes.copies.has(node)) copyView(code, unit.stage, node, homes);
  else if (productOf(node, roles) !== undefined) emitProduct(code, unit.stage, node, roles, homes);
  else if (roles.attentions.has(node)) emitAttention(code, unit.stage, node, roles, homes);
  else INSTRUCTIONS[node.op.name]?.({ code, stage: unit.stage, node, homes });
}

interface Call {
  readonly code: Code;
  readonly stage: Stage;
  readonly node: Tensor;
  readonly homes: Homes;
}

/** Ops that are neither views nor steps of a pass. */
export const INSTRUCTIONS: Readonly<Record<string, (call: Call) => void>> = {
  sumOfParts: ({ code, stage, node, homes }) => {
    const [from, to] = [homes.of(node.inputs[0] as Tensor), homes.of(node)];
    if (from.storage === to.storage && from.offset === to.offset) return; // added up where it is made
    code.copy(stage, MODE.sumOfParts, to, { ...from, axes: broadcast(from.axes, node.shape) });
  },
  concat: ({ code, stage, node, homes }) => {
    const home = homes.of(node);
    for (const [place, input] of node.inputs.entries()) {
      const [from, slot] = [homes.of(input), slotOf(node, place, home)];
      const isThere = from.storage === home.storage && from.offset === slot.offset;
      if (!isThere) code.copy(stage, MODE.write, { ...home, ...slot }, from);
    }
  },
  pad: ({ code, stage, node, homes }) => {
    const [home, from] = [homes.of(node), homes.of(node.inputs[0] as Tensor)];
    const { axis, before } = node.attributes as { axis: number; before: number };
    const { stride } = home.axes[axis] as Axis;
    const length = from.axes[axis]?.length as number;
    code.fill(stage, 0, home);
    const slot = { ...home, offset: home.offset + before * stride, axes: home.axes.with(axis, { length, stride }) };
    code.copy(stage, MODE.write, slot, from);
  },
  reduceSum: ({ code, stage, node, homes }) => {
    // of whole numbers, over any axes: these moved behind the others, then summed as rows
    const input = node.inputs[0] as Tensor;
    const summed = node.attributes.axes as readonly number[];
    const order = [...input.shape.keys()].sort(
      (a, b) => Number(summed.includes(a)) - Number(summed.includes(b)) || a - b,
    );
    const from = homes.of(input);
    const rows = gathered(code, stage, { ...from, axes: order.map((axis) => from.axes[axis] as Axis) });
    const count = sizeOf(node.shape);
    const width = sizeOf(input.shape) / count;
    const load = { home: rows, strides: [width, 1] };
    code.pass(stage, {
      lengths: [count, width],
      loads: [load],
      steps: [{ name: "SUM_ROW_INT", operands: [{ load: 0 }], number: 0 }],
      stores: [{ home: homes.of(node), strides: [1, 0], register: { step: 0 }, mode: MODE.write }],
    });
  },
  gather: ({ code, stage, node, homes }) => {
    const [table, ids] = node.inputs as readonly [Tensor, Tensor];
    const [count, width] = table.shape as readonly [number, number];
    byId({ code, stage, node, homes }, "GATHER", [count, width, sizeOf(ids.shape)], count);
  },
  sumRows: ({ code, stage, node, homes }) => {
    const [count, width] = node.shape as readonly [number, number];
    const mode = homes.of(node).sums ? MODE.sumOfParts : MODE.write;
    byId({ code, stage, node, homes }, "SUM_ROWS", [count, width, sizeOf(node.inputs[1]?.shape ?? []), mode], count);
  },
  takeLast: ({ code, stage, node, homes }) => {
    const width = node.inputs[0]?.shape.at(-1) as number;
    byId({ code, stage, node, homes }, "TAKE", [width, sizeOf(node.shape)], width);
  },
  placeLast: ({ code, stage, node, homes }) => {
    const width = node.shape.at(-1) as number;
    byId({ code, stage, node, homes }, "PLACE", [width, sizeOf(node.shape) / width], width);
  },
  cumulativeSum: ({ code, stage, node, homes }) => {
    const width = node.shape.at(-1) as number;
    const numbers = [
      width,
      sizeOf(node.shape) / width,
      Number(node.attributes.reverse),
      Number(node.dtype === "int32"),
    ];
    code.alongRows(
      stage,
      "CUMULATE",
      numbers,
      gathered(code, stage, homes.of(node.inputs[0] as Tensor)),
      homes.of(node),
    );
  },
  argmax: ({ code, stage, node, homes }) => {
    const input = node.inputs[0] as Tensor;
    const width = input.shape.at(-1) as number;
    code.alongRows(
      stage,
      "ARGMAX",
      [width, sizeOf(node.shape)],
      gathered(code, stage, homes.of(input)),
      homes.of(node),
    );
  },
};

function byId(
  { code, stage, node, homes }: Call,
  opcode: "GATHER" | "SUM_ROWS" | "TAKE" | "PLACE",
  numbers: readonly number[],
  count: number,
): void {
  const [values, ids] = node.inputs.map((input) => gathered(code, stage, homes.of(input))) as [Lies, Lies];
  code.byId(stage, opcode, numbers, [values, ids, homes.of(node)], { op: node.op.name, count });
}

/** The elements one behind another: where they lie, or in a copy. */
function gathered(code: Code, stage: Stage, lies: Lies): Lies {
  if (isContiguous(lies.axes)) return lies;
  const shape = lengthsOf(lies.axes);
  const copy: Lies = {
    storage: { kind: "arena", size: sizeOf(shape), at: 0 },
    ...{ offset: 0, perPart: 0, axes: contiguous(shape) },
  };
  code.copy(stage, MODE.write, copy, lies);
  return copy;
}

function copyView(code: Code, stage: Stage, node: Tensor, homes: Homes): void {
  const input = viewed(node);
  const [to, from] = [homes.of(node), homes.of(input)];
  const axes = reshaped(to.axes, input.shape);
  if (axes !== undefined) code.copy(stage, MODE.write, { ...to, axes }, from);
  else {
    const rows = gathered(code, stage, from);
    code.copy(stage, MODE.write, to, { ...rows, axes: contiguous(node.shape) });
  }
}

function emitProduct(code: Code, stage: Stage, node: Tensor, roles: Roles, homes: Homes): void {
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
  const vector = bias === undefined ? undefined : gathered(code, stage, homes.of(bias));
  code.product(stage, withRows({ m: M, n: N, k: K, scale, mode, bias: vector, ...withBatch(batch, operands) }));
}

function emitAttention(code: Code, stage: Stage, node: Tensor, roles: Roles, homes: Homes): void {
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
    return placed(lies.axes.at(-1)?.stride === 1 ? lies : gathered(code, stage, lies));
  };
  const [batch, head, , seen] = broadcast(homes.of(mask).axes, [B, H, 1, places]) as [Axis, Axis, Axis, Axis];
  code.attend(stage, {
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
  for (const { tensor, storage } of outputCopies) {
    const to = { storage, offset: 0, perPart: 0, axes: contiguous(tensor.shape) };
    code.copy("after", MODE.write, to, of(tensor));
  }
}
