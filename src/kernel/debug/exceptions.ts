/** @file Which errors a thread halts at when they are thrown: all, or those that would end the cell. */
import type { Debugger } from "node:inspector";
import type { Inspector } from "./inspector.ts";
import type { Outside } from "./outside.ts";
import type { Scripts } from "./scripts.ts";
import type { Tries } from "./tries.ts";

/** What frontends offer. */
export const FILTERS = [
  {
    filter: "all",
    label: "All exceptions",
    description: "Halts where anything is thrown, unless Node, the kernel or a package catches it",
    default: false,
  },
  {
    filter: "uncaught",
    label: "Uncaught exceptions",
    description: "Halts where something is thrown that no catch around it gets",
    default: false,
  },
] as const;

type Filter = (typeof FILTERS)[number]["filter"];

export interface Exceptions {
  /**
   * In place of the filters before.
   *
   * @throws RangeError when one of them is unknown
   */
  set(filters: readonly string[]): Promise<void>;
  /** Whether what was thrown is one to halt at. */
  isWanted(event: Debugger.PausedEventDataType): Promise<boolean>;
}

/** So far back an `await` is followed to who waits. */
const ASYNC_DEPTH = 32;

/**
 * V8 takes all that a cell throws for caught, since the kernel catches it: so the code around is read.
 *
 * @param outside the scripts in which nothing halts; while filters are set it does, since errors are thrown there
 */
export function createExceptions(inspector: Inspector, scripts: Scripts, outside: Outside): Exceptions {
  let active: ReadonlySet<Filter> = new Set();
  let tries: Promise<Tries> | undefined;

  /** In a cell or a local file. */
  async function isAuthors({ location }: Pick<Debugger.CallFrame, "location">): Promise<boolean> {
    return (await scripts.get(location.scriptId))?.isInstalled === false;
  }

  async function catches({ scriptId, ...place }: Debugger.Location): Promise<boolean> {
    tries ??= import("./tries.ts").then(({ createTries }) => createTries(inspector)); // a parser, which few need
    return (await tries).catches(scriptId, place);
  }

  /** By nobody whose code stands between the throw and the kernel. */
  async function isUncaught({ callFrames, asyncStackTrace }: Debugger.PausedEventDataType): Promise<boolean> {
    const last = (await Promise.all(callFrames.map(isAuthors))).lastIndexOf(true);
    for (const { location } of callFrames.slice(0, last + 1)) if (await catches(location)) return false;
    for (let trace = asyncStackTrace; trace !== undefined; trace = trace.parent) {
      if (trace.description !== "await" && trace.description !== "async function") continue;
      const [waiting] = trace.callFrames;
      if (waiting !== undefined && (await catches(waiting)) && (await isAuthors({ location: waiting }))) return false;
    }
    return true;
  }

  /** Caught by Node, the kernel or a package, before a cell or a local file could see it. */
  async function isInternal({ callFrames }: Debugger.PausedEventDataType): Promise<boolean> {
    for (const frame of callFrames) {
      if (await isAuthors(frame)) return false;
      if (await catches(frame.location)) return true;
    }
    return true;
  }

  return {
    async set(filters) {
      const known = FILTERS.map(({ filter }) => filter as string);
      const unknown = filters.find((filter) => !known.includes(filter));
      if (unknown !== undefined) {
        throw new RangeError(`setExceptionBreakpoints requires filters to be of ${known.join(", ")}, got ${unknown}`);
      }
      active = new Set(filters as Filter[]);
      await inspector.post("Debugger.setPauseOnExceptions", { state: active.size > 0 ? "all" : "none" });
      await outside.open("exceptions", active.size > 0);
      await inspector.post("Debugger.setAsyncCallStackDepth", { maxDepth: active.has("uncaught") ? ASYNC_DEPTH : 0 });
    },
    async isWanted(event) {
      if (active.size === 0 || (await isInternal(event))) return false;
      return active.has("all") || (await isUncaught(event));
    },
  };
}
