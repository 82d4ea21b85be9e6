/** @file What the last expression of a cell gives: a promise's result, or the value itself, whatever its code would do when asked. */
import { types } from "node:util";

/** Its own reference: a cell may overwrite the globals. */
const { getOwnPropertyDescriptor, getPrototypeOf } = Reflect;

/** A value behind a promise, which would ask it for its `then`: that runs the code of a getter and of a proxy. */
export interface Last {
  readonly value: unknown;
}

/**
 * Waits for a value that is a promise, or that has a `then` to be called.
 *
 * @param value anything; a proxy, or a value whose `then` is a getter, is none of the two
 */
export async function settled(value: unknown): Promise<Last> {
  return { value: types.isPromise(value) || hasThen(value) ? await value : value };
}

function hasThen(value: unknown): boolean {
  let at = value;
  while (((typeof at === "object" && at !== null) || typeof at === "function") && !types.isProxy(at)) {
    const found = getOwnPropertyDescriptor(at, "then");
    if (found !== undefined) return typeof found.value === "function";
    at = getPrototypeOf(at);
  }
  return false;
}
