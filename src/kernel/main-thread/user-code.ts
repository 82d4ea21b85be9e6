/** @file Whose code a function is: a cell's or a local file's, or that of Node and of packages. */
import { authorsText, EVALUATES, hasStops, type Place } from "../cell/index.ts";
import { standsStill } from "./stand-still.ts";

/** Its own references: a cell may overwrite the globals. */
const { apply, defineProperty, set } = Reflect;
const { toString: textOf } = Function.prototype;

/** True for a function of a cell or of a local file. */
export function isCellCode(task: unknown): boolean {
  return typeof task === "function" && hasStops(apply(textOf, task, []));
}

/** True for a function that says nothing of its code: what `bind` returns, and Node's own in C++. */
export function isBound(task: unknown): boolean {
  return typeof task === "function" && apply(textOf, task, []).endsWith("{ [native code] }");
}

const ownDirectory = new URL("..", import.meta.url).href;

/** Where Node calls async hooks: what is disabled meanwhile still counts as enabled, and never ceases to if that is terminated. */
const HOOKS = "node:internal/async_hooks";
const CALLS_HOOKS = /^emit(Hook|\w+Native)$/;

/** Where Node loads its own modules, each when it is first used. */
const LOADER = "node:internal/bootstrap/realm";

/**
 * Whose code runs now, for one who asks in the middle of it: that of Node or of the kernel would be left half done.
 *
 * @returns "idle" when nothing runs
 */
export function whatRuns(): Place {
  if (standsStill()) return "cell";
  const { prepareStackTrace, stackTraceLimit } = Error;
  let inFirstTurn = false;
  let inHook = false;
  const all = (_error: Error, sites: NodeJS.CallSite[]): string[] =>
    sites.map((site) => {
      const file = site.getFileName() ?? "";
      inFirstTurn ||= file === EVALUATES && !site.isAsync(); // who merely awaits stands in the stack too
      inHook ||= file === HOOKS && CALLS_HOOKS.test(site.getFunctionName() ?? "");
      return file;
    });
  const isSet = set(Error, "prepareStackTrace", all) && set(Error, "stackTraceLimit", Number.POSITIVE_INFINITY);
  const stack: unknown = new Error().stack;
  set(Error, "prepareStackTrace", prepareStackTrace);
  set(Error, "stackTraceLimit", stackTraceLimit);
  if (!isSet) return /\n\s+at .*\bIn\[/.test(String(stack)) ? "cell" : "idle"; // a cell has frozen Error
  const files = stack as string[];
  const frames = files.slice(files.indexOf("") + 1); // what the inspector evaluates has no file
  if (frames.length === 0) return "idle";
  if (inHook) return "hook";
  const [innermost, ...outer] = frames.filter((file) => file !== "" && !file.startsWith("wasm:")); // it is who calls such
  if (innermost === undefined || !isNodes(innermost)) return inFirstTurn ? "first turn" : "cell";
  return innermost === LOADER || outer.includes(LOADER) || outer.every(isNodes) ? "Node alone" : "Node";
}

/** Of Node or of the kernel. */
function isNodes(file: string): boolean {
  return file.startsWith("node:") || file.startsWith(ownDirectory);
}

/** The text of a function is shown as its cell has it. */
export function hideRewriting(): void {
  const shown = {
    toString(this: unknown): string {
      return authorsText(apply(textOf, this, []));
    },
  }.toString;
  defineProperty(Function.prototype, "toString", {
    value: shown,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
