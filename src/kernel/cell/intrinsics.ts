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
let lost: PropertyKey | undefined;

/** The name of a built-in that a cell has replaced for good, so that the kernel cannot go on; undefined for none. */
export function lostIntrinsic(): string | undefined {
  return typeof lost === "symbol" ? "a symbol" : (lost as string | undefined);
}

/** Remembers the built-ins, when everything of the kernel that replaces some of them has done so. */
export function captureIntrinsics(): void {
  const constructors: readonly object[] = [
    ...[Object, Function, Array, String, Number, Symbol, RegExp, Map, Set, WeakMap, WeakSet, Promise, Error],
    ...[Date, Uint8Array, Buffer, TextDecoder, URL, Object.getPrototypeOf(Uint8Array)],
  ];
  const prototypes = constructors.map((made) => Reflect.get(made, "prototype"));
  const iterators = [[].values(), new Map().values(), new Set().values(), "".matchAll(/a/g), (function* () {})()];
  const namespaces = [globalThis, JSON, Math, Reflect, Atomics];
  const all = [...namespaces, ...constructors, ...prototypes, ...new Set(iterators.flatMap(prototypesOf))];
  holders = all.map((holder) => {
    const saved = ownKeys(holder).flatMap((key) => {
      const descriptor = descriptorOf(holder, key);
      const isUsed = holder === globalThis || isCalled(descriptor?.value ?? descriptor?.get);
      const counts = descriptor?.configurable === true && isUsed;
      return counts ? [{ key, descriptor }] : [];
    });
    return { holder, saved, isIntact: comparison(holder, saved) };
  });
}

function prototypesOf(value: object): object[] {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || prototype === everyObject ? [] : [prototype, ...prototypesOf(prototype)];
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
    if (descriptor.get === undefined) return `holder[${name}] === values[${at}]`;
    return holder === globalThis ? `${name} in holder` : `getterOf(holder, ${name}) === values[${at}]`;
  });
  const compile = new Function(
    "holder",
    "saved",
    "values",
    "getterOf",
    `return () => ${tests.join(" && ") || "true"};`,
  );
  const values = saved.map(({ descriptor }) => descriptor.value ?? descriptor.get);
  return compile(holder, saved, values, getterOf);
}

function getterOf(holder: object, key: PropertyKey): unknown {
  return getOwnPropertyDescriptor(holder, key)?.get;
}

/** Whether a property is what it was; a getter of globalThis gives way to what it loads. */
function isIntact(holder: Holder["holder"], { key, descriptor }: Saved): boolean {
  if (descriptor.get === undefined) return holder[key] === descriptor.value;
  return holder === globalThis ? key in holder : getterOf(holder, key) === descriptor.get;
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
    const before = saved[at] as Saved;
    if (isIntact(holder, before)) continue;
    const { key, descriptor } = before;
    changes[changes.length] = { holder, key, now: plainDescriptor(holder, key) };
    if (!defineProperty(holder, key, descriptor)) lost ??= key;
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
