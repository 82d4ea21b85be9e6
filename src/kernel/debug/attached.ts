/** @file All that a debugger has while it is connected: V8's inspector, and what is known through it. */
import type { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../wire/index.ts";
import { type Breakpoints, createBreakpoints, shown } from "./breakpoints.ts";
import { createEvaluation, type Evaluation } from "./evaluation.ts";
import { createExceptions, type Exceptions } from "./exceptions.ts";
import { createInspector, type Inspector, untilReady } from "./inspector.ts";
import { createOutside } from "./outside.ts";
import { createPauses, type Pauses } from "./pauses.ts";
import { createScriptHalts } from "./script-halts.ts";
import { createScripts, type Scripts } from "./scripts.ts";
import { createVariables, type Variables } from "./variables.ts";

export interface Attached {
  readonly inspector: Inspector;
  readonly scripts: Scripts;
  readonly breakpoints: Breakpoints;
  readonly variables: Variables;
  readonly evaluation: Evaluation;
  readonly exceptions: Exceptions;
  readonly pauses: Pauses;
  /** Resolves when the main thread can be asked. */
  readonly ready: Promise<void>;
  /** From now on it halts where it should. */
  enable(): Promise<void>;
}

/** The only thread that is debugged. */
export const THREAD = { id: 1, name: "main thread" } as const;

/** Steps do not lead into Node, into packages and into the kernel. */
const OUTSIDE = ["^node:", "[\\\\/]node_modules[\\\\/]"];

/**
 * Connects the parts.
 *
 * @param session connected to the main thread
 * @param codeOf text of a cell by its path, as far as frontends have said it
 * @param publish sends an event
 */
export function attach(
  session: Session,
  codeOf: (path: string) => string | undefined,
  publish: (event: string, body: JsonObject) => void,
): Attached {
  const inspector = createInspector(session);
  const scripts = createScripts(inspector);
  const variables = createVariables(inspector);
  const halts = createScriptHalts(inspector);
  const evaluation = createEvaluation(inspector, variables, halts);
  const breakpoints = createBreakpoints(inspector, scripts, codeOf, (path, breakpoint) =>
    publish("breakpoint", { reason: "changed", breakpoint: shown(breakpoint, path) }),
  );
  const outside = createOutside(inspector, [...OUTSIDE, ...ownPatterns()]);
  const exceptions = createExceptions(inspector, scripts, outside);
  const pauses = createPauses({
    inspector,
    scripts,
    breakpoints,
    evaluation,
    exceptions,
    outside,
    halted({ reason, text, hitBreakpointIds }) {
      const why = text === undefined ? {} : { text, description: text };
      const hit = hitBreakpointIds === undefined ? {} : { hitBreakpointIds };
      publish("stopped", { reason, threadId: THREAD.id, allThreadsStopped: true, ...why, ...hit });
    },
    wentOn() {
      variables.forget("pause");
      inspector.post("Runtime.releaseObjectGroup", { objectGroup: "pause" }).catch(() => undefined); // disconnected
      publish("continued", { threadId: THREAD.id, allThreadsContinued: true });
    },
    failed: (output) => publish("output", { category: "stderr", output }),
  });
  return {
    inspector,
    scripts,
    breakpoints,
    variables,
    evaluation,
    exceptions,
    pauses,
    ready: untilReady(inspector),
    async enable() {
      await inspector.post("Debugger.enable");
      await outside.close();
      await halts.begin();
    },
  };
}

/** The kernel's own files, as addresses and as paths. */
function ownPatterns(): string[] {
  const address = new URL("..", import.meta.url).href;
  return [address, fileURLToPath(address)].map((start) => `^${start.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`);
}
