/** @file The variables of a session: one object, whose properties are the top-level bindings of all its cells. */
import type { Declaration } from "./declarations.ts";

/** Variables by name. */
type Variables = Record<string, unknown>;

export interface SessionScope {
  /** Reads and assigns variables; a name that no cell has declared is a ReferenceError. */
  readonly scope: Variables;
  /** Assigning to it declares. */
  readonly declare: Variables;
  /** Reads like `scope`, but a missing name is undefined: for `typeof`. */
  readonly maybe: Variables;
  /** How each name was last declared. */
  readonly declared: Map<string, Declaration>;
  /** Declares a `var`, which keeps the value it has. */
  hoist(name: string): void;
  /** Declares a name that throws when it is read. */
  declareFailing(name: string, error: () => Error): void;
  isGlobal(name: string): boolean;
}

/** Its own references: a cell may overwrite or delete any global, also the one called globalThis. */
const { defineProperty, get } = Reflect;
const { hasOwn } = Object;
const NotDefined = ReferenceError;
const globals = globalThis;

/**
 * An empty session.
 *
 * Variables are plain data properties of one plain object, which V8 reads by a fixed offset: a loop over one runs some
 * three times as fast as over a property of the global object. Only a missing name reaches the proxy behind it.
 */
export function createSessionScope(): SessionScope {
  const missing = new Proxy(Object.create(null) as Variables, {
    get(_, name) {
      if (typeof name === "string" && name in globals) return get(globals, name);
      throw new NotDefined(`${name as string} is not defined`);
    },
    set(_, name) {
      throw new NotDefined(`${name as string} is not defined`);
    },
    has: () => false,
  });
  const scope: Variables = Object.create(missing);
  const define = (name: string, value: unknown): boolean =>
    defineProperty(scope, name, { value, writable: true, enumerable: true, configurable: true });
  return {
    scope,
    declare: new Proxy(scope, { set: (_, name, value) => define(name as string, value) }),
    maybe: new Proxy(scope, {
      get: (target, name) => (hasOwn(target, name) ? get(target, name) : get(globals, name)),
    }),
    declared: new Map(),
    hoist(name) {
      if (!hasOwn(scope, name)) define(name, undefined);
    },
    declareFailing(name, error) {
      const fail = (): never => {
        throw error();
      };
      defineProperty(scope, name, { get: fail, set: fail, enumerable: false, configurable: true });
    },
    isGlobal: (name) => name in globals,
  };
}
