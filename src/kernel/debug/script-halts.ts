/** @file V8's halt before each script runs, in which breakpoints are bound to it. */
import type { Inspector } from "./inspector.ts";

export interface ScriptHalts {
  begin(): Promise<void>;
  /**
   * Sends a command while there are none: under Node 22 an evaluation that is to end after a time would never end.
   *
   * @param post posts one command at once
   */
  without<Result>(post: () => Promise<Result>): Promise<Result>;
}

/** None yet. */
export function createScriptHalts(inspector: Inspector): ScriptHalts {
  let begun: Promise<{ readonly breakpointId: string }> | undefined;

  function begin(): typeof begun {
    begun = inspector.post("Debugger.setInstrumentationBreakpoint", { instrumentation: "beforeScriptExecution" });
    return begun;
  }

  return {
    begin: async () => void (await begin()),
    async without(post) {
      if (begun === undefined) return post();
      const { breakpointId } = await begun;
      const removed = inspector.post("Debugger.removeBreakpoint", { breakpointId });
      const posted = post(); // all three are read in this order, with nothing of a cell between
      const [, result] = await Promise.all([removed, posted, begin()]);
      return result;
    },
  };
}
