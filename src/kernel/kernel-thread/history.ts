/** @file What was typed, kept over restarts: this session's cells in memory, those of all kernels of a user in a file. */
import { randomBytes } from "node:crypto";
import type { HistoryEntry, HistoryQuery } from "../wire/index.ts";
import { appendHistory, createHistoryReader, type HistoryLine } from "./history-file.ts";
import { selectEntries } from "./history-query.ts";

/** A longer text is cut: nobody types it, and every reader would load it. */
const LONGEST = 100_000;

/** So many cells are kept in memory at least, and twice as many at most: a session may run for days, a file for years. */
const KEPT = 10_000;

/** So long lines are gathered: a cell's text and its result, and cells that come one upon another, are one write beside none of them. */
const GATHER_MS = 20;

export interface History {
  /** Keeps a cell; returns at once. */
  addInput(line: number, input: string): void;
  /** Keeps the text of its result. */
  addOutput(line: number, output: string): void;
  find(query: HistoryQuery): readonly HistoryEntry[];
  /** Resolves when what was added is in the file. */
  written(): Promise<void>;
}

/**
 * The history as a new session of it.
 *
 * @param file where it is kept; undefined keeps this session alone, in memory
 * @param log told when the file cannot be written
 */
export function openHistory(file: string | undefined, log: (line: string) => void): History {
  const session = randomBytes(8).toString("hex");
  const reader = file === undefined ? undefined : createHistoryReader(file);
  const own: Cells = new Map(); // also what the file could not take
  const sessions = new Map<string, Cells>(); // of the file, in the order of their numbers
  let count = 0; // cells of the file that are kept
  let writing: Promise<void> = Promise.resolve();
  let pending = "";
  let gathering: NodeJS.Timeout | undefined;
  let broken = file === undefined;

  /** One append holds all lines that came since the last one: whole lines, which other kernels' appends cannot split. */
  async function write(): Promise<void> {
    const text = pending;
    pending = "";
    if (text === "" || broken || file === undefined) return;
    try {
      await appendHistory(file, text);
    } catch (error) {
      broken = true;
      log(`history is kept in memory alone: ${(error as Error).message}`);
    }
  }

  function add(line: HistoryLine): void {
    putLine(own, line);
    if (own.size > 2 * KEPT) dropFirst(own, own.size - KEPT);
    if (broken) return;
    pending += `${JSON.stringify(line)}\n`;
    gathering ??= setTimeout(flush, GATHER_MS);
  }

  function flush(): Promise<void> {
    clearTimeout(gathering);
    gathering = undefined;
    writing = writing.then(write);
    return writing;
  }

  function addOfFile(line: HistoryLine): void {
    let cells = sessions.get(line.session);
    if (cells === undefined) {
      cells = new Map();
      sessions.set(line.session, cells);
    }
    if (line.session === session) return;
    count += putLine(cells, line);
    if (count > 2 * KEPT) dropOldest();
  }

  /** A session whose cells are dropped keeps its number. */
  function dropOldest(): void {
    for (const cells of sessions.values()) {
      if (count <= KEPT) break;
      count -= dropFirst(cells, Math.min(cells.size, count - KEPT));
    }
  }

  function startOver(): void {
    sessions.clear();
    count = 0;
  }

  return {
    addInput: (line, input) => add({ session, line, input: input.slice(0, LONGEST) }),
    addOutput: (line, output) => add({ session, line, output: output.slice(0, LONGEST) }),
    find(query) {
      reader?.read(addOfFile, startOver);
      const ids = [...sessions.keys()];
      if (!sessions.has(session)) ids.push(session);
      const entries = ids.flatMap((id, at) =>
        Array.from(id === session ? own : (sessions.get(id) ?? []), ([line, cell]) => {
          return { session: at + 1, line, ...cell };
        }),
      );
      return selectEntries(entries, query, ids.indexOf(session) + 1);
    },
    written: flush,
  };
}

/** What was typed and what came of it, by the cell's execution count, in the order in which they were typed. */
type Cells = Map<number, Pick<HistoryEntry, "input" | "output">>;

/** @returns how many cells have come: 1, or 0 for the output of a cell */
function putLine(cells: Cells, { line, input, output }: HistoryLine): number {
  const before = cells.size;
  const known = cells.get(line);
  if (input !== undefined) cells.set(line, { input, output });
  else if (known !== undefined) cells.set(line, { ...known, output });
  return cells.size - before;
}

/** @returns how many were dropped: `most`, which the map has */
function dropFirst(cells: Cells, most: number): number {
  let dropped = 0;
  for (const line of cells.keys()) {
    if (dropped === most) break;
    cells.delete(line);
    dropped++;
  }
  return dropped;
}
