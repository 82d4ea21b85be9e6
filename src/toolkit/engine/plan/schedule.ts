/** @file The order in which units run: what gives memory back first, then what continues where the last one stopped. */

import type { Unit } from "./fuse.ts";
import type { Homes } from "./homes.ts";
import { inputsOf, type Storage } from "./homes.ts";
import type { Roles } from "./roles.ts";

/** The units of one stage in an order in which each comes after those that it must run after. */
export function inOrder(units: readonly Unit[], roles: Roles, homes: Homes): Unit[] {
  const own = new Set(units);
  const waiting = new Map(units.map((unit) => [unit, [...unit.after].filter((other) => own.has(other)).length]));
  const followers = new Map<Unit, Unit[]>();
  for (const unit of units) {
    for (const other of unit.after) {
      if (!own.has(other)) continue;
      const known = followers.get(other);
      if (known === undefined) followers.set(other, [unit]);
      else known.push(unit);
    }
  }
  const reads = new Map(units.map((unit) => [unit, storagesRead(unit, roles, homes)]));
  const readersLeft = new Map<Storage, number>();
  for (const storages of reads.values()) {
    for (const storage of storages) readersLeft.set(storage, (readersLeft.get(storage) ?? 0) + 1);
  }
  const written = new Set<Storage>();
  const ready = units.filter((unit) => waiting.get(unit) === 0).toReversed(); // the last is the most recent
  const order: Unit[] = [];
  while (ready.length > 0) {
    let next = ready.length - 1;
    for (let at = ready.length - 1; at >= 0; at--) {
      if (growth(ready[at] as Unit) > 0) continue;
      next = at;
      break;
    }
    const [unit] = ready.splice(next, 1) as [Unit];
    order.push(unit);
    for (const node of unit.members) written.add(homes.of(node).storage);
    for (const storage of reads.get(unit) ?? []) readersLeft.set(storage, (readersLeft.get(storage) as number) - 1);
    for (const follower of followers.get(unit)?.toReversed() ?? []) {
      const left = (waiting.get(follower) as number) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return order;

  /** Elements that the unit takes from the arena less those that it gives back. */
  function growth(unit: Unit): number {
    let sum = 0;
    const counted = new Set<Storage>();
    for (const node of unit.members) {
      const { storage } = homes.of(node);
      if (storage.kind !== "arena" || written.has(storage) || counted.has(storage)) continue;
      counted.add(storage);
      if (readersLeft.has(storage)) sum += storage.size;
    }
    for (const storage of reads.get(unit) ?? []) {
      if (storage.kind === "arena" && readersLeft.get(storage) === 1) sum -= storage.size;
    }
    return sum;
  }
}

/** What a unit reads from memory that it has not made itself. */
function storagesRead(unit: Unit, roles: Roles, homes: Homes): Set<Storage> {
  const own = new Set(unit.members);
  const read = new Set<Storage>();
  for (const node of unit.members) {
    for (const input of inputsOf(node, roles, homes)) {
      const { source, storage } = homes.of(input);
      if (!own.has(source)) read.add(storage);
    }
  }
  return read;
}
