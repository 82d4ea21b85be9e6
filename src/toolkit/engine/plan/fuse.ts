/** @file Which nodes go into one pass over memory: steps over the same elements, as long as no other unit must run between them. */
import type { Graph } from "../../tensor/index.ts";
import { sizeOf } from "../../tensor/spec.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { boundariesOf, broadcast, collapsed, joinedBoundaries } from "./axes.ts";
import { type Homes, inputsOf, productOf } from "./homes.ts";
import { isLeaf, isRowProduct, isStep, isView, type Roles, rowWidth, type Stage } from "./roles.ts";

/** Nodes that are run together: a pass, or a single instruction with what prepares it. */
export interface Unit {
  readonly stage: Stage;
  readonly isPass: boolean;
  /** In an order in which a node comes after its inputs. */
  readonly members: readonly Tensor[];
  /** Of a pass: how many elements it goes over, and how many a row has where steps need whole rows. */
  readonly size: number;
  readonly width: number | undefined;
  /** Members that have one number a row. */
  readonly rowNumbers: ReadonlySet<Tensor>;
  /** Units that must run before, by their place in the list. */
  readonly after: ReadonlySet<Unit>;
}

/** What a node reads, and how the reading goes. */
interface Source {
  /** as the step names it: a view, or the source itself */
  readonly input: Tensor;
  readonly source: Tensor;
  /** Over which axes; an input that is read over others as well is loaded once more. */
  readonly over: string;
  /** All of it, element by element. */
  readonly isSame: boolean;
  /** Each number for as many elements, which stand together; undefined: otherwise. */
  readonly perRow: number | undefined;
}

type Level = "full" | "row";

class Group implements Unit {
  readonly id: number;
  readonly stage: Stage;
  readonly isPass: boolean;
  members: Tensor[] = [];
  size = 0;
  width: number | undefined;
  boundaries: readonly number[] = [1];
  readonly rowNumbers = new Set<Tensor>();
  /** A bit for each unit that must run before. */
  ancestors: Uint32Array;
  readonly after = new Set<Group>();

  constructor(id: number, stage: Stage, isPass: boolean, words: number) {
    this.id = id;
    this.stage = stage;
    this.isPass = isPass;
    this.ancestors = new Uint32Array(words);
  }

  runsAfter({ id }: Group): boolean {
    return (((this.ancestors[id >> 5] as number) >>> (id & 31)) & 1) === 1;
  }
}

/**
 * Most members of a pass: the registers of a block of rows should stay in the first-level cache, and the native engine has
 * room for the stores of so many.
 */
const MOST_MEMBERS = 64;

/** Most arrays that a pass reads: program.h has no room for more. */
const MOST_LOADS = 64;

