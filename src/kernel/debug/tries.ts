/** @file Whether a place of a script stands where a `catch` would get what is thrown there. */
import { parseSync, Visitor } from "oxc-parser";
import type { Inspector } from "./inspector.ts";
import type { ScriptPlace } from "./positions.ts";

export interface Tries {
  /** True inside of a `try` that has a `catch`, which somebody wrote. */
  catches(scriptId: string, place: ScriptPlace): Promise<boolean>;
}

interface Text {
  /** Offset of each line. */
  readonly starts: readonly number[];
  readonly blocks: readonly { readonly start: number; readonly end: number }[];
}

/** Reads each script once. */
export function createTries(inspector: Inspector): Tries {
  const texts = new Map<string, Promise<Text>>();

  async function read(scriptId: string): Promise<Text> {
    const { scriptSource } = await inspector.post<{ readonly scriptSource: string }>("Debugger.getScriptSource", {
      scriptId,
    });
    return { starts: lineStarts(scriptSource), blocks: tryBlocks(scriptSource) };
  }

  return {
    async catches(scriptId, { lineNumber, columnNumber = 0 }) {
      const text = texts.get(scriptId) ?? read(scriptId);
      texts.set(scriptId, text);
      const { starts, blocks } = await text;
      const at = (starts[lineNumber] ?? 0) + columnNumber;
      return blocks.some(({ start, end }) => at >= start && at < end);
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

/** What the rewriter writes around a cell with `using` throws again what it has caught. */
const OWN_HANDLER = /^\{\s*__using\./;

function tryBlocks(text: string): Text["blocks"] {
  const blocks: { start: number; end: number }[] = [];
  const { program } = parseSync("script.js", text, { sourceType: "unambiguous" });
  const visitor = new Visitor({
    TryStatement({ block, handler }) {
      if (handler !== null && !OWN_HANDLER.test(text.slice(handler.body.start))) blocks.push(block);
    },
  });
  visitor.visit(program);
  return blocks;
}
