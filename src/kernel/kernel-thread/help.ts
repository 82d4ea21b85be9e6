/** @file Help with a session's code, between Jupyter's requests and the assistant, which is loaded when a person first needs it. */
import type { Assistant } from "../assist/index.ts";
import type { Look, Seen } from "../assist/live-values.ts";
import {
  completeReply,
  type ExecuteOutcome,
  inspectReply,
  type JsonObject,
  parseCompleteRequest,
  parseInspectRequest,
} from "../wire/index.ts";

export interface Help {
  /** The reply to a complete_request. */
  complete(request: JsonObject): Promise<JsonObject>;
  /** The reply to an inspect_request. */
  inspect(request: JsonObject): Promise<JsonObject>;
  /** Runs a cell, and checks it meanwhile if a person wrote it just now; where types are strict, checks each one first. */
  checked(cell: CheckedCell): Promise<ExecuteOutcome>;
  /** Takes a cell that ran: what is typed next may use its names. */
  add(code: string): void;
}

interface CheckedCell {
  readonly code: string;
  /** A person wrote it just now. */
  readonly attended: boolean;
  run(): Promise<ExecuteOutcome>;
  /** Prints below what the cell printed: before its end, or once something is known, if that takes longer. */
  show(text: string): void;
}

/** What is loaded when a person first needs it. */
type Loaded = Pick<typeof import("../assist/index.ts"), "toCodePoints" | "toUnits"> & { readonly assistant: Assistant };

interface HelpParts {
  /** The notebook's folder. */
  readonly directory: string;
  look(look: Look): Promise<Seen | undefined>;
  log(line: string): void;
}

/** A cell that has ended waits so long for its type errors; it seldom has to, they are sought while it runs. */
const PATIENCE_MS = 50;

/** A notebook that runs by itself for days needs no help, and must not grow. */
const KEPT_CELLS = 5000;

/** What happens to type errors: EIGHTFOLD_TYPES in the kernel's environment. */
type Mode = "show" | "strict" | "off";

/** Help for one session. */
export function createHelp({ directory, look, log }: HelpParts): Help {
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;
  const ran: string[] = []; // what the assistant has not been told, since nobody needed it
  const mode = readMode(log);

  async function load(): Promise<Loaded> {
    loading ??= import("../assist/index.ts").then(({ createAssistant, toCodePoints, toUnits }) => {
      return { assistant: createAssistant({ directory, look }), toCodePoints, toUnits };
    });
    loaded = await loading;
    return told(loaded);
  }

  function told(ready: Loaded): Loaded {
    for (const code of ran.splice(0)) ready.assistant.add(code);
    return ready;
  }

  /** Type errors, and once that there are no types. */
  async function check(code: string): Promise<{ errors: string | undefined; notice: string | undefined }> {
    try {
      const { assistant } = await load();
      return { errors: await assistant.typeErrors(code), notice: assistant.takeNotice() };
    } catch (error) {
      log(`a cell was not checked: ${(error as Error).stack}`); // the cell itself is well
      return { errors: undefined, notice: undefined };
    }
  }

  return {
    async complete(request) {
      const { code, cursorPos } = parseCompleteRequest(request);
      // What is loaded is asked in this very turn: the type service works while the kernel tells that it is busy.
      const { assistant, toCodePoints, toUnits } = loaded === undefined ? await load() : told(loaded);
      const { start, end, matches } = await assistant.complete(code, toUnits(code, cursorPos));
      return completeReply({
        cursorStart: toCodePoints(code, start),
        cursorEnd: toCodePoints(code, end),
        matches: matches.map(({ text, type }) => ({ text, type })),
      });
    },

    async inspect(request) {
      const { code, cursorPos, detailed } = parseInspectRequest(request);
      const { assistant, toUnits } = loaded === undefined ? await load() : told(loaded);
      return inspectReply(await assistant.inspect(code, toUnits(code, cursorPos), detailed));
    },

    async checked({ code, attended, run, show }) {
      if (mode === "off" || (mode === "show" && !attended)) return run();
      const checking = check(code);
      if (mode === "strict") {
        const { errors, notice } = await checking;
        if (notice !== undefined) show(`${notice}\n`);
        return errors === undefined ? run() : refused(errors);
      }
      const running = run();
      const shown = Promise.all([checking, running]).then(([{ errors, notice }]) => {
        if (notice !== undefined) show(`${notice}\n`);
        if (errors !== undefined) show(errors);
      });
      const outcome = await running;
      await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
      return outcome;
    },

    add(code) {
      ran.push(code);
      if (ran.length > KEPT_CELLS) ran.shift();
    },
  };
}

function refused(errors: string): ExecuteOutcome {
  const text = errors.trimEnd();
  return { status: "error", ename: "TypeErrors", evalue: text, traceback: [`\u001b[31mTypeErrors\u001b[39m: ${text}`] };
}

function readMode(log: (line: string) => void): Mode {
  const wanted = process.env.EIGHTFOLD_TYPES ?? "show";
  if (wanted === "show" || wanted === "strict" || wanted === "off") return wanted;
  log(`EIGHTFOLD_TYPES requires show, strict or off, got ${wanted}; type errors are shown`);
  return "show";
}
