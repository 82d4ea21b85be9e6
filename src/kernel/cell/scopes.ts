/** @file The names that are bound around a place in a cell, scope by scope. */

/** A function, a block, a loop or a class with names of its own; or the top of a cell. */
export interface Scope {
  readonly names: ReadonlySet<string>;
  readonly parent: Scope | undefined;
  /** Inside a function, which may run later. */
  readonly deferred: boolean;
}

export const NO_NAMES: ReadonlySet<string> = new Set();

/** The top of a cell, whose names are the session's. */
export const TOP: Scope = { names: NO_NAMES, parent: undefined, deferred: false };

/** Names that are bound inside of a scope, for what runs at once. */
export function inside(names: ReadonlySet<string>, parent: Scope): Scope {
  return { names, parent, deferred: parent.deferred };
}

/** Names that are bound inside of a scope, for what may run later. */
export function later(names: ReadonlySet<string>, parent: Scope): Scope {
  return { names, parent, deferred: true };
}

export function isBound(name: string, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

/** All names that a scope and those around it bind. */
export function boundAround(scope: Scope): string[] {
  const names: string[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) names.push(...at.names);
  return names;
}
