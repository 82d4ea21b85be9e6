/** @file The variables of a session: one object, whose properties are the top-level bindings of all its cells. */
import type { Declaration } from "./declarations.ts";

/** Variables by name. */
type Variables = Record<string, unknown>;

/** How names were last declared. */
export interface Declarations {
  get(name: string): Declaration | undefined;
}

export interface SessionScope {
  /** Reads and assigns variables; a name that no cell has declared is a ReferenceError. */
  readonly scope: Variables;
  /** Assigning to it declares, in the way that was announced. */
  readonly declare: Variables;
  /** Reads like `scope`, but a missing name is undefined: for `typeof`. */
  readonly maybe: Variables;
  /** How each name was last declared; a declaration that its cell never reached does not count. */
  readonly declared: Declarations;
  /** Says how a cell that is about to run declares its names. */
  announce(declarations: ReadonlyMap<string, Declaration>): void;
  /** Declares a `var`, which keeps the value it has. */
  hoist(name: string): void;
  declareImport(name: string, value: unknown): void;
  /** Declares an imported name that throws when it is read. */
  declareFailing(name: string, error: () => Error): void;
  isGlobal(name: string): boolean;
}

/** Its own references: a cell may overwrite or delete any global, also the one called globalThis. */
const { defineProperty, get, set } = Reflect;
const { hasOwn } = Object;
const NotDefined = ReferenceError;
const globals = globalThis;

/**
 * An empty session.
 *
 * Variables are plain data properties of one plain object, which V8 reads by a fixed offset: a loop over one runs some
 * three times as fast as over a property of the global object. Only a missing name reaches the proxy behind it.
 *
 * @param provided what cells find by name until they declare it; no package and no local file does
 */
export function createSessionScope(provided: Readonly<Variables> = {}): SessionScope {
  const missing = new Proxy(Object.create(null) as Variables, {
    get(_, name) {
      if (typeof name === "string" && name in globals) return get(globals, name);
      throw new NotDefined(`${name as string} is not defined`);
    },
    set(_, name, value) {
      if (typeof name === "string" && name in globals) return set(globals, name, value); // made since the cell was compiled
      throw new NotDefined(`${name as string} is not defined`);
    },
    has: () => false,
  });
  const given: Variables = Object.create(missing, Object.getOwnPropertyDescriptors(provided));
  const scope: Variables = Object.create(given);
  const define = (name: string, value: unknown): boolean =>
    defineProperty(scope, name, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    } as object);
  const declared: Record<string, Declaration> = Object.create(null); // no Map: a cell may overwrite its methods
  const announced: Record<string, Declaration> = Object.create(null);
  return {
    scope,
    declare: new Proxy(scope, {
      set(_, name, value) {
        declared[name as string] = announced[name as string] as Declaration;
        return define(name as string, value);
      },
    }),
    maybe: new Proxy(scope, {
      get: (target, name) => (hasOwn(target, name) || hasOwn(given, name) ? get(target, name) : get(globals, name)),
    }),
    declared: { get: (name) => declared[name] },
    announce(declarations) {
      for (const [name, how] of declarations) announced[name] = how;
    },
    hoist(name) {
      declared[name] = "var";
      if (!hasOwn(scope, name)) define(name, undefined);
    },
    declareImport(name, value) {
      declared[name] = "import";
      define(name, value);
    },
    declareFailing(name, error) {
      declared[name] = "import";
      const fail = (): never => {
        throw error();
      };
      defineProperty(scope, name, { get: fail, set: fail, enumerable: false, configurable: true });
    },
    isGlobal: (name) => name in globals,
  };
}
