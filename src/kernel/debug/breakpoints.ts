/** @file Breakpoints: lines that a frontend wants, bound to every script of that path, also to those that are yet to run. */
import { existsSync, readFileSync } from "node:fs";
import type { JsonObject } from "../wire/index.ts";
import { isCellPath } from "./cell-files.ts";
import { ANSWERS, ask, type Inspector } from "./inspector.ts";
import type { Position, ScriptPlace } from "./positions.ts";
import type { Script, Scripts } from "./scripts.ts";

/** A line that a frontend wants. */
export interface Breakpoint {
  readonly id: number;
  /** Counts from 1. */
  readonly wanted: number;
  readonly condition: string | undefined;
  /** Where it stands in the script that it was bound to last. */
  line: number | undefined;
  /** Why it stands nowhere. */
  message: string | undefined;
}

/** A breakpoint in one script. */
export interface Bound {
  readonly breakpoint: Breakpoint;
  readonly place: V8Place;
  /** V8 asks its condition itself. */
  readonly isAsked: boolean;
}

interface V8Place extends ScriptPlace {
  readonly scriptId: string;
}

interface BreakLocation extends V8Place {
  readonly type?: "debuggerStatement" | "call" | "return";
}

export interface Breakpoints {
  /** In place of all that the path had. */
  set(path: string, wanted: readonly { readonly line: number; readonly condition?: string }[]): Promise<Breakpoint[]>;
  /** Binds those of a script's path to the script, which is about to run. */
  bind(script: Script): Promise<void>;
  /** What stands behind V8's id. */
  bound(v8Id: string): Bound | undefined;
  /** From now on V8 asks the condition: a text that the script's frames can evaluate. */
  ask(v8Id: string, condition: string): Promise<void>;
  /** By path, for debugInfo. */
  list(): JsonObject[];
  clear(): Promise<void>;
}

/**
 * No breakpoints yet.
 *
 * @param codeOf text of a cell by its path, as far as it is known
 * @param changed told when one was bound to another line than it had
 */
