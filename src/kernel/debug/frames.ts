/** @file The call stack of a pause as people should see it: frames of what they wrote, and scopes with their names alone. */
import type { Debugger } from "node:inspector";
import type { JsonObject } from "../wire/index.ts";
import type { Position } from "./positions.ts";
import type { Script, Scripts } from "./scripts.ts";
import type { Named } from "./variables.ts";

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly script: Script;
  /** Undefined where it stands in what the kernel has written. */
  readonly position: Position | undefined;
  readonly frame: Debugger.CallFrame;
}

/** A scope of a frame. */
export interface FrameScope {
  readonly name: string;
  /** V8's scopes in it, from the inside. */
  readonly objects: readonly string[];
  readonly extra: readonly Named[];
}

/**
 * The frames that stand in scripts which somebody wrote.
 *
 * @param frames V8's, from the innermost
 * @param nextId gives each a number
 */
export async function stackFrames(
  frames: readonly Debugger.CallFrame[],
  scripts: Scripts,
  nextId: () => number,
): Promise<StackFrame[]> {
  const found: StackFrame[] = [];
  for (const frame of frames) {
    const script = await scripts.get(frame.location.scriptId);
    if (script === undefined) continue;
    const position = (await script.positions()).authors(frame.location);
    found.push({ id: nextId(), name: frameName(frame, script), script, position, frame });
  }
  return found;
}

/** A frame as the Debug Adapter Protocol has it. */
export function shownFrame({ id, name, script, position }: StackFrame): JsonObject {
  const { line, column } = position ?? { line: 1, column: 1 };
  return { id, name, source: { name: script.name, path: script.path }, line, column };
}

/** The function that the rewriter makes of a cell begins on the first line, which is its own. */
function isCellItself({ functionLocation }: Debugger.CallFrame, { isCell }: Script): boolean {
  return isCell && functionLocation?.lineNumber === 0;
}

function frameName(frame: Debugger.CallFrame, script: Script): string {
  if (frame.functionName !== "") return frame.functionName;
  const isTop = isCellItself(frame, script) || frame.scopeChain[0]?.type === "module";
  return isTop ? script.name : "(anonymous)";
}

/** The scopes of a frame, from the inside; those that nobody wrote are left out. */
export function frameScopes({ frame, script }: StackFrame): FrameScope[] {
  const locals: string[] = [];
  const outer: FrameScope[] = [];
  let inFunction = true;
  for (const { type, name = "", object, startLocation } of frame.scopeChain) {
    const { objectId } = object;
    if (objectId === undefined || type === "global" || type === "script") continue;
    const isOfCell = script.isCell && startLocation?.lineNumber === 0;
    if (type === "local") inFunction = false;
    if (isOfCell) continue; // its names are the session's
    if (type === "module") outer.push({ name: "Module", objects: [objectId], extra: [] });
    else if (type === "local" || (inFunction && type !== "closure")) locals.push(objectId);
    else outer.push({ name: name === "" ? "Closure" : `Closure of ${name}`, objects: [objectId], extra: [] });
  }
  const extra =
    frame.this.objectId === undefined || frame.this.className === "global" ? [] : [{ name: "this", value: frame.this }];
  return [{ name: "Locals", objects: locals, extra }, ...outer];
}