export function fuse(graph: Graph, roles: Roles, homes: Homes): Unit[] {
  const made = graph.nodes.filter(
    (node) => !isLeaf(node) && !roles.absorbed.has(node) && (!isView(node) || homes.copies.has(node)),
  );
  const words = (made.length + 31) >> 5;
  const unitOf = new Map<Tensor, Group>();
  const groups = new Set<Group>();
  const readersOf = new Map<Tensor, Group>(); // the last pass that reads all of a tensor or a view, element by element
  let count = 0;
  const sourcesMemo = new Map<Tensor, Source[]>();
  for (const node of made) {
    const stage = roles.stageOf.get(node) as Stage;
    const isPass = isStep(node) && productOf(node, roles) === undefined && !roles.attentions.has(node);
    const sources = sourcesOf(node);
    sourcesMemo.set(node, sources);
    const inputs = [...new Set(sources.flatMap(({ source }) => unitOf.get(source) ?? []))];
    const own = new Group(count++, stage, isPass, words);
    own.members = [node];
    const joined = isPass ? join(node, own, sources, inputs) : undefined;
    const unit = joined ?? own;
    if (joined === undefined) {
      for (const input of inputs) addAncestors(own, input);
      if (isPass) describe(own, node, "full");
      groups.add(own);
    }
    unitOf.set(node, unit);
    if (isPass) {
      for (const one of sources) {
        const read = readOf(one);
        if (sizeOf(read.shape) === unit.size && unitOf.get(one.source) !== unit) readersOf.set(read, unit);
      }
    }
  }
  const list = [...groups];
  for (const unit of list) {
    for (const member of unit.members) {
      for (const { source } of sourcesMemo.get(member) ?? []) {
        const input = unitOf.get(source);
        if (input !== undefined && input !== unit) unit.after.add(input);
      }
    }
  }
  return list;

  function sourcesOf(node: Tensor): Source[] {
    const shape = shapeOver(node);
    return inputsOf(node, roles, homes).map((input, at) => {
      const { source, seen } = homes.of(input);
      const isVector = isRowProduct(node) && at === 1; // its axes are not those of the rows
      const over = isVector ? "a row" : shape.join();
      if (seen === undefined || seen.offset !== 0 || isVector)
        return { input, source, over, isSame: false, perRow: undefined };
      const axes = collapsed(broadcast(seen.axes, shape));
      const size = sizeOf(shape);
      const isSame = sizeOf(source.shape) === size && (size === 1 || (axes.length === 1 && axes[0]?.stride === 1));
      const [outer, inner] = axes;
      const rows = sizeOf(source.shape);
      const isRow =
        inner?.stride === 0
          ? axes.length === 2 && outer?.stride === 1
          : rows === 1 && axes.length === 1 && outer?.stride === 0;
      const perRow = isRow && !isSame ? size / rows : undefined;
      return { input, source, over, isSame, perRow };
    });
  }

  /** The pass that the node becomes part of, several merged where it joins them; undefined: it begins one. */
  function join(node: Tensor, own: Group, sources: readonly Source[], inputs: readonly Group[]): Group | undefined {
    const wanted = inputs.filter((group) => group.isPass);
    const siblings = sources.flatMap((one) => readersOf.get(readOf(one)) ?? []);
    const alive = [...new Set([...wanted, ...siblings])].filter((group) => groups.has(group)).toReversed();
    const levels = new Map(alive.map((group) => [group, levelIn(group)]));
    const fitting = alive.filter((group) => levels.get(group) !== undefined);
    let chosen: Group[] = [];
    for (const group of fitting) {
      const together = [...chosen, group];
      if (mayMerge(together) && isFree(together) && loads(together) <= MOST_LOADS) chosen = together;
    }
    if (chosen.length === 0) return undefined;
    const [into, ...more] = chosen as [Group, ...Group[]];
    const level = levels.get(into) as Level;
    for (const group of more) absorb(into, group);
    into.members.push(node);
    let grown = more.length > 0;
    for (const input of inputs) {
      if (input !== into && !more.includes(input)) grown = addAncestors(into, input) || grown;
    }
    describe(into, node, level);
    if (grown) spread(into, more);
    return into;

    /** At which level the node stands in a group: as all its inputs there say. */
    function levelIn(group: Group): Level | undefined {
      if (group.stage !== own.stage || !group.isPass || group.members.length >= MOST_MEMBERS) return undefined;
      const width = rowWidth(node);
      const size = sizeOf(shapeOver(node));
      let level: Level | undefined;
      for (const { source, isSame, perRow } of sources) {
        if (unitOf.get(source) !== group) continue;
        const isRowNumber = group.rowNumbers.has(source);
        const here: Level | undefined = isSame
          ? isRowNumber
            ? "row"
            : "full"
          : isRowNumber && perRow !== undefined && perRow === group.width
            ? "full"
            : undefined;
        if (here === undefined || (level !== undefined && level !== here)) return undefined;
        level = here;
      }
      level ??= "full";
      if (level === "full" && size !== group.size) return undefined;
      if (level === "row" && (width !== undefined || size * (group.width ?? 0) !== group.size)) return undefined;
      if (width !== undefined && group.width !== undefined && width !== group.width) return undefined;
      const boundaries = joinedBoundaries(group.boundaries, ownBoundaries(node, level, group.width));
      return boundaries !== undefined && rowsAreWhole(boundaries, width ?? group.width) ? level : undefined;
    }

    function mayMerge(together: readonly Group[]): boolean {
      const [first] = together as readonly [Group];
      const widths = new Set(
        [rowWidth(node), ...together.map(({ width }) => width)].filter((width) => width !== undefined),
      );
      if (widths.size > 1 || together.some(({ size }) => size !== first.size)) return false;
      if (together.reduce((sum, { members }) => sum + members.length, 0) > MOST_MEMBERS) return false;
      if (together.some((group) => levels.get(group) !== levels.get(first))) return false;
      let boundaries: readonly number[] | undefined = [1];
      for (const group of together) boundaries = boundaries && joinedBoundaries(boundaries, group.boundaries);
      return boundaries !== undefined && rowsAreWhole(boundaries, [...widths][0]);
    }

    /** How many arrays the groups and the node read together, at most: what none of them makes. */
    function loads(together: readonly Group[]): number {
      const read = new Map<Tensor, Set<string>>();
      for (const member of [...together.flatMap(({ members }) => members), node]) {
        for (const { input, source, over } of sourcesMemo.get(member) ?? []) {
          const maker = unitOf.get(source);
          if (maker === undefined || !together.includes(maker))
            read.set(input, (read.get(input) ?? new Set()).add(over));
        }
      }
      return [...read.values()].reduce((sum, { size }) => sum + size, 0);
    }

    /** Whether nothing must run between the groups, nor between them and the node. */
    function isFree(together: readonly Group[]): boolean {
      const outside = inputs.filter((input) => !together.includes(input));
      return (
        together.every((group) => together.every((other) => !group.runsAfter(other))) &&
        outside.every((input) => together.every((group) => !input.runsAfter(group)))
      );
    }
  }

  function absorb(into: Group, group: Group): void {
    into.members = into.members.concat(group.members);
    for (const member of group.members) unitOf.set(member, into);
    for (const member of group.rowNumbers) into.rowNumbers.add(member);
    into.boundaries = joinedBoundaries(into.boundaries, group.boundaries) as number[];
    into.width ??= group.width;
    for (let word = 0; word < words; word++) {
      into.ancestors[word] = (into.ancestors[word] as number) | (group.ancestors[word] as number);
    }
    for (const [source, reader] of readersOf) if (reader === group) readersOf.set(source, into);
    groups.delete(group);
  }

  /** What runs after the group now also runs after all that the group has come to run after. */
  function spread(into: Group, gone: readonly Group[]): void {
    const [word, bit] = [into.id >> 5, 1 << (into.id & 31)];
    for (const group of groups) {
      if (group === into) continue;
      if (!group.runsAfter(into) && !gone.some((old) => group.runsAfter(old))) continue;
      for (let at = 0; at < words; at++) {
        group.ancestors[at] = (group.ancestors[at] as number) | (into.ancestors[at] as number);
      }
      group.ancestors[word] = (group.ancestors[word] as number) | bit;
    }
  }

  /** @returns whether there are more of them now */
  function addAncestors(unit: Group, input: Group): boolean {
    let grown = false;
    const add = (word: number, bits: number): void => {
      const before = unit.ancestors[word] as number;
      unit.ancestors[word] = before | bits;
      grown ||= unit.ancestors[word] !== before;
    };
    for (let word = 0; word < words; word++) add(word, input.ancestors[word] as number);
    add(input.id >> 5, 1 << (input.id & 31));
    return grown;
  }
}

