/** @file Looks at the values of a running session without running any of their code: no getter, no proxy, no method. */
import { inspect, types } from "node:util";

/** What to look at: a variable, or a property of one, as the names on the way to it. */
export interface Look {
  readonly path: readonly string[];
  /** Its text, or the names behind its dot; the names of all variables where the path is empty. */
  readonly wants: "text" | "members";
  /** Show more of it. */
  readonly detailed: boolean;
}

export interface Seen {
  readonly text?: string;
  readonly members?: readonly Member[];
}

export interface Member {
  readonly name: string;
  /** As frontends mark it: function, class, variable or property. */
  readonly type: string;
}

/** Globals that Node itself defines by getters. */
const NODE = { process, Buffer };

/** An object that holds a table's rows by name is no list to choose from. */
const MOST_MEMBERS = 2000;

/**
 * Looks.
 *
 * @param variables the session's variables, as own properties
 * @returns nothing where the path does not lead to a value that can be read without running code
 */
export function lookAt(look: Look, variables: object): Seen {
  try {
    return see(look, variables);
  } catch {
    return {}; // a value that cannot be read, such as a revoked proxy, shows nothing
  }
}

function see({ path, wants, detailed }: Look, variables: object): Seen {
  if (path.length === 0) return { members: [...membersOf([variables, globalThis])] };
  const [root = "", ...rest] = path;
  let found =
    dataProperty(variables, root, false) ?? dataProperty(NODE, root, false) ?? dataProperty(globalThis, root, true);
  for (const name of rest) found = found && dataProperty(found.value, name, true);
  if (found === undefined) return {};
  if (wants === "text") return { text: textOf(found.value, detailed) };
  return { members: [...membersOf(prototypes(found.value))] };
}

/** Custom printers are the user's code; getters too. */
function textOf(value: unknown, detailed: boolean): string {
  const [depth, length] = detailed ? [4, 4000] : [1, 400];
  const options = { depth, customInspect: false, showProxy: true, getters: false, maxArrayLength: detailed ? 100 : 10 };
  const text = inspect(value, { ...options, maxStringLength: length, breakLength: 80 });
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function dataProperty(value: unknown, name: string, inherited: boolean): { readonly value: unknown } | undefined {
  for (const holder of inherited ? prototypes(value) : [value as object]) {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (property !== undefined) return "value" in property ? { value: property.value } : undefined;
  }
  return undefined;
}

/** A value and what it inherits from; nothing where a proxy would run code. */
function* prototypes(value: unknown): Generator<object> {
  let holder: unknown = value === null || value === undefined ? null : Object(value);
  while (holder !== null && !types.isProxy(holder)) {
    yield holder as object;
    holder = Object.getPrototypeOf(holder);
  }
}

function* membersOf(holders: Iterable<object>): Generator<Member> {
  const seen = new Set<string>();
  for (const holder of holders) {
    if (ArrayBuffer.isView(holder)) continue; // a number each, and nothing else
    for (const name of Array.isArray(holder) && holder !== Array.prototype
      ? ["length"]
      : Object.getOwnPropertyNames(holder)) {
      if (seen.has(name) || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) continue;
      seen.add(name);
      yield { name, type: typeOf(Object.getOwnPropertyDescriptor(holder, name)) };
      if (seen.size === MOST_MEMBERS) return;
    }
  }
}

function typeOf(property: PropertyDescriptor | undefined): string {
  if (typeof property?.value !== "function") return "variable";
  return "prototype" in property.value && !property.writable ? "class" : "function";
}
