/** @file What a value has, found out without running any of its code: no getter, no proxy. */
import { types } from "node:util";

/** Its own references: a cell may overwrite the globals. */
const { getOwnPropertyDescriptor, getPrototypeOf } = Reflect;

/**
 * A property of a value, its own or inherited.
 *
 * @param value anything
 * @returns undefined where it has none, and for what stands behind a proxy
 */
export function property(value: unknown, name: PropertyKey): PropertyDescriptor | undefined {
  let at = isObject(value) ? value : null;
  while (at !== null && !types.isProxy(at)) {
    const found = getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
    at = getPrototypeOf(at);
  }
  return undefined;
}

/** The value of a property that is no getter; undefined for one that is. */
export function field(value: unknown, name: PropertyKey): unknown {
  return property(value, name)?.value;
}

/** A method that may be called. */
export function method(value: unknown, name: PropertyKey): ((...given: unknown[]) => unknown) | undefined {
  const found = field(value, name);
  return typeof found === "function" ? (...given) => Reflect.apply(found, value, given) : undefined;
}

/** A property by data, or by a getter of its class: read only of a value whose class is known by other signs. */
export function hasProperty(value: unknown, name: PropertyKey): boolean {
  const found = property(value, name);
  if (found === undefined) return false;
  return found.get === undefined || getOwnPropertyDescriptor(value as object, name) === undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
