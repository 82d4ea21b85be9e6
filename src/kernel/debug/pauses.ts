/** @file Where the main thread halts and how it goes on: breakpoints, steps, exceptions, and what is not worth a halt. */
import type { Debugger, Runtime } from "node:inspector";
import { setTimeout } from "node:timers/promises";
import type { Bound, Breakpoints } from "./breakpoints.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Exceptions } from "./exceptions.ts";
import { type StackFrame, stackFrames } from "./frames.ts";
import { ANSWERS, ask, type Inspector } from "./inspector.ts";
import type { Outside } from "./outside.ts";
import type { Scripts } from "./scripts.ts";
import { valueText } from "./value-text.ts";

/** How a paused thread goes on, in V8's words. */
export type Way = "resume" | "stepOver" | "stepInto" | "stepOut";

/** Why a thread was paused, in those of the Debug Adapter Protocol. */
export interface Reason {
  readonly reason: "breakpoint" | "step" | "pause" | "exception";
  readonly text?: string;
  readonly hitBreakpointIds?: readonly number[];
}

export interface Pause extends Reason {
  readonly frames: readonly StackFrame[];
}

export interface Pauses {
  /** What is paused now. */
  current(): Pause | undefined;
  goOn(way: Way): Promise<void>;
  /** Halts at the next statement that somebody wrote. */
  pause(): Promise<void>;
  /** The cell has ended: its last step leads nowhere. */
  cellEnded(): void;
  /** While it is true nothing halts. */
  skip(skips: boolean): void;
  /** What is paused goes on. */
  release(): void;
  /** What is paused is terminated as soon as it goes on. */
  end(): void;
}

interface PauseParts {
  readonly inspector: Inspector;
  readonly scripts: Scripts;
  readonly breakpoints: Breakpoints;
  readonly evaluation: Evaluation;
  readonly exceptions: Exceptions;
  readonly outside: Outside;
  readonly halted: (pause: Pause) => void;
  readonly wentOn: () => void;
  /** Told of a condition that throws. */
  readonly failed: (text: string) => void;
}

/** What a step began with, to see when it has led somewhere. */
interface Step {
  readonly way: Exclude<Way, "resume">;
  readonly line: number | undefined;
  readonly depth: number;
  /** It began in a package. */
  readonly isInPackage: boolean;
  /** So often more it is repeated. */
  left: number;
}

/** A step that has not left its line, or leads into what the kernel has written, is repeated so often. */
const REPEATS = 200;

