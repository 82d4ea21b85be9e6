/** @file A debug adapter for one kernel, https://microsoft.github.io/debug-adapter-protocol: it costs nothing until it is started. */
import type { Session } from "node:inspector";
import { remember } from "../cell/recent.ts";
import { debugFailure, debugReply, type JsonObject, parseDebugRequest } from "../wire/index.ts";
import { requireText } from "./arguments.ts";
import { type Attached, attach, THREAD } from "./attached.ts";
import { CELL_FILES, cellPath } from "./cell-files.ts";
import { COMMANDS, copyToGlobals, inspectVariables, richInspectVariables, source } from "./commands.ts";
import { FILTERS } from "./exceptions.ts";

export interface Debugger {
  /** Serves a debug_request; resolves with the reply's content. */
  request(content: JsonObject): Promise<JsonObject>;
  /** A cell has ended. */
  cellEnded(): void;
  /** A stop begins: from here on nothing halts. */
  stopping(): void;
  /** What is paused has been terminated, and goes on to its end. */
  terminated(): void;
  /** The stop is over. */
  stopped(): void;
  /** The process ends: what is paused runs no further. */
  end(): void;
}

interface DebuggerParts {
  /** An inspector session with the main thread. */
  connect(): Session;
  disconnect(session: Session): void;
  /** Sends a debug_event. */
  publish(event: string, body: JsonObject): void;
}

/** What a frontend may ask for, https://microsoft.github.io/debug-adapter-protocol/specification#Types_Capabilities. */
const CAPABILITIES = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsEvaluateForHovers: true,
  supportsDelayedStackTraceLoading: true,
  supportsModulesRequest: true,
  exceptionBreakpointFilters: FILTERS,
} as const;

/** A debugger that is not started. */
export function createDebugger({ connect, disconnect, publish }: DebuggerParts): Debugger {
  const dumped = new Map<string, string>(); // code of cells by path
  let connection: { readonly session: Session; readonly attached: Attached } | undefined;
  let started = false;
  const codeOf = (path: string): string | undefined => dumped.get(path);

  async function attached(): Promise<Attached> {
    if (connection === undefined) {
      const session = connect();
      connection = { session, attached: attach(session, codeOf, publish) };
    }
    const parts = connection.attached;
    await parts.ready;
    return parts;
  }

  /** What is paused goes on, and nothing halts any more. */
  function leave(): void {
    if (connection === undefined) return;
    const { session, attached: parts } = connection;
    connection = undefined;
    const wasPaused = parts.pauses.current() !== undefined;
    disconnect(session);
    parts.inspector.close();
    if (wasPaused) publish("continued", { threadId: THREAD.id, allThreadsContinued: true });
  }

  const always: Readonly<Record<string, (given: JsonObject) => Promise<JsonObject>>> = {
    async initialize({ clientID, supportsVariableType }) {
      const parts = await attached();
      if (!started) await parts.enable();
      parts.variables.showTypes(supportsVariableType === true && clientID !== "jupyterlab"); // which shows them in place of values
      started = true;
      return CAPABILITIES;
    },
    async attach() {
      if (!started) await (await attached()).enable();
      started = true;
      publish("initialized", {});
      return {};
    },
    async disconnect() {
      leave();
      if (started) publish("terminated", {});
      started = false;
      return {};
    },
    async dumpCell(given) {
      const code = requireText("dumpCell", given, "code");
      const sourcePath = cellPath(code);
      remember(dumped, sourcePath, code);
      return { sourcePath };
    },
    async debugInfo() {
      const paused = connection?.attached.pauses.current() !== undefined;
      return {
        isStarted: started,
        ...CELL_FILES,
        breakpoints: connection?.attached.breakpoints.list() ?? [],
        stoppedThreads: paused ? [THREAD.id] : [],
        richRendering: true,
        exceptionPaths: [],
        copyToGlobals: true,
      };
    },
    source: (given) => source(given, codeOf),
    inspectVariables: async (given) => inspectVariables(given, await attached()),
    richInspectVariables: async (given) => richInspectVariables(given, await attached()),
    copyToGlobals: async (given) => copyToGlobals(given, await attached()),
  };

  async function serve({ command, arguments: given }: ReturnType<typeof parseDebugRequest>): Promise<JsonObject> {
    if (Object.hasOwn(always, command)) return (always[command] as (typeof always)[string])(given);
    const handler = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (handler === undefined) {
      const known = [...Object.keys(always), ...Object.keys(COMMANDS)].sort().join(", ");
      throw new Error(`the debugger does not know ${command}; it knows ${known}`);
    }
    if (!started) throw new Error(`${command} requires a debugger that was started (hint: send initialize and attach)`);
    return handler(given, await attached());
  }

  return {
    async request(content) {
      try {
        return debugReply(content, await serve(parseDebugRequest(content)));
      } catch (error) {
        return debugFailure(content, error as Error);
      }
    },
    cellEnded: () => connection?.attached.pauses.cellEnded(),
    stopping() {
      if (started) connection?.attached.pauses.skip(true);
    },
    terminated: () => connection?.attached.pauses.release(),
    stopped() {
      if (started) connection?.attached.pauses.skip(false);
    },
    end: () => connection?.attached.pauses.end(),
  };
}
