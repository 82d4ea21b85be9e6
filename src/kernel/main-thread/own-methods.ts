/** @file Objects of the kernel's own that work on when a cell has overwritten the methods of their kind. */

/**
 * Gives an object the methods of its prototypes as its own.
 *
 * @returns the same object
 */
export function withOwnMethods<Held extends object>(held: Held): Held {
  for (let from = Object.getPrototypeOf(held); from !== Object.prototype; from = Object.getPrototypeOf(from)) {
    for (const key of Reflect.ownKeys(from)) {
      const method = Object.getOwnPropertyDescriptor(from, key);
      if (typeof method?.value === "function" && !Object.hasOwn(held, key)) Object.defineProperty(held, key, method);
    }
  }
  return held;
}
