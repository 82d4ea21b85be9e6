/** @file A pass in words: what it loads, the steps that it takes with each element, what it stores or sums up. */
import type { MatmulAttributes } from "../../tensor/ops/matmul.ts";
import { sizeOf } from "../../tensor/spec.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Axis, boundariesOf, broadcast, contiguous, joinedBoundaries, lengthsOf, refined } from "./axes.ts";
import { shapeOver, type Unit } from "./fuse.ts";
import type { Home, Located } from "./homes.ts";
import { MODE, type Mode, type StepName } from "./instruction.ts";
import { isRowProduct, isRowSum, scalarOf } from "./roles.ts";

/** A number of each element: loaded, or made by a step. */
export type Register = { readonly load: number } | { readonly step: number };

interface Step {
  readonly name: StepName;
  readonly operands: readonly Register[];
  readonly number: number;
}

/** Where an operand of a pass lies; its axes are cut as those of the space. */
interface Operand {
  readonly home: Pick<Home, "storage" | "offset" | "perPart">;
  readonly axes: readonly Axis[];
}

export interface Pass {
  /** The axes of the space, the last one a row, as their lengths. */
  readonly lengths: readonly number[];
  readonly loads: readonly PlacedOperand[];
  readonly steps: readonly Step[];
  readonly stores: readonly (PlacedOperand & { readonly register: Register; readonly mode: Mode })[];
}

interface PlacedOperand {
  readonly home: Operand["home"];
  /** Elements, one an axis of the space. */
  readonly strides: readonly number[];
}

/** Rows that are no more than a cut through elements are this long at most. */
const LONGEST_ROW = 2048;

/**
 * @param isRead whether a member is read by anyone outside of the pass
 */
