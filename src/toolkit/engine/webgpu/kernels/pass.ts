/** @file A pass as a kernel: a thread an element, or some threads a row where steps need the whole row; sums over further axes in kernels behind it. */
import { MODE, type Operand, type PassStep, type PassWork } from "../../plan/instruction.ts";
import {
  entry,
  FAILURE_WORDS,
  float,
  IS_LATER_PART,
  joinThreads,
  type Kernel,
  KernelWriter,
  type Place,
  perElement,
  perGroup,
  sizeOfSpace,
  stridedTerms,
  THREADS,
} from "./kernel.ts";
import { as, FUNCTIONS, formula, type Kind, kindOf, ROW_NUMBERS, ROW_STEPS } from "./steps.ts";
import { sumsOfScratch } from "./sums.ts";

type Store = PassWork["stores"][number];

/** A row of so many elements is one thread's; a longer one is shared by a group. */
const ONE_THREAD = 32;
const SMALL_GROUP = 1024;

/** @returns the kernels in their order, and how many elements of scratch they leave to each other */
export function passKernels(work: PassWork, slabOf: (place: Place) => number): { kernels: Kernel[]; scratch: number } {
  const { lengths, loads, steps, stores } = work;
  const inner = lengths.length - 1;
  const width = lengths[inner] as number;
  const outer = lengths.slice(0, -1);
  const rows = sizeOfSpace(outer);
  const isRowNumber = rowNumbersOf(work);
  const isRowStore = (store: Store): boolean =>
    store.strides[inner] === 0 && width > 1 && (isRowNumber[store.register] as boolean);
  const goesByRows =
    steps.some(({ name }) => ROW_NUMBERS.has(name) || ROW_STEPS.has(name)) ||
    stores.some(({ strides }) => strides[inner] === 0 && width > 1);
  const threads = !goesByRows ? THREADS : width <= ONE_THREAD ? 1 : width <= SMALL_GROUP ? THREADS : 4 * THREADS;
  const writer = new KernelWriter(slabOf);
  const memories = loads.map(({ value }) => writer.memory(value));
  const rowOf = (operand: Operand): string =>
    [writer.start(operand), ...stridedTerms("row", outer, operand.strides.slice(0, -1))].join(" + ");
  const heads = loads.map((load, at) => `let load${at} = ${rowOf(load)};`);
  const sums: Kernel[] = [];
  let scratch = FAILURE_WORDS;
  const stored = stores.map((store, at): { store: Store; isRow: boolean; line: string } => {
    const isRow = isRowStore(store);
    const bits = read("u32", store.register);
    const isSummed = outer.some((length, axis) => length > 1 && store.strides[axis] === 0);
    if (isSummed) {
      const start = scratch;
      scratch += isRow ? rows : rows * width;
      const space = isRow ? outer : lengths;
      sums.push(sumsOfScratch({ store, start, lengths: space, strides: store.strides.slice(0, space.length) }, slabOf));
      const place = `${writer.offset("scratch", start)} + ${isRow ? "row" : `row * ${width}u + i`}`;
      return { store, isRow, line: `${writer.memory("scratch")}[${place}] = ${bits};` };
    }
    const memory = writer.memory(store.value);
    heads.push(`let store${at} = ${rowOf(store)};`);
    const place = `${memory}[store${at}${isRow ? "" : behind(store.strides[inner] as number)}]`;
    const added = `bitcast<u32>(bitcast<f32>(${place}) + ${read("f32", store.register)})`;
    const line =
      store.mode === MODE.sumOfParts
        ? `if (${IS_LATER_PART}) { ${place} = ${added}; } else { ${place} = ${bits}; }`
        : `${place} = ${bits};`;
    return { store, isRow, line };
  });
  const elements = stored.filter(({ isRow }) => !isRow);
  const numbers = stored.filter(({ isRow }) => isRow);
  const linesOf = (which: typeof stored): string =>
    `${needed(which.map(({ store }) => store.register))}\n${which.map(({ line }) => line).join("\n")}`;
  return { kernels: [goesByRows ? byRows() : byElements(), ...sums], scratch };

  function byElements(): Kernel {
    const { groups, head } = perElement(rows * width);
    const body = [head, `let i = flat % ${width}u;`, `let row = flat / ${width}u;`, ...heads, linesOf(stored)];
    return writer.finish(`${FUNCTIONS}${entry()} {\n${body.join("\n")}\n}\n`, groups);
  }

  function byRows(): Kernel {
    const { groups, head } = threads === 1 ? perElement(rows) : perGroup(rows);
    const body = [head, "let row = flat;", ...heads, ...steps.flatMap(rowLines)];
    if (elements.length > 0) body.push(loop(linesOf(elements)));
    if (numbers.length > 0) {
      // others may still read what lies where the number goes
      const once = threads === 1 ? "" : "workgroupBarrier();\nif (thread == 0u) ";
      body.push(`${once}{ let i = 0u;\n${linesOf(numbers)} }`);
    }
    const joins = threads === 1 ? "" : joinThreads(threads);
    const function_ = `${entry(threads === 1 ? THREADS : threads)} {\n${body.join("\n")}\n}\n`;
    return writer.finish(`${FUNCTIONS}${joins}${function_}`, groups);
  }

  /** The numbers of the row that a step needs. */
  function rowLines({ name, operands: [of = 0], number }: PassStep, at: number): string[] {
    const x = read("f32", of);
    const sum = (term: string, into: string): string[] => found(into, "0.0", "sum", (so) => `${so} + ${term}`);
    const found = (into: string, start: string, join: string, next: (sofar: string) => string): string[] => [
      `var sofar_${into} = ${start};`,
      loop(`${needed([of])}\nsofar_${into} = ${next(`sofar_${into}`)};`),
      `let ${into} = ${threads === 1 ? `sofar_${into}` : `${join}(sofar_${into}, thread)`};`,
    ];
    const largest = found(`first${at}`, "-3.4028234e38", "largest", (so) => `max(${so}, ${x})`);
    const exponentials = sum(`exp(${x} - first${at})`, `total${at}`);
    const [mean, deviation] = name === "STANDARDISE" ? [`first${at}`, `second${at}`] : [`mean${at}`, `first${at}`];
    switch (name) {
      case "SUM_ROW":
        return sum(x, `first${at}`);
      case "SUM_ROW_INT":
        return found(`first${at}`, "0", "count", (so) => `${so} + ${read("i32", of)}`);
      case "MAX_ROW":
        return largest;
      case "SOFTMAX":
        return [...largest, ...exponentials, `let second${at} = 1.0 / total${at};`];
      case "LOG_SOFTMAX":
        return [...largest, ...exponentials, `let second${at} = log(total${at});`];
      case "STANDARDISE":
      case "INVERSE_DEVIATION":
        return [
          ...[...sum(x, `total${at}`), `let ${mean} = total${at} * ${float(1 / width)};`],
          ...sum(`(${x} - ${mean}) * (${x} - ${mean})`, `squares${at}`),
          `let ${deviation} = 1.0 / sqrt(squares${at} * ${float(1 / width)} + ${float(number)});`,
        ];
      default:
        return [];
    }
  }

  function loop(body: string): string {
    const [start, step] = threads === 1 ? ["0u", 1] : ["thread", threads];
    return `for (var i = ${start}; i < ${width}u; i += ${step}u) {\n${body}\n}`;
  }

  /** Lines that make registers, and what they are made of, at element `i`. */
  function needed(registers: readonly number[]): string {
    const all = new Set<number>();
    const visit = (register: number): void => {
      if (all.has(register)) return;
      all.add(register);
      const step = steps[register - loads.length];
      if (step !== undefined && !ROW_NUMBERS.has(step.name)) step.operands.forEach(visit);
    };
    registers.forEach(visit);
    const lines = [...all]
      .toSorted((a, b) => a - b)
      .map((register) => {
        const step = steps[register - loads.length];
        if (step !== undefined) return `let step${register} = ${formula(step, register - loads.length, read)};`;
        const stride = (loads[register] as Operand).strides[inner] as number;
        return `let step${register} = ${memories[register]}[load${register}${behind(stride)}];`;
      });
    return lines.join("\n");
  }

  function read(kind: Kind, register: number): string {
    const step = steps[register - loads.length];
    return as(kind, step === undefined ? "u32" : kindOf(step.name), `step${register}`);
  }

  /** Of element `i` in a row. */
  function behind(stride: number): string {
    if (stride === 0 || width === 1) return "";
    return stride === 1 ? " + i" : ` + i * ${stride}u`;
  }
}

/** For each register whether it is one number a row. */
function rowNumbersOf({ lengths, loads, steps }: PassWork): boolean[] {
  const inner = lengths.length - 1;
  const is = loads.map(({ strides }) => strides[inner] === 0);
  for (const { name, operands } of steps) {
    is.push(ROW_NUMBERS.has(name) || (!ROW_STEPS.has(name) && operands.every((register) => is[register])));
  }
  return is;
}
