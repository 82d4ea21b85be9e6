/** @file Which entries of a history a query asks for: a range of a session, the latest, or those that match a pattern. */
import type { HistoryEntry, HistoryQuery } from "../wire/index.ts";

/**
 * The entries that a query asks for, in their order.
 *
 * @param entries in order of session and line
 * @param current number of this session
 */
export function selectEntries(
  entries: readonly HistoryEntry[],
  query: HistoryQuery,
  current: number,
): readonly HistoryEntry[] {
  if (query.access === "tail") return last(entries, query.n);
  if (query.access === "search") {
    const found = entries.filter(matches(query.pattern));
    const latest = new Map(found.map((entry) => [entry.input, entry]));
    return last(query.unique ? found.filter((entry) => latest.get(entry.input) === entry) : found, query.n);
  }
  const session = query.session > 0 ? query.session : current + query.session;
  const lines = entries.filter((entry) => entry.session === session);
  const end = (lines.at(-1)?.line ?? 0) + 1;
  const start = query.start < 0 ? end + query.start : query.start;
  const stop = query.stop === undefined ? end : query.stop < 0 ? end + query.stop : query.stop;
  return lines.filter(({ line }) => line >= start && line < stop);
}

function last(entries: readonly HistoryEntry[], n: number | undefined): readonly HistoryEntry[] {
  return n === undefined ? entries : entries.slice(Math.max(0, entries.length - Math.max(0, n)));
}

function matches(pattern: string): (entry: HistoryEntry) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, "[^]*")
    .replace(/\?/g, "[^]");
  const whole = new RegExp(`^${escaped}$`, "u");
  return ({ input }) => whole.test(input);
}
