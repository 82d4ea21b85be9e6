/** @file The built-ins as they were at the start, for the kernel's own code: a cell may overwrite or delete any of them. */

/** Its own references: what follows must work when nothing else does. */
const { hasOwn } = Object;
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;

interface Saved {
  readonly holder: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

const saved: Saved[] = [];

/** Remembers the built-ins, when everything of the kernel that replaces some of them has done so. */
export function captureIntrinsics(): void {
  const constructors: readonly object[] = [
    ...[Object, Function, Array, String, Number, Symbol, RegExp, Map, Set, WeakMap, WeakSet, Promise, Error],
    ...[Date, Uint8Array, Buffer, TextDecoder, URL, Object.getPrototypeOf(Uint8Array)],
  ];
  const prototypes = constructors.map((made) => Reflect.get(made, "prototype"));
  const iterators = [[].values(), new Map().values(), new Set().values(), "".matchAll(/a/g)];
  const namespaces = [globalThis, JSON, Math, Reflect, Atomics];
  for (const holder of [...namespaces, ...constructors, ...prototypes, ...iterators.map(Object.getPrototypeOf)]) {
    for (const key of ownKeys(holder)) {
      const descriptor = getOwnPropertyDescriptor(holder, key);
      if (descriptor?.configurable !== true) continue;
      if (isCalled(descriptor.value) || holder === globalThis) saved.push({ holder, key, descriptor });
    }
  }
}

function isCalled(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/**
 * Runs a task of the kernel with the built-ins of the start; what a cell has made of them is back afterwards.
 *
 * @param task synchronous, and no code of a cell
 */
export function withIntrinsics<Result>(task: () => Result): Result {
  let changes: { holder: object; key: PropertyKey; now: PropertyDescriptor | undefined }[] | undefined;
  for (let at = 0; at < saved.length; at++) {
    const { holder, key, descriptor } = saved[at] as Saved;
    if (descriptor.get === undefined ? holder[key] === descriptor.value : hasOwn(holder, key)) continue; // a getter may load
    changes ??= [];
    changes[changes.length] = { holder, key, now: getOwnPropertyDescriptor(holder, key) };
    defineProperty(holder, key, descriptor);
  }
  if (changes === undefined) return task();
  try {
    return task();
  } finally {
    for (let at = 0; at < changes.length; at++) {
      const { holder, key, now } = changes[at] as (typeof changes)[number];
      if (now === undefined) deleteProperty(holder, key);
      else defineProperty(holder, key, now);
    }
  }
}