export function passOf(unit: Unit, of: (node: Tensor) => Located, isRead: (node: Tensor) => boolean): Pass {
  const { width, size } = unit;
  const members = new Set(unit.members);
  const registers = new Map<Tensor, Register>();
  const loads: Operand[] = [];
  const stores: (Operand & { register: Register; mode: Mode; isRowNumber: boolean })[] = [];
  const loadOf = new Map<string, number>();
  const steps: Step[] = [];
  const stepOf = new Map<string, number>();
  const storageNumbers = new Map<object, number>();

  for (const node of unit.members) {
    const register = made(node);
    const isSum = node.op.name === "reduceSum" && !isRowSum(node);
    if (!isSum) registers.set(node, register);
    if (isSum) store(node, register, summedAxes(node), sizeOf(shapeOver(node)) !== size);
    else if (isRead(node)) store(node, register, of(node).axes, unit.rowNumbers.has(node));
  }
  return laidOut();

  function made(node: Tensor): Register {
    const { op, inputs, attributes } = node;
    const [a, b, c] = inputs.map((_, at) => () => operand(node, at)) as [
      () => Register,
      () => Register,
      () => Register,
    ];
    const epsilon = Number(attributes.epsilon);
    switch (op.name) {
      case "reduceSum":
        return isRowSum(node) ? step(node.dtype === "int32" ? "SUM_ROW_INT" : "SUM_ROW", [a()]) : a();
      case "matmul": {
        const sum = step("SUM_ROW", [step("MUL", [a(), b()])]);
        const { scale } = attributes as MatmulAttributes;
        return scale === 1 ? sum : step("MUL", [sum, step("CONSTANT", [], scale)]);
      }
      case "layerNorm":
        return step("MULTIPLY_ADD", [step("STANDARDISE", [a()], epsilon), b(), c()]);
      case "standardise":
        return step("STANDARDISE", [a()], epsilon);
      case "inverseDeviation":
        return step("INVERSE_DEVIATION", [a()], epsilon);
      case "gelu": {
        if (!unit.members.some((member) => member.op.name === "erf")) return step("GELU", [a()]);
        // the erf of its derivative, made of the same numbers, serves both
        const erf = step("ERF", [step("MUL", [a(), step("CONSTANT", [], Math.SQRT1_2)])]);
        const half = step("MUL", [a(), step("CONSTANT", [], 0.5)]);
        return step("MULTIPLY_ADD", [half, erf, half]);
      }
      case "where":
        return step("SELECT", [a(), b(), c()]);
      case "cast": {
        const name = CASTS[`${(inputs[0] as Tensor).dtype} to ${node.dtype}`];
        return name === undefined ? a() : step(name, [a()]);
      }
      default: {
        const integer = (inputs[0] as Tensor).dtype === "float32" ? undefined : INTEGER_STEPS[op.name];
        const name = integer ?? (FLOAT_STEPS[op.name] as StepName);
        return step(name, inputs.length === 1 ? [a()] : [a(), b()]);
      }
    }
  }

  function operand(node: Tensor, at: number): Register {
    const input = node.inputs[at] as Tensor;
    const number = scalarOf(input);
    if (number !== undefined) return step(input.dtype === "float32" ? "CONSTANT" : "CONSTANT_INT", [], number);
    const lies = of(input);
    const known = members.has(lies.source) ? registers.get(lies.source) : undefined;
    if (known !== undefined) return known;
    const shape = shapeOver(node);
    const seen = isRowProduct(node) && at === 1 ? [lies.axes.find(({ length }) => length > 1) ?? one] : lies.axes;
    const axes = broadcast(seen, shape);
    return load({ home: lies, axes: sizeOf(shape) === size ? axes : perRow(axes) });
  }

  function load({ home, axes }: Operand): Register {
    const key = `${storageNumber(home.storage)},${home.offset},${home.perPart}:${axes.map(({ length, stride }) => `${length}*${stride}`).join(",")}`;
    const known = loadOf.get(key);
    if (known !== undefined) return { load: known };
    loadOf.set(key, loads.length);
    return { load: loads.push({ home, axes }) - 1 };
  }

  function storageNumber(storage: object): number {
    const known = storageNumbers.get(storage) ?? storageNumbers.size;
    storageNumbers.set(storage, known);
    return known;
  }

  function step(name: StepName, operands: readonly Register[], number = 0): Register {
    const key = `${name} ${operands.map((register) => ("load" in register ? `l${register.load}` : `s${register.step}`)).join(" ")} ${Object.is(number, -0) ? "-0" : number}`;
    const known = stepOf.get(key);
    if (known !== undefined) return { step: known };
    stepOf.set(key, steps.length);
    return { step: steps.push({ name, operands, number }) - 1 };
  }

  function store(node: Tensor, register: Register, axes: readonly Axis[], isRowNumber: boolean): void {
    const home = of(node);
    const mode = home.sums ? MODE.sumOfParts : MODE.write;
    stores.push({ home, axes: isRowNumber ? perRow(axes) : axes, register, mode, isRowNumber });
  }

  /** The axes of what is summed, without strides along those that are summed away. */
  function summedAxes(node: Tensor): readonly Axis[] {
    const { axes } = of(node);
    const over = (node.inputs[0] as Tensor).shape;
    return over.map((length, axis) => (axes[axis]?.length === length ? (axes[axis] as Axis) : { length, stride: 0 }));
  }

  /** A row's number, which is the same for all of the row. */
  function perRow(axes: readonly Axis[]): Axis[] {
    return [...axes, { length: width ?? 1, stride: 0 }];
  }

  /** All operands over one space with as few axes as they allow. */
  function laidOut(): Pass {
    let boundaries = [...new Set([1, width ?? 1, size])];
    const cutAt = (lengths: readonly number[]): void => {
      const joined = joinedBoundaries(boundaries, boundariesOf(lengths));
      if (joined === undefined) throw new Error("the planner requires axes that cut each other"); // fuse() checks this
      boundaries = joined;
    };
    for (const { axes } of [...loads, ...stores]) cutAt(lengthsOf(axes));
    const cut = (axes: readonly Axis[]): Axis[] => refined(axes, boundaries) as Axis[];
    const lengths = lengthsOf(cut(contiguous([size])));
    const strides = [...loads, ...stores].map(({ axes }) => cut(axes).map(({ stride }) => stride));
    for (let at = lengths.length - 1; at > 0; at--) {
      const isRow = (width ?? 1) > 1 && at === lengths.length - 1;
      const [outer, inner] = [lengths[at - 1] as number, lengths[at] as number];
      if (isRow || !strides.every((own) => own[at - 1] === (own[at] as number) * inner)) continue;
      lengths.splice(at - 1, 2, outer * inner);
      for (const own of strides) own.splice(at - 1, 1);
    }
    const last = lengths.at(-1) ?? 1;
    if (lengths.length === 0 || width === 1) {
      lengths.push(1);
      for (const own of strides) own.push(0);
    } else if (width === undefined && last > LONGEST_ROW) {
      const row = largestDivisor(last, LONGEST_ROW);
      lengths.splice(-1, 1, last / row, row);
      for (const own of strides) own.splice(-1, 0, (own.at(-1) as number) * row);
    }
    return finished(lengths, strides);
  }

  function finished(lengths: number[], strides: number[][]): Pass {
    const placedStores = stores.map(({ home, register, mode, isRowNumber }, at) => {
      const own = strides[loads.length + at] as number[];
      const isSummed = own.at(-1) === 0 && (lengths.at(-1) as number) > 1 && !isRowNumber;
      return { home, strides: own, mode, register: isSummed ? step("SUM_ROW", [register]) : register };
    });
    const placedLoads = loads.map(({ home }, at) => ({ home, strides: strides[at] as number[] }));
    return { lengths, loads: placedLoads, ...withMultiplyAdd(steps, placedStores) };
  }
}

