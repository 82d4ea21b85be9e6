/** @file Instructions as they are collected: what each does with which values, and which memory it reads and writes. */
import type { Axis } from "./axes.ts";
import type { Home, Storage } from "./homes.ts";
import {
  type Attend,
  type ById,
  type Instruction,
  type MatrixOperand,
  MODE,
  type Mode,
  type Operand,
  type Product,
  type Work,
} from "./instruction.ts";
import type { Pass, Register } from "./pass.ts";
import type { Stage } from "./roles.ts";

type Place = Pick<Home, "storage" | "offset" | "perPart">;

interface Matrices extends Pick<Product, "m" | "n" | "k" | "scale" | "mode" | "lengths"> {
  readonly bias: Place | undefined;
  readonly operands: readonly {
    readonly place: Place;
    readonly row: number;
    readonly column: number;
    readonly strides: readonly number[];
  }[];
}

/** An array, and its strides over the axes of an instruction. */
export interface Placed {
  readonly place: Place;
  readonly strides: readonly number[];
}

/** The code of a program, and its values. */
export class Code {
  readonly instructions: Instruction[] = [];
  /** A value for each storage and step from part to part. */
  readonly values: { readonly storage: Storage; readonly perPart: number }[] = [];
  readonly #valueOf = new Map<Storage, Map<number, number>>();
  #stage: Stage = "before";
  #ops: readonly string[] = [];

  /** What is added from here on belongs to the stage, and does these ops. */
  begin(stage: Stage, ops: readonly string[]): void {
    this.#stage = stage;
    this.#ops = ops;
  }

  #value({ storage, perPart }: Place): number {
    const steps = this.#valueOf.get(storage) ?? new Map<number, number>();
    this.#valueOf.set(storage, steps);
    const known = steps.get(perPart);
    if (known !== undefined) return known;
    const value = this.values.push({ storage, perPart }) - 1;
    steps.set(perPart, value);
    return value;
  }

  #operand(place: Place, strides: readonly number[] = []): Operand {
    return { value: this.#value(place), offset: place.offset, strides };
  }

  #add(
    work: Work,
    {
      reads,
      writes,
      ...more
    }: { reads: readonly Place[]; writes: readonly Place[] } & Partial<Pick<Instruction, "inPlace" | "sums">>,
  ): void {
    this.instructions.push({
      ...{ stage: this.#stage, ops: this.#ops, work },
      reads: reads.map(({ storage }) => storage),
      writes: writes.map(({ storage }) => storage),
      ...{ inPlace: [], sums: [], ...more },
    });
  }

  product({ bias, operands, ...sizes }: Matrices): void {
    const places = operands.map(({ place }) => place);
    const vector = bias === undefined ? undefined : this.#operand(bias);
    const matrices = operands.map(({ place, row, column, strides }) => {
      return { ...this.#operand(place, strides), row, column };
    });
    const [a, b, c] = matrices as [MatrixOperand, MatrixOperand, MatrixOperand];
    this.#add(
      { opcode: "PRODUCT", ...sizes, bias: vector, a, b, c },
      {
        reads: [...places.slice(0, 2), ...(bias === undefined ? [] : [bias])],
        ...written(sizes.mode, ...places.slice(2)),
      },
    );
  }

  attend({ lengths, scale, queries, mask, to, parts }: Omit<Attend<Placed>, "opcode">): void {
    const memories = parts.flatMap(({ keys, values }) => [keys, values]);
    const operand = ({ place, strides }: Placed): Operand => this.#operand(place, strides);
    this.#add(
      {
        ...{ opcode: "ATTEND", lengths, scale, queries: operand(queries), mask: operand(mask), to: operand(to) },
        parts: parts.map(({ length, keys, values }) => ({ length, keys: operand(keys), values: operand(values) })),
      },
      { reads: [queries, mask, ...memories].map(({ place }) => place), writes: [to.place] },
    );
  }

  copy(mode: Mode, to: Place & { axes: readonly Axis[] }, from: Place & { axes: readonly Axis[] }): void {
    const lengths = to.axes.map(({ length }) => length);
    this.#add(
      {
        opcode: "COPY",
        mode,
        lengths,
        to: this.#operand(to, stridesOf(to)),
        from: this.#operand(from, stridesOf(from)),
      },
      { reads: [from], ...written(mode, to) },
    );
  }

  fill(number: number, to: Place & { axes: readonly Axis[] }): void {
    const lengths = to.axes.map(({ length }) => length);
    this.#add({ opcode: "FILL", number, lengths, to: this.#operand(to, stridesOf(to)) }, { reads: [], writes: [to] });
  }

  pass({ lengths, loads, steps, stores }: Pass): void {
    const register = (one: Register): number => ("load" in one ? one.load : loads.length + one.step);
    const homes = (operands: readonly { home: Place }[]): Place[] => operands.map(({ home }) => home);
    const inPlace = stores.flatMap(({ home, strides, mode }) => {
      const isWhole = mode === 0 && strides.every((stride, axis) => stride > 0 || lengths[axis] === 1);
      if (!isWhole) return [];
      return loads.flatMap((load): [Storage, Storage][] => {
        const isSame =
          load.home.offset === home.offset &&
          load.home.perPart === home.perPart &&
          load.strides.every((stride, axis) => stride === strides[axis] || lengths[axis] === 1);
        const others = loads.filter((other) => other !== load && other.home.storage === load.home.storage);
        return isSame && others.length === 0 ? [[load.home.storage, home.storage]] : [];
      });
    });
    const sums = stores.flatMap(({ home, mode }) => (mode === MODE.sumOfParts ? [home.storage] : []));
    this.#add(
      {
        ...{ opcode: "PASS", lengths },
        loads: loads.map(({ home, strides }) => this.#operand(home, strides)),
        steps: steps.map(({ name, operands, number }) => ({ name, operands: operands.map(register), number })),
        stores: stores.map((store) => {
          const { home, strides, mode } = store;
          return { ...this.#operand(home, strides), register: register(store.register), mode };
        }),
      },
      { reads: homes(loads), writes: homes(stores), inPlace, sums },
    );
  }

  /** Rows by ids. */
  byId(
    sizes: Pick<ById, "opcode" | "limit" | "width" | "count" | "mode">,
    [values, ids, to]: readonly [Place, Place, Place],
  ): void {
    const operands = { values: this.#operand(values), ids: this.#operand(ids), to: this.#operand(to) };
    this.#add({ ...sizes, ...operands }, { reads: [values, ids], ...written(sizes.mode, to) });
  }

  cumulate(
    sizes: { width: number; count: number; isReversed: boolean; isInteger: boolean },
    from: Place,
    to: Place,
  ): void {
    const operands = { from: this.#operand(from), to: this.#operand(to) };
    this.#add({ opcode: "CUMULATE", ...sizes, ...operands }, { reads: [from], writes: [to] });
  }

  argMax(sizes: { width: number; count: number }, from: Place, to: Place): void {
    const operands = { from: this.#operand(from), to: this.#operand(to) };
    this.#add({ opcode: "ARGMAX", ...sizes, ...operands }, { reads: [from], writes: [to] });
  }
}

function stridesOf({ axes }: { readonly axes: readonly Axis[] }): number[] {
  return axes.map(({ stride }) => stride);
}

function written(mode: Mode, ...to: readonly Place[]): { writes: readonly Place[]; sums: readonly Storage[] } {
  return { writes: to, sums: mode === MODE.sumOfParts ? to.map(({ storage }) => storage) : [] };
}
