/** @file Where in the arena each storage lies: what is not needed at the same time shares memory. */
import type { Code } from "./code.ts";
import type { Storage } from "./homes.ts";

const ALIGNMENT = 16; // elements: a cache line

/** The first and the last instruction that touch a storage; the instructions of a part count as one where others see it. */
export interface Life {
  first: number;
  last: number;
}

/** The lives of all storages, by the numbers of instructions in the order of stages. */
export function livesOf({ instructions }: Code): Map<Storage, Life> {
  const lives = new Map<Storage, Life>();
  const stages = new Map<Storage, Set<string>>();
  const loopStart = instructions.findIndex(({ stage }) => stage === "each");
  const loopEnd = instructions.findLastIndex(({ stage }) => stage === "each");
  for (const [at, { stage, reads, writes }] of instructions.entries()) {
    for (const storage of [...reads, ...writes]) {
      const life = lives.get(storage) ?? { first: at, last: at };
      life.last = at;
      lives.set(storage, life);
      const seen = stages.get(storage) ?? new Set();
      seen.add(stage);
      stages.set(storage, seen);
    }
  }
  const sums = new Set(instructions.flatMap(({ sums }) => sums));
  for (const [storage, life] of lives) {
    const seen = stages.get(storage) as Set<string>;
    if (!seen.has("each") || (seen.size === 1 && !sums.has(storage))) continue;
    life.first = Math.min(life.first, loopStart);
    life.last = Math.max(life.last, loopEnd);
  }
  return lives;
}

/** @returns the offset of each storage of the arena, and the arena's size, in elements */
export function placeInArena(
  code: Code,
  lives: ReadonlyMap<Storage, Life>,
): { offsets: Map<Storage, number>; size: number } {
  const blocks = [...blocksOf(code, lives)].toSorted((a, b) => b.size - a.size);
  const placed: typeof blocks = [];
  const offsets = new Map<Storage, number>();
  let size = 0;
  for (const block of blocks) {
    let offset = 0;
    for (const other of placed) {
      // in order of their offsets: the first gap that is large enough
      if (other.last < block.first || other.first > block.last) continue;
      if (offset + block.size <= other.offset) break;
      offset = Math.max(offset, other.offset + other.size);
    }
    block.offset = offset;
    placed.splice(firstBehind(placed, offset), 0, block);
    for (const storage of block.storages) offsets.set(storage, offset);
    size = Math.max(size, offset + block.size);
  }
  return { offsets, size };
}

interface Block extends Life {
  readonly size: number;
  readonly storages: readonly Storage[];
  offset: number;
}

/** Storages of the arena; one that is made in place of another, which ends there, shares its block. */
function blocksOf({ instructions }: Code, lives: ReadonlyMap<Storage, Life>): Set<Block> {
  const blockOf = new Map<Storage, Block>();
  const blocks = new Set<Block>();
  for (const [storage, { first, last }] of lives) {
    if (storage.kind !== "arena") continue;
    const size = Math.ceil(storage.size / ALIGNMENT) * ALIGNMENT;
    const block = { first, last, size, storages: [storage], offset: 0 };
    blockOf.set(storage, block);
    blocks.add(block);
  }
  for (const [at, { inPlace }] of instructions.entries()) {
    const taken = new Set<Storage>();
    for (const [read, written] of inPlace) {
      const [from, to] = [blockOf.get(read), blockOf.get(written)];
      if (from === undefined || to === undefined || from === to || taken.has(read) || taken.has(written)) continue;
      if (from.last !== at || to.first !== at || from.size !== to.size) continue;
      taken.add(read).add(written);
      const joined = { ...from, last: to.last, storages: [...from.storages, ...to.storages] };
      for (const storage of joined.storages) blockOf.set(storage, joined);
      blocks.delete(from);
      blocks.delete(to);
      blocks.add(joined);
    }
  }
  return blocks;
}

function firstBehind(placed: readonly Block[], offset: number): number {
  const at = placed.findIndex((block) => block.offset > offset);
  return at === -1 ? placed.length : at;
}
