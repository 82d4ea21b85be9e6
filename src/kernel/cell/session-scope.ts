/** @file The variables of a session: one object, whose properties are the top-level bindings of all its cells. */
import { Script } from "node:vm";
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
  /** Declares a name for a whole module. */
  declareModule(name: string, module: object): void;
  /** Declares a name that always has the value which a module's export has at that time. */
  declareImport(name: string, module: object, imported: string): void;
  /** Declares an imported name that throws when it is read. */
  declareFailing(name: string, error: () => Error): void;
  isGlobal(name: string): boolean;
  /** What cells find by name until they declare it; no package and no local file does. */
  provide(names: Readonly<Variables>): void;
  /** The variables as plain properties of an object of their own, to look at. */
  values(): object;
}

/** Its own references: a cell may overwrite or delete any global, also the one called globalThis. */
const { defineProperty, get, getOwnPropertyDescriptor, set } = Reflect;
const { hasOwn } = Object;
const NotDefined = ReferenceError;
const globals = globalThis;
const { stringify } = JSON;

type Read = () => unknown;

/** Compiled for each import alone: V8 then reads it nearly as fast as a variable. */
function readerOf(module: object, imported: string): Read {
  const text = `(module) => () => module[${stringify(imported)}]`;
  const make = new Script(text, { filename: import.meta.filename }).runInThisContext() as (from: object) => Read;
  return make(module);
}

/** What a script declared by `let`, `const` or `class` is no property of the global object. */
function ofScripts(name: string): unknown {
  if (name === "__stop") throw new NotDefined(`${name} is not defined`); // the kernel's own
  return new Script(name, { filename: import.meta.filename }).runInThisContext(); // no frame of a stack is shown of it
}

/**
 * An empty session.
 *
 * Variables are plain data properties of one plain object, which V8 reads by a fixed offset: a loop over one runs some
 * three times as fast as over a property of the global object. Only a missing name reaches the proxy behind it.
 */
export function createSessionScope(): SessionScope {
  const missing = new Proxy(Object.create(null) as Variables, {
    get(_, name) {
      return typeof name === "string" && name in globals ? get(globals, name) : ofScripts(name as string);
    },
    set(_, name, value) {
      if (typeof name === "string" && name in globals) return set(globals, name, value); // made since the cell was compiled
      throw new NotDefined(`${name as string} is not defined`);
    },
    has: () => false,
  });
  const given: Variables = Object.create(missing);
  const scope: Variables = Object.create(given);
  const define = (name: string, value: unknown): boolean =>
    defineProperty(scope, name, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    } as object);
  const live: Record<string, Read> = Object.create(null);
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
      get(target, name) {
        if (hasOwn(target, name) || hasOwn(given, name)) return get(target, name);
        return name in globals ? get(globals, name) : ifAny(name as string);
      },
    }),
    declared: { get: (name) => declared[name] },
    announce(declarations) {
      for (const [name, how] of declarations) announced[name] = how;
    },
    hoist(name) {
      declared[name] = "var";
      if (!hasOwn(scope, name)) define(name, undefined);
    },
    declareModule(name, module) {
      declared[name] = "import";
      define(name, module);
    },
    declareImport(name, module, imported) {
      declared[name] = "import";
      const read = readerOf(module, imported);
      live[name] = read;
      const assign = (): never => {
        throw new TypeError(`Assignment to constant variable ${name}`);
      };
      defineProperty(scope, name, {
        __proto__: null,
        get: read,
        set: assign,
        enumerable: true,
        configurable: true,
      } as object);
    },
    declareFailing(name, error) {
      declared[name] = "import";
      const fail = (): never => {
        throw error();
      };
      defineProperty(scope, name, { get: fail, set: fail, enumerable: false, configurable: true });
    },
    provide: (names) => void Object.defineProperties(given, Object.getOwnPropertyDescriptors(names)),
    isGlobal: (name) => name in globals,
    values() {
      const values = {};
      for (const name of Object.getOwnPropertyNames(scope)) {
        const property = getOwnPropertyDescriptor(scope, name) as PropertyDescriptor;
        const isLive = property.get !== undefined && property.get === live[name];
        defineProperty(values, name, isLive ? { value: ifAny(name, live[name]), enumerable: true } : property);
      }
      return values;
    },
  };
}

/** A value that may not be there yet. */
function ifAny(name: string, read: Read = () => ofScripts(name)): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
