/** @file history, https://jupyter-client.readthedocs.io/en/stable/messaging.html#history. */
import type { JsonObject } from "./message.ts";

/** One cell that was run. */
export interface HistoryEntry {
  /** Counts from 1 over all sessions that the history holds. */
  readonly session: number;
  /** The cell's execution count. */
  readonly line: number;
  readonly input: string;
  /** The text of its result. */
  readonly output?: string | undefined;
}

/** Which entries are wanted. */
export type HistoryQuery =
  /** Lines start <= line < stop of a session: 0 the current one, -1 the one before. */
  | { readonly access: "range"; readonly session: number; readonly start: number; readonly stop: number | undefined }
  /** The latest n. */
  | { readonly access: "tail"; readonly n: number }
  /** The latest n whose input matches: `*` is any text, `?` one character; with `unique` each input once. */
  | { readonly access: "search"; readonly n: number | undefined; readonly pattern: string; readonly unique: boolean };

const TAIL = 10; // IPython's own default

/**
 * The content of a history_request, checked, with the protocol's defaults.
 *
 * @throws TypeError when hist_access_type is none
 */
export function parseHistoryRequest(content: JsonObject): HistoryQuery {
  const { hist_access_type: access, session, start, stop, n, pattern, unique } = content;
  switch (access) {
    case "range":
      return { access, session: integer(session) ?? 0, start: integer(start) ?? 1, stop: integer(stop) };
    case "tail":
      return { access, n: integer(n) ?? TAIL };
    case "search":
      return { access, n: integer(n), pattern: typeof pattern === "string" ? pattern : "*", unique: unique === true };
  }
  throw new TypeError(
    `history_request requires hist_access_type to be range, tail or search, got ${JSON.stringify(access)}`,
  );
}

/** The reply: triples of session, line and input; with `output` the input and its result's text, null without one. */
export function historyReply(entries: readonly HistoryEntry[], { output }: JsonObject): JsonObject {
  const history = entries.map(({ session, line, input, output: text }) => [
    session,
    line,
    output === true ? [input, text ?? null] : input,
  ]);
  return { status: "ok", history };
}

function integer(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}
