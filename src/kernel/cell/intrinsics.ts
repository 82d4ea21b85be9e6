/** @file The built-ins as they were at the start, for the kernel's own code: a cell may overwrite or delete any of them. */

/** Its own references: what follows must work when nothing else does. */
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys, setPrototypeOf } = Reflect;
const everyObject = Object.prototype;
const ofEveryObject = new Set(ownKeys(everyObject));
const isKnown = ofEveryObject.has.bind(ofEveryObject);

interface Saved {
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

interface Holder {
  readonly holder: Record<PropertyKey, unknown>;
  readonly saved: readonly Saved[];
  /** True when the holder's properties are those of the start. */
  readonly isIntact: () => boolean;
}

let holders: readonly Holder[] = [];

/** Remembers the built-ins, when everything of the kernel that replaces some of them has done so. */
export function captureIntrinsics(): void {
  const constructors: readonly object[] = [
    ...[Object, Function, Array, String, Number, Symbol, RegExp, Map, Set, WeakMap, WeakSet, Promise, Error],
    ...[Date, Uint8Array, Buffer, TextDecoder, URL, Object.getPrototypeOf(Uint8Array)],
  ];
  const prototypes = constructors.map((made) => Reflect.get(made, "prototype"));
  const iterators = [[].values(), new Map().values(), new Set().values(), "".matchAll(/a/g)];
  const namespaces = [globalThis, JSON, Math, Reflect, Atomics];
  const all = [...namespaces, ...constructors, ...prototypes, ...iterators.map(Object.getPrototypeOf)];
  holders = all.map((holder) => {
    const saved = ownKeys(holder).flatMap((key) => {
      const descriptor = descriptorOf(holder, key);
      const counts = descriptor?.configurable === true && (isCalled(descriptor.value) || holder === globalThis);
      return counts ? [{ key, descriptor }] : [];
    });
    return { holder, saved, isIntact: comparison(holder, saved) };
  });
}

/** The accessors of `process` and `Buffer` give whatever was assigned to them: what counts is the value. */
function descriptorOf(holder: object, key: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  const isPlain = holder === globalThis && (key === "process" || key === "Buffer");
  if (!isPlain || descriptor === undefined) return descriptor;
  return { value: Reflect.get(holder, key), writable: true, configurable: true, enumerable: false };
}

/** Compiled, since a loop over some thousand names of all kinds takes ten times as long, several times a cell. */
function comparison(holder: object, saved: readonly Saved[]): () => boolean {
  const tests = saved.map(({ key, descriptor }, at) => {
    const name = typeof key === "symbol" ? `saved[${at}].key` : JSON.stringify(key);
    return descriptor.get === undefined ? `holder[${name}] === values[${at}]` : `${name} in holder`; // a getter may load
  });
  const compile = new Function("holder", "saved", "values", `return () => ${tests.join(" && ") || "true"};`);
  return compile(
    holder,
    saved,
    saved.map(({ descriptor }) => descriptor.value),
  );
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
  let changes: Change[] | undefined;
  for (let at = 0; at < holders.length; at++) {
    const holder = holders[at] as Holder;
    if (!holder.isIntact()) {
      changes ??= [];
      restore(holder, changes);
    }
  }
  const keys = ownKeys(everyObject);
  if (keys.length > ofEveryObject.size) {
    changes ??= [];
    hideAdded(keys, changes);
  }
  if (changes === undefined) return task();
  try {
    return task();
  } finally {
    for (let at = 0; at < changes.length; at++) {
      const { holder, key, now } = changes[at] as Change;
      if (now === undefined) deleteProperty(holder, key);
      else defineProperty(holder, key, now);
    }
  }
}

interface Change {
  readonly holder: object;
  readonly key: PropertyKey;
  /** What a cell has made of it; undefined where it was deleted. */
  readonly now: PropertyDescriptor | undefined;
}

function restore({ holder, saved }: Holder, changes: Change[]): void {
  for (let at = 0; at < saved.length; at++) {
    const { key, descriptor } = saved[at] as Saved;
    if (descriptor.get === undefined ? holder[key] === descriptor.value : key in holder) continue;
    changes[changes.length] = { holder, key, now: plainDescriptor(holder, key) };
    defineProperty(holder, key, descriptor);
  }
}

/** What a cell has added to all objects, every loop over fields would find. */
function hideAdded(keys: readonly PropertyKey[], changes: Change[]): void {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as PropertyKey;
    if (isKnown(key as string)) continue;
    changes[changes.length] = { holder: everyObject, key, now: plainDescriptor(everyObject, key) };
    deleteProperty(everyObject, key);
  }
}

/** Without a prototype: a cell may have added a `get` to all objects. */
function plainDescriptor(holder: object, key: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  if (descriptor !== undefined) setPrototypeOf(descriptor, null);
  return descriptor;
}
