/** @file Instructions as they are collected: their words, and which memory each reads and writes. */
import type { Axis } from "./axes.ts";
import type { Home, Storage } from "./homes.ts";
import { MODE, OPCODE, STEP } from "./opcodes.ts";
import type { Pass, Register } from "./pass.ts";
import type { Stage } from "./roles.ts";

type Place = Pick<Home, "storage" | "offset" | "perPart">;

export interface Instruction {
  readonly stage: Stage;
  readonly words: readonly number[];
  readonly reads: readonly Storage[];
  readonly writes: readonly Storage[];
  /** Storages that it reads and writes element by element at the same places: a result may lie over what it is made of. */
  readonly inPlace: readonly (readonly [read: Storage, written: Storage])[];
  /** Storages in which parts are added up. */
  readonly sums: readonly Storage[];
  /** What an id out of range is told of. */
  readonly ids?: { readonly op: string; readonly count: number };
}

interface Matrices {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly scale: number;
  readonly mode: number;
  readonly bias: Place | undefined;
  readonly lengths: readonly number[];
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

interface Attending {
  /** rows, samples, heads, queries of a head, places, elements */
  readonly lengths: readonly number[];
  readonly scale: number;
  readonly queries: Placed;
  readonly mask: Placed;
  readonly to: Placed;
  readonly parts: readonly { readonly length: number; readonly keys: Placed; readonly values: Placed }[];
}

/** The code of a program, and its values. */
export class Code {
  readonly instructions: Instruction[] = [];
  /** A value for each storage and step from part to part. */
  readonly values: { readonly storage: Storage; readonly perPart: number }[] = [];
  readonly #valueOf = new Map<Storage, Map<number, number>>();

  #value({ storage, perPart }: Place): number {
    const steps = this.#valueOf.get(storage) ?? new Map<number, number>();
    this.#valueOf.set(storage, steps);
    const known = steps.get(perPart);
    if (known !== undefined) return known;
    const value = this.values.push({ storage, perPart }) - 1;
    steps.set(perPart, value);
    return value;
  }

  #operand(place: Place, strides: readonly number[]): number[] {
    return [this.#value(place), place.offset, ...strides];
  }

  #add(
    stage: Stage,
    opcode: keyof typeof OPCODE,
    words: readonly number[],
    {
      reads,
      writes,
      ...more
    }: { reads: readonly Place[]; writes: readonly Place[] } & Partial<Pick<Instruction, "inPlace" | "sums" | "ids">>,
  ): void {
    this.instructions.push({
      stage,
      words: [OPCODE[opcode], words.length + 2, ...words],
      reads: reads.map(({ storage }) => storage),
      writes: writes.map(({ storage }) => storage),
      ...{ inPlace: [], sums: [], ...more },
    });
  }

  product(stage: Stage, { m, n, k, scale, mode, bias, lengths, operands }: Matrices): void {
    const places = operands.map(({ place }) => place);
    this.#add(
      stage,
      "PRODUCT",
      [
        ...[m, n, k, scale, mode, ...(bias === undefined ? [-1, 0] : [this.#value(bias), bias.offset])],
        ...[lengths.length, ...lengths],
        ...operands.flatMap(({ place, row, column, strides }) => [
          ...this.#operand(place, []),
          row,
          column,
          ...strides,
        ]),
      ],
      {
        reads: [...places.slice(0, 2), ...(bias === undefined ? [] : [bias])],
        ...written(mode, ...places.slice(2)),
      },
    );
  }

  attend(stage: Stage, { lengths, scale, queries, mask, to, parts }: Attending): void {
    const memories = parts.flatMap(({ keys, values }) => [keys, values]);
    const words = ({ place, strides }: Placed): number[] => this.#operand(place, strides);
    this.#add(
      stage,
      "ATTEND",
      [
        ...[lengths.length, ...lengths, scale, parts.length, ...words(queries), ...words(mask), ...words(to)],
        ...parts.flatMap(({ length, keys, values }) => [length, ...words(keys), ...words(values)]),
      ],
      { reads: [queries, mask, ...memories].map(({ place }) => place), writes: [to.place] },
    );
  }

  copy(
    stage: Stage,
    mode: number,
    to: Place & { axes: readonly Axis[] },
    from: Place & { axes: readonly Axis[] },
  ): void {
    const lengths = to.axes.map(({ length }) => length);
    const strides = ({ axes }: { axes: readonly Axis[] }): number[] => axes.map(({ stride }) => stride);
    const words = [
      mode,
      lengths.length,
      ...lengths,
      ...this.#operand(to, strides(to)),
      ...this.#operand(from, strides(from)),
    ];
    this.#add(stage, "COPY", words, { reads: [from], ...written(mode, to) });
  }

  fill(stage: Stage, number: number, to: Place & { axes: readonly Axis[] }): void {
    const lengths = to.axes.map(({ length }) => length);
    const words = [
      number,
      lengths.length,
      ...lengths,
      ...this.#operand(
        to,
        to.axes.map(({ stride }) => stride),
      ),
    ];
    this.#add(stage, "FILL", words, { reads: [], writes: [to] });
  }

  pass(stage: Stage, { lengths, loads, steps, stores }: Pass): void {
    const register = (one: Register | undefined): number =>
      one === undefined ? -1 : "load" in one ? one.load : loads.length + one.step;
    const words = [
      ...[lengths.length, ...lengths],
      ...[loads.length, ...loads.flatMap(({ home, strides }) => this.#operand(home, strides))],
      steps.length,
      ...steps.flatMap(({ name, operands: [a, b, c], number }) => [
        STEP[name],
        register(a),
        register(b),
        register(c),
        number,
      ]),
      stores.length,
      ...stores.flatMap((store) => [register(store.register), store.mode, ...this.#operand(store.home, store.strides)]),
    ];
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
    this.#add(stage, "PASS", words, { reads: homes(loads), writes: homes(stores), inPlace, sums });
  }

  /** GATHER, SUM_ROWS, TAKE, PLACE: rows by ids. */
  byId(
    stage: Stage,
    opcode: "GATHER" | "SUM_ROWS" | "TAKE" | "PLACE",
    numbers: readonly number[],
    [values, ids, to]: readonly [Place, Place, Place],
    about: { op: string; count: number },
  ): void {
    const words = [...numbers, ...[values, ids, to].flatMap((place) => this.#operand(place, []))];
    this.#add(stage, opcode, words, { reads: [values, ids], ...written(numbers[3] ?? 0, to), ids: about });
  }

  /** CUMULATE, ARGMAX: rows to rows. */
  alongRows(stage: Stage, opcode: "CUMULATE" | "ARGMAX", numbers: readonly number[], from: Place, to: Place): void {
    const words = [...numbers, ...this.#operand(from, []), ...this.#operand(to, [])];
    this.#add(stage, opcode, words, { reads: [from], writes: [to] });
  }
}

function written(mode: number, ...to: readonly Place[]): { writes: readonly Place[]; sums: readonly Storage[] } {
  return { writes: to, sums: mode === MODE.sumOfParts ? to.map(({ storage }) => storage) : [] };
}