const one: Axis = { length: 1, stride: 0 };

const CASTS: Readonly<Record<string, StepName>> = {
  "float32 to int32": "TO_INT",
  "float32 to bool": "FLOAT_TO_BOOL",
  "int32 to bool": "INT_TO_BOOL",
  "int32 to float32": "TO_FLOAT",
  "bool to float32": "TO_FLOAT",
};

const FLOAT_STEPS: Readonly<Record<string, StepName>> = {
  ...{ add: "ADD", sub: "SUB", mul: "MUL", div: "DIV", neg: "NEG", exp: "EXP", log: "LOG", sqrt: "SQRT", tanh: "TANH" },
  ...{ erf: "ERF", sigmoid: "SIGMOID", softplus: "SOFTPLUS", equal: "EQUAL", less: "LESS" },
  ...{ lessEqual: "LESS_EQUAL", and: "AND", or: "OR", not: "NOT", softmax: "SOFTMAX", logSoftmax: "LOG_SOFTMAX" },
  reduceMax: "MAX_ROW",
};

const INTEGER_STEPS: Readonly<Record<string, StepName>> = {
  ...{ add: "ADD_INT", sub: "SUB_INT", mul: "MUL_INT", neg: "NEG_INT" },
  ...{ equal: "EQUAL_INT", less: "LESS_INT", lessEqual: "LESS_EQUAL_INT" },
};

/** Whether a pass has a step for the op, or makes it of several. */
export function hasStep(name: string): boolean {
  const ownWay = ["gelu", "reduceSum", "layerNorm", "standardise", "inverseDeviation", "where", "cast"];
  return Object.hasOwn(FLOAT_STEPS, name) || ownWay.includes(name);
}

/** a b + c in one step, where nobody else wants the product. */
function withMultiplyAdd<Store extends { readonly register: Register }>(
  steps: readonly Step[],
  stores: readonly Store[],
): { steps: Step[]; stores: Store[] } {
  const uses = new Array<number>(steps.length).fill(0);
  const count = (register: Register): void => {
    if ("step" in register) uses[register.step] = (uses[register.step] as number) + 1;
  };
  for (const { operands } of steps) for (const operand of operands) count(operand);
  for (const { register } of stores) count(register);
  const kept: Step[] = [];
  const places: number[] = [];
  const gone = new Set<number>();
  const joined = steps.map((step): Step => {
    if (step.name !== "ADD") return step;
    for (const [at, operand] of step.operands.entries()) {
      const product = "step" in operand ? (steps[operand.step] as Step) : undefined;
      if (product?.name !== "MUL" || !("step" in operand) || uses[operand.step] !== 1) continue;
      gone.add(operand.step);
      return { ...step, name: "MULTIPLY_ADD", operands: [...product.operands, step.operands[1 - at] as Register] };
    }
    return step;
  });
  const moved = (register: Register): Register =>
    "load" in register ? register : { step: places[register.step] as number };
  for (const [at, step] of joined.entries()) {
    if (gone.has(at)) continue;
    places[at] = kept.push({ ...step, operands: step.operands.map(moved) }) - 1;
  }
  return { steps: kept, stores: stores.map((store) => ({ ...store, register: moved(store.register) })) };
}

function largestDivisor(size: number, most: number): number {
  for (let divisor = most; divisor > 1; divisor--) if (size % divisor === 0) return divisor;
  return size;
}
