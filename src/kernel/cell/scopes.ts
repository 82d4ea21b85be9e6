/** @file The scopes around a node inside of a cell: which names they bind. */
import { addBoundNames, type Node } from "./syntax.ts";

export interface Scope {
  readonly names: ReadonlySet<string>;
  readonly parent: Scope | undefined;
  /** Inside of a function: it may run later than the cell's own statements. */
  readonly deferred: boolean;
}

const NO_NAMES: ReadonlySet<string> = new Set();
/** `arguments` in a class's field is an early error, which is left to `eval` to see. */
const FIELD_NAMES: ReadonlySet<string> = new Set(["arguments"]);
export const TOP: Scope = { names: NO_NAMES, parent: undefined, deferred: false };

/** Of a class's field: its value is computed when the class is used. */
export function inField(parent: Scope): Scope {
  return { names: FIELD_NAMES, parent, deferred: true };
}

export function inside(names: ReadonlySet<string>, parent: Scope): Scope {
  return { names, parent, deferred: parent.deferred };
}

export function withNames(names: ReadonlySet<string> | undefined, scope: Scope): Scope {
  return names === undefined ? scope : inside(names, scope);
}

export function namesOf(patterns: readonly Node[]): Set<string> {
  const names = new Set<string>();
  addBoundNames(patterns, names);
  return names;
}

export function isBound(name: string, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

export function boundAround(scope: Scope): string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) names.push(...at.names);
  return names;
}

/** A call of the `eval` that sees the names around it. */
export function isDirectEval(callee: Node, scope: Scope): boolean {
  return callee.type === "Identifier" && callee.name === "eval" && !isBound("eval", scope);
}