/** Listens from now on. */
export function createPauses(parts: PauseParts): Pauses {
  const { inspector, scripts, breakpoints, evaluation, outside } = parts;
  let paused: Pause | undefined;
  let step: Step | undefined;
  let asked = false; // to pause
  let begin: string | undefined; // V8's breakpoint where a cell begins
  let insists = false;
  let skips = false;
  let frames = 0;

  inspector.on("Debugger.paused", (event: Debugger.PausedEventDataType) => {
    void halt(event).catch(() => inspector.post("Debugger.resume").catch(() => undefined)); // the connection is over
  });
  inspector.on("Debugger.resumed", leave);

  function leave(): void {
    if (paused === undefined) return;
    paused = undefined;
    parts.wentOn();
  }

  async function halt(event: Debugger.PausedEventDataType): Promise<void> {
    const before = await bindNew(event);
    const found = await stackFrames(event.callFrames, scripts, () => ++frames);
    const reason = skips || before ? undefined : await reasonOf(event, found);
    if (insists) await outside.open("pause", false); // a step leads back to what somebody wrote
    if (reason === undefined) return void (await inspector.post(`Debugger.${nextWay(event, found)}`));
    if (begin !== undefined) await inspector.post("Debugger.removeBreakpoint", { breakpointId: begin });
    begin = undefined;
    step = undefined;
    asked = false;
    paused = { ...reason, frames: found };
    parts.halted(paused);
  }

  /** True where V8 halts only because a script is about to run. */
  async function bindNew({ reason, data }: Debugger.PausedEventDataType): Promise<boolean> {
    if (reason !== "instrumentation") return false;
    const { scriptId } = data as { scriptId: string };
    const script = await scripts.get(scriptId);
    if (script !== undefined) await breakpoints.bind(script);
    if (asked && script?.isCell === true) await haltAtBegin(scriptId);
    return true;
  }

  /** A pause that was asked for while nothing ran: where the next cell begins. */
  async function haltAtBegin(scriptId: string): Promise<void> {
    const location = { scriptId, lineNumber: 1, columnNumber: 0 }; // behind what the rewriter has written
    const { breakpointId } = await inspector.post<{ breakpointId: string }>("Debugger.setBreakpoint", { location });
    begin = breakpointId;
  }

  async function reasonOf(
    event: Debugger.PausedEventDataType,
    found: readonly StackFrame[],
  ): Promise<Reason | undefined> {
    const top = topOf(event, found);
    const hit = await hitBreakpoints(event.hitBreakpoints ?? [], top);
    if (hit.length > 0) return { reason: "breakpoint", hitBreakpointIds: hit.map(({ breakpoint }) => breakpoint.id) };
    if (event.reason === "exception" || event.reason === "promiseRejection") {
      const thrown = event.data as Runtime.RemoteObject;
      if (!(await parts.exceptions.isWanted(event)) || !(await evaluation.answer("isNew", thrown))) return undefined;
      return { reason: "exception", text: valueText(thrown) };
    }
    if (top?.position === undefined) return undefined;
    if (await isDebuggerStatement(top)) return { reason: "breakpoint", text: "debugger statement" };
    if (asked && found.some(isAuthors)) return { reason: "pause" };
    return step !== undefined && hasLed(step, top, found.length) ? { reason: "step" } : undefined;
  }

  /** Those of a hit whose condition holds. A condition is asked here once, since only a frame tells which names are its own. */
  async function hitBreakpoints(ids: readonly string[], top: StackFrame | undefined): Promise<Bound[]> {
    const hit: Bound[] = [];
    for (const id of ids) {
      const bound = breakpoints.bound(id);
      if (bound === undefined) continue;
      const { condition } = bound.breakpoint;
      if (condition === undefined || bound.isAsked || top === undefined || (await holds(id, condition, top)))
        hit.push(bound);
    }
    return hit;
  }

  async function holds(id: string, condition: string, top: StackFrame): Promise<boolean> {
    try {
      const expression = await evaluation.script(condition, top);
      const { value, objectId } = await evaluation.value(condition, top);
      await breakpoints.ask(id, expression);
      return objectId !== undefined || Boolean(value);
    } catch (error) {
      parts.failed(`the condition ${condition} of a breakpoint fails: ${(error as Error).message}\n`);
      return false;
    }
  }

  async function isDebuggerStatement({ script, frame }: StackFrame): Promise<boolean> {
    const { lineNumber, columnNumber = 0 } = frame.location;
    const line = (await script.generated()).split("\n")[lineNumber] ?? "";
    return /^debugger\b/.test(line.slice(columnNumber));
  }

  /** How a halt goes on that nobody asked for. */
  function nextWay(event: Debugger.PausedEventDataType, found: readonly StackFrame[]): Way {
    if (event.reason === "instrumentation" || skips) return "resume";
    if (step === undefined) {
      if (!asked || !found.some(isAuthors)) return "resume";
      return topOf(event, found) === undefined ? "stepOut" : "stepInto"; // to the next statement that somebody wrote
    }
    step.left = Math.max(0, step.left - 1);
    if (isOutside(step, topOf(event, found))) return "stepOut";
    return step.way === "stepOut" ? "stepOver" : step.way;
  }

  /** Until somebody's code is halted in. While such code runs, also in what it calls: the halt is led back to it. */
  async function insist(): Promise<void> {
    if (insists) return;
    insists = true;
    try {
      for (let ms = 10; asked && !skips; ms = Math.min(200, 2 * ms)) {
        await setTimeout(ms, undefined, { ref: false });
        if (!asked || skips || paused !== undefined) continue;
        const place = await ask<string>(inspector, `${ANSWERS}.place()`);
        await outside.open("pause", place !== "idle" && place !== "Node alone");
        await inspector.post("Debugger.pause");
      }
    } finally {
      insists = false;
      await outside.open("pause", false);
    }
  }

  return {
    current: () => paused,
    async goOn(way) {
      const left = paused;
      const [top] = left?.frames ?? [];
      const depth = left?.frames.length ?? 0;
      const isInPackage = top?.script.isInstalled === true;
      step = way === "resume" ? undefined : { way, line: top?.position?.line, depth, isInPackage, left: REPEATS };
      await inspector.post(`Debugger.${way}`);
      if (paused === left) leave(); // V8's word of it comes later, and a pause may be asked for before
    },
    async pause() {
      asked = true;
      await inspector.post("Debugger.pause");
      insist().catch(() => undefined); // disconnected
    },
    cellEnded() {
      step = undefined;
    },
    skip(next) {
      skips = next;
      if (next) step = undefined;
      inspector.post("Debugger.setSkipAllPauses", { skip: next }).catch(() => undefined); // disconnected: nothing halts
    },
    release() {
      if (paused !== undefined) inspector.post("Debugger.resume").catch(() => undefined); // it has gone on by itself
    },
    end() {
      if (paused !== undefined) inspector.post("Runtime.terminateExecution").catch(() => undefined);
    },
  };
}

/** The frame that is halted in, where somebody wrote it. */
function topOf({ callFrames }: Debugger.PausedEventDataType, [first]: readonly StackFrame[]): StackFrame | undefined {
  return first?.frame === callFrames[0] ? first : undefined;
}

/** Of a cell or a local file. */
function isAuthors({ script }: StackFrame): boolean {
  return !script.isInstalled;
}

/** A line may be several statements, and more of JavaScript; one that is a loop is halted in at last. */
function hasLed(step: Step, top: StackFrame, frames: number): boolean {
  const { way, line, depth, left } = step;
  if (isOutside(step, top)) return false;
  return way === "stepOut" || top.position?.line !== line || frames !== depth || left === 0;
}

/** Where steps do not lead: Node, the kernel, and packages unless the step began in one. */
function isOutside({ isInPackage }: Step, top: StackFrame | undefined): boolean {
  return top === undefined || (top.script.isInstalled && !isInPackage);
}
