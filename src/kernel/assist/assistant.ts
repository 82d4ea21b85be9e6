/** @file The help that a person gets while typing a cell, and the type errors of one that runs. */
import { type Completion, importCompletion, liveCompletion, typedCompletion } from "./completion.ts";
import { isUnchecked, typeErrorText } from "./diagnostics.ts";
import { type DoorExport, doorExports } from "./door-exports.ts";
import { type Inspection, inspection } from "./inspection.ts";
import { pathAt, typedName } from "./live-path.ts";
import type { Look, Seen } from "./live-values.ts";
import { createTypeService } from "./type-service.ts";

export interface Assistant {
  /** @param offset the cursor, in UTF-16 units */
  complete(code: string, offset: number): Promise<Completion>;
  /** @param detailed show more of a value */
  inspect(code: string, offset: number, detailed: boolean): Promise<Inspection | undefined>;
  /** The type errors of a cell, as text to print; undefined when there are none, or nobody knows. */
  typeErrors(code: string): Promise<string | undefined>;
  /** Takes a cell that ran into the session. */
  add(code: string): void;
  /** Why there are no types, as text to print, once. */
  takeNotice(): string | undefined;
}

interface AssistantParts {
  /** The notebook's folder. */
  readonly directory: string;
  /** Looks at live values; undefined when the main thread is busy. */
  look(look: Look): Promise<Seen | undefined>;
}

/** A frontend gives up after a second: until the service has started, live values must do. */
const TYPES_MS = 700;

/** Help for one session. */
export function createAssistant({ directory, look }: AssistantParts): Assistant {
  const types = createTypeService(directory);
  let doors: readonly DoorExport[] | undefined;

  return {
    async complete(code, offset) {
      const items = await within(TYPES_MS, types.complete(code, offset));
      if (items !== undefined) {
        const typed = typedCompletion(code, offset, items);
        if (typed.matches.length > 0) return typed;
      }
      const { before } = typedName(code, offset);
      const seen = before && (await look({ path: before, wants: "members", detailed: false }));
      const live = liveCompletion(code, offset, seen?.members ?? []);
      if (live.matches.length > 0) return live;
      doors ??= doorExports(directory);
      return importCompletion(code, offset, doors) ?? live;
    },

    async inspect(code, offset, detailed) {
      const mayBeInCall = code.slice(0, offset).includes("(");
      const asked = Promise.all([types.hover(code, offset), mayBeInCall ? types.signatures(code, offset) : undefined]);
      const path = pathAt(code, offset);
      const looked = path && look({ path, wants: "text", detailed });
      const [hover, call] = (await within(TYPES_MS, asked)) ?? [];
      const isParameter = /^```\w*\n\((?:type )?parameter\)/.test(hover ?? "");
      const value = isParameter ? undefined : (await looked)?.text;
      return inspection({ hover, call, value });
    },

    async typeErrors(code) {
      if (isUnchecked(code)) return undefined;
      const diagnostics = await types.diagnostics(code);
      return diagnostics && typeErrorText(diagnostics);
    },

    add: types.add,
    takeNotice: types.takeNotice,
  };
}

async function within<Result>(milliseconds: number, answer: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