export function createBreakpoints(
  inspector: Inspector,
  scripts: Scripts,
  codeOf: (path: string) => string | undefined,
  changed: (path: string, breakpoint: Breakpoint) => void,
): Breakpoints {
  const wanted = new Map<string, readonly Breakpoint[]>();
  const bindings = new Map<string, Bound>(); // by V8's id
  const locations = new Map<string, Promise<(BreakLocation & Position)[]>>(); // by script
  let made = 0;

  async function remove(path: string): Promise<void> {
    const gone = new Set(wanted.get(path));
    wanted.delete(path);
    for (const [breakpointId, { breakpoint }] of bindings) {
      if (!gone.has(breakpoint)) continue;
      bindings.delete(breakpointId);
      await inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
  }

  async function bind(script: Script): Promise<void> {
    const breakpoints = wanted.get(script.path)?.filter(({ message }) => message === undefined) ?? [];
    if (breakpoints.length === 0) return;
    const possible = await locationsOf(script);
    for (const breakpoint of breakpoints) {
      const location = possible.find(({ line }) => line >= breakpoint.wanted);
      if (location === undefined) continue;
      await place(breakpoint, location, undefined);
      if (breakpoint.line === location.line) continue;
      breakpoint.line = location.line;
      changed(script.path, breakpoint);
    }
  }

  /** Where V8 can halt in what the author wrote, in the author's order. */
  function locationsOf(script: Script): Promise<(BreakLocation & Position)[]> {
    const before = locations.get(script.id);
    if (before !== undefined) return before;
    const found = findLocations(inspector, script);
    locations.set(script.id, found);
    return found;
  }

  async function place(breakpoint: Breakpoint, at: V8Place, condition: string | undefined): Promise<void> {
    const { scriptId, lineNumber, columnNumber = 0 } = at;
    const location = { scriptId, lineNumber, columnNumber };
    const isTaken = [...bindings.values()].some(({ place: other }) => same(other, location));
    if (isTaken) return; // two lines that stand on the same statement
    const parameters = condition === undefined ? { location } : { location, condition };
    const { breakpointId } = await inspector.post<{ readonly breakpointId: string }>(
      "Debugger.setBreakpoint",
      parameters,
    );
    bindings.set(breakpointId, { breakpoint, place: location, isAsked: condition !== undefined });
  }

  return {
    async set(path, lines) {
      await remove(path);
      const found = await scripts.at(path);
      const code = found.at(-1)?.code ?? codeOf(path) ?? textOf(path);
      const breakpoints: Breakpoint[] = [];
      for (const { line, condition } of lines) {
        const message = fault(line, code, path) ?? (await conditionFault(inspector, condition));
        breakpoints.push({ id: ++made, wanted: line, condition, line: undefined, message });
      }
      wanted.set(path, breakpoints);
      for (const script of found) await bind(script).catch(ignoreCollected);
      if (found.length === 0) return breakpoints;
      for (const breakpoint of breakpoints) {
        if (breakpoint.line === undefined)
          breakpoint.message ??= `no statement stands on line ${breakpoint.wanted} or after it`;
      }
      return breakpoints;
    },
    bind,
    bound: (v8Id) => bindings.get(v8Id),
    async ask(v8Id, condition) {
      const bound = bindings.get(v8Id);
      if (bound === undefined) return; // taken away meanwhile
      bindings.delete(v8Id);
      await inspector.post("Debugger.removeBreakpoint", { breakpointId: v8Id });
      await place(bound.breakpoint, bound.place, condition);
    },
    list: () =>
      [...wanted]
        .filter(([, breakpoints]) => breakpoints.length > 0)
        .map(([source, breakpoints]) => ({ source, breakpoints: breakpoints.map((one) => shown(one, source)) })),
    async clear() {
      for (const path of [...wanted.keys()]) await remove(path);
    },
  };
}

/** A breakpoint as the Debug Adapter Protocol has it. */
export function shown({ id, wanted, line, message, condition }: Breakpoint, path: string): JsonObject {
  const why = message === undefined ? {} : { message };
  const asked = condition === undefined ? {} : { condition };
  return { id, verified: message === undefined, line: line ?? wanted, source: { path }, ...why, ...asked };
}

async function findLocations(inspector: Inspector, script: Script): Promise<(BreakLocation & Position)[]> {
  const scriptId = script.id;
  const { locations } = await inspector.post<{ readonly locations: readonly BreakLocation[] }>(
    "Debugger.getPossibleBreakpoints",
    { start: { scriptId, lineNumber: 0 } },
  );
  const positions = await script.positions();
  const placed = locations.flatMap((location) => {
    const position = positions.authors(location);
    return position === undefined ? [] : [{ ...location, ...position }];
  });
  return placed.sort((a, b) => a.line - b.line || a.column - b.column);
}

function same(a: V8Place, b: V8Place): boolean {
  return a.scriptId === b.scriptId && a.lineNumber === b.lineNumber && a.columnNumber === b.columnNumber;
}

/** A cell that nothing refers to any more is gone, and so is where its breakpoints would stand. */
function ignoreCollected(error: Error): void {
  if (!/script/i.test(error.message)) throw error;
}

function textOf(path: string): string | undefined {
  return !isCellPath(path) && existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function fault(line: number, code: string | undefined, path: string): string | undefined {
  if (code === undefined) return isCellPath(path) ? undefined : `there is no file ${path}`;
  const lines = code.split("\n").length;
  return line > lines ? `line ${line} is beyond the last, which is ${lines}` : undefined;
}

async function conditionFault(inspector: Inspector, condition: string | undefined): Promise<string | undefined> {
  if (condition === undefined) return undefined;
  try {
    await ask(inspector, `${ANSWERS}.script(${JSON.stringify(condition)}, [])`);
    return undefined;
  } catch (error) {
    return `the condition cannot be read: ${(error as Error).message}`;
  }
}
