/** @file The scripts in which nothing halts, and what needs halts in them for a while. */
import type { Inspector } from "./inspector.ts";

/** Errors are thrown there, and V8 drops a pause that comes while such code is on top, and says nothing. */
type Need = "exceptions" | "pause";

export interface Outside {
  /** From now on nothing halts there. */
  close(): Promise<void>;
  /** Lets V8 halt there while anything needs it. */
  open(need: Need, isOpen: boolean): Promise<void>;
}

/** @param patterns of the scripts' addresses */
export function createOutside(inspector: Inspector, patterns: readonly string[]): Outside {
  const needs = new Set<Need>();

  async function set(): Promise<void> {
    await inspector.post("Debugger.setBlackboxPatterns", { patterns: needs.size > 0 ? [] : patterns });
  }

  return {
    close: set,
    async open(need, isOpen) {
      if (needs.has(need) === isOpen) return;
      if (isOpen) needs.add(need);
      else needs.delete(need);
      await set();
    },
  };
}
