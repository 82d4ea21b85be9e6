/** @file complete, https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion. */
import type { JsonObject } from "./message.ts";

export interface CompleteRequest {
  readonly code: string;
  /** In Unicode code points. */
  readonly cursorPos: number;
}

/** What could replace the text from start to end, in Unicode code points. */
export interface Completions {
  readonly cursorStart: number;
  readonly cursorEnd: number;
  readonly matches: readonly { readonly text: string; readonly type: string }[];
}

/**
 * The content of a complete_request, checked; without a cursor it is at the end.
 *
 * @throws TypeError when code is not text, or the cursor is no count
 */
export function parseCompleteRequest({ code, cursor_pos = Infinity }: JsonObject): CompleteRequest {
  return requirePlace("complete_request", code, cursor_pos);
}

/** Code and cursor of a request, checked. */
export function requirePlace(request: string, code: unknown, cursorPos: unknown): CompleteRequest {
  if (typeof code !== "string") throw new TypeError(`${request} requires code to be text, got ${JSON.stringify(code)}`);
  if (typeof cursorPos !== "number" || !(cursorPos >= 0))
    throw new TypeError(`${request} requires cursor_pos to be a count, got ${JSON.stringify(cursorPos)}`);
  return { code, cursorPos };
}

/** The reply; the kinds of the matches are where IPython put them, and where JupyterLab looks for them. */
export function completeReply({ cursorStart, cursorEnd, matches }: Completions): JsonObject {
  const types = matches.map((match) => ({ start: cursorStart, end: cursorEnd, ...match }));
  return {
    status: "ok",
    matches: matches.map(({ text }) => text),
    cursor_start: cursorStart,
    cursor_end: cursorEnd,
    metadata: { _jupyter_types_experimental: types },
  };
}