/** What others read in the same way: the source, where it is read as it was made, else the view. */
function readOf({ input, source, isSame }: Source): Tensor {
  return isSame ? source : input;
}

/** The shape that a node's step goes over: of a sum or a row's number that of what it is taken of. */
export function shapeOver(node: Tensor): readonly number[] {
  const takesRows = node.op.name === "reduceSum" || node.op.name === "reduceMax" || node.op.name === "inverseDeviation";
  return takesRows || rowWidth(node) !== undefined ? (node.inputs[0] as Tensor).shape : node.shape;
}

function describe(group: Group, node: Tensor, level: Level): void {
  const width = rowWidth(node);
  if (level === "full") group.size = sizeOf(shapeOver(node));
  group.width ??= width;
  const boundaries = ownBoundaries(node, level, group.width);
  group.boundaries = joinedBoundaries(group.boundaries, boundaries) ?? boundaries;
  const isNumber = width !== undefined && sizeOf(node.shape) !== group.size;
  if (isNumber || (level === "row" && node.op.name !== "reduceSum")) group.rowNumbers.add(node);
}

function ownBoundaries(node: Tensor, level: Level, width: number | undefined): number[] {
  const own = boundariesOf(shapeOver(node));
  return level === "full" || width === undefined ? own : [...new Set([1, ...own.map((size) => size * width)])];
}

/** Whether no boundary lies within a row. */
function rowsAreWhole(boundaries: readonly number[], width: number | undefined): boolean {
  return width === undefined || boundaries.every((size) => size <= 1 || size >= width);
}
