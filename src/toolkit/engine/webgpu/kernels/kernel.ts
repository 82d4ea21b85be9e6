/** @file One kernel as it is written in WGSL: the memory that it binds, the offsets that it is handed, how many groups of threads run it. */
import type { Operand } from "../../plan/instruction.ts";

/** Groups of threads along x, y and z. */
export type Groups = readonly [number, number, number];

/** A value of the plan by its number; the memory for sums that one kernel leaves to the next; or none, for a plain number. */
export type Place = number | "scratch" | "none";

export interface Kernel {
  readonly code: string;
  /** The slabs that it binds, in the order of their bindings. */
  readonly slabs: readonly number[];
  /** What the settings hold behind their first word, which is 1 where a sum over parts is added to: places, and elements behind them. */
  readonly offsets: readonly (readonly [place: Place, elements: number])[];
  readonly groups: Groups;
}

/** The beginning of scratch memory, where a kernel tells of an id out of range: the instruction's number + 1, the id. */
export const FAILURE_WORDS = 16;

/** Threads of a group, but where a kernel says otherwise. */
export const THREADS = 64;

/** The most groups along an axis that every device allows. */
const MOST_GROUPS = 65_535;

/** Storage buffers that every device lets a kernel bind. */
export const MOST_SLABS = 8;

/** All memory is bound as 4-byte words, a slab once, so that one kernel may read and write the same one. */
export class KernelWriter {
  readonly #slabOf: (place: Place) => number;
  readonly #slabs: number[] = [];
  readonly #offsets: (readonly [Place, number])[] = [];

  constructor(slabOf: (place: Place) => number) {
    this.#slabOf = slabOf;
  }

  /** The name of the memory that holds a place. */
  memory(place: Place): string {
    const slab = this.#slabOf(place);
    const known = this.#slabs.indexOf(slab);
    return `slab${known === -1 ? this.#slabs.push(slab) - 1 : known}`;
  }

  /** An expression: where a place begins in its slab, and so many elements behind that. */
  offset(place: Place, elements: number): string {
    const word = this.#offsets.push([place, elements]); // word 0 tells of sums over parts
    return `settings[${word >> 2}].${"xyzw"[word & 3]}`;
  }

  /** A number that is handed over, so that kernels which differ in it alone are one. */
  number(value: number): string {
    return this.offset("none", value);
  }

  start({ value, offset }: Operand): string {
    return this.offset(value, offset);
  }

  finish(body: string, groups: Groups): Kernel {
    const words = Math.ceil((this.#offsets.length + 1) / 4);
    const memory = this.#slabs.map(
      (_, at) => `@group(0) @binding(${at + 1}) var<storage, read_write> slab${at}: array<u32>;\n`,
    );
    const settings = `@group(0) @binding(0) var<uniform> settings: array<vec4u, ${words}>;\n`;
    return { code: `${settings}${memory.join("")}${body}`, slabs: this.#slabs, offsets: this.#offsets, groups };
  }
}

/** True where a sum over parts has begun: it is then added to. */
export const IS_LATER_PART = "settings[0].x != 0u";

/** The first line of a kernel's function. */
export function entry(threads = THREADS): string {
  return `@compute @workgroup_size(${threads}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32)`;
}

/** So many groups, along two axes where one does not hold them. */
function spread(count: number): Groups {
  if (count <= MOST_GROUPS) return [Math.max(1, count), 1, 1];
  const y = Math.ceil(count / MOST_GROUPS);
  return [Math.ceil(count / y), y, 1];
}

/** Groups of threads, one thread for each of `size` elements; `flat` is an element's number. */
export function perElement(size: number): { groups: Groups; head: string } {
  const groups = spread(Math.ceil(size / THREADS));
  const head = `let flat = (group.y * ${groups[0]}u + group.x) * ${THREADS}u + thread; if (flat >= ${size}u) { return; }`;
  return { groups, head };
}

/** The same for a size that is handed over. */
export function perNumber(writer: KernelWriter, size: number): { groups: Groups; head: string } {
  const groups = spread(Math.ceil(size / THREADS));
  const flat = `(group.y * ${writer.number(groups[0])} + group.x) * ${THREADS}u + thread`;
  return { groups, head: `let flat = ${flat}; if (flat >= ${writer.number(size)}) { return; }` };
}

/** One group for each of `count`; `flat` is the group's number, the same for all of its threads. */
export function perGroup(count: number): { groups: Groups; head: string } {
  const groups = spread(count);
  return { groups, head: `let flat = group.y * ${groups[0]}u + group.x; if (flat >= ${count}u) { return; }` };
}

/** As many groups along z as there may be; a kernel that wants more takes several turns. */
export function along(count: number): number {
  return Math.min(count, MOST_GROUPS);
}

/** A literal; what is no finite number is made of bits that the compiler cannot see through, since WGSL knows none. */
export function float(x: number): string {
  const rounded = Math.fround(x);
  if (!Number.isFinite(rounded)) {
    const bits = new Uint32Array(Float32Array.of(rounded).buffer)[0];
    return `bitcast<f32>(${bits}u | (settings[0].x & 0u))`;
  }
  const text = String(rounded);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

/** The sum, the same in every thread, of one number a thread: halves added to halves, always in the same order. */
export function joinThreads(threads: number): string {
  const join = (name: string, type: string, combined: string): string =>
    `var<workgroup> ${name}_of: array<${type}, ${threads}>;
fn ${name}(own: ${type}, thread: u32) -> ${type} {
  ${name}_of[thread] = own; workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half >>= 1u) {
    if (thread < half) { let a = ${name}_of[thread]; let b = ${name}_of[thread + half]; ${name}_of[thread] = ${combined}; }
    workgroupBarrier();
  }
  let all = ${name}_of[0]; workgroupBarrier(); return all;
}
`;
  return `${join("sum", "f32", "a + b")}${join("largest", "f32", "max(a, b)")}${join("count", "i32", "a + b")}`;
}

/** Where the element with number `flat` of a space lies, by its strides: the terms of a sum. */
export function stridedTerms(flat: string, lengths: readonly number[], strides: readonly number[]): string[] {
  const terms: string[] = [];
  let left = flat;
  let outer = lengths.reduce((size, length) => size * length, 1);
  for (let axis = lengths.length - 1; axis >= 0; axis--) {
    const length = lengths[axis] as number;
    if (length === 1) continue;
    outer /= length;
    const place = outer === 1 ? left : `(${left} % ${length}u)`;
    if (strides[axis] !== 0) terms.push(`${place} * ${strides[axis]}u`);
    left = `(${left} / ${length}u)`;
  }
  return terms;
}

export function sizeOfSpace(lengths: readonly number[]): number {
  return lengths.reduce((size, length) => size * length, 1);
}
