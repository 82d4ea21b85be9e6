/** @file What was typed, kept over restarts: a file of JSON lines for each user, appended by all kernels, read when asked. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { userDataFolder } from "./jupyter-paths.ts";
import type { HistoryEntry, HistoryQuery } from "./wire/index.ts";

/** A longer text is cut: nobody types it, and every reader would load it. */
const LONGEST = 100_000;

/** So many lines of a session are kept in memory at least, and twice as many at most: it may run for days. */
const KEPT = 10_000;

export interface History {
  /** Keeps a cell; returns at once. */
  addInput(line: number, input: string): void;
  /** Keeps the text of its result. */
  addOutput(line: number, output: string): void;
  find(query: HistoryQuery): readonly HistoryEntry[];
  /** Resolves when what was added is in the file. */
  written(): Promise<void>;
}

/** A line of the file. Sessions are numbered by their first appearance, so that kernels need no lock to number theirs. */
interface Line {
  readonly session: string;
  readonly line: number;
  readonly input?: string;
  readonly output?: string;
}

/**
 * Where history is kept: what EIGHTFOLD_HISTORY names, else the user's Jupyter folder.
 *
 * @returns an absolute path; undefined when EIGHTFOLD_HISTORY is `off`
 */
export function historyFile(): string | undefined {
  const { EIGHTFOLD_HISTORY } = process.env;
  if (EIGHTFOLD_HISTORY === "off") return undefined;
  return EIGHTFOLD_HISTORY || join(userDataFolder(), "eightfold", "history.jsonl");
}

/**
 * The history as a new session of it.
 *
 * @param file where it is kept; undefined keeps this session alone, in memory
 * @param log told when the file cannot be written
 */
export function openHistory(file: string | undefined, log: (line: string) => void): History {
  const session = randomBytes(8).toString("hex");
  let own: Line[] = []; // what this session added last, in case the file cannot hold it
  let writing: Promise<void> = Promise.resolve();
  let pending = "";
  let broken = file === undefined;

  /** One append holds all lines that came since the last one: whole lines, which other kernels' appends cannot split. */
  async function write(): Promise<void> {
    const text = pending;
    pending = "";
    if (text === "" || broken || file === undefined) return;
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, text, { mode: 0o600 });
    } catch (error) {
      broken = true;
      log(`history is kept in memory alone: ${(error as Error).message}`);
    }
  }

  function add(line: Line): void {
    own.push(line);
    if (own.length > 2 * KEPT) own = own.slice(-KEPT);
    if (broken) return;
    pending += `${JSON.stringify(line)}\n`;
    writing = writing.then(write);
  }

  return {
    addInput: (line, input) => add({ session, line, input: input.slice(0, LONGEST) }),
    addOutput: (line, output) => add({ session, line, output: output.slice(0, LONGEST) }),
    find(query) {
      const { entries, sessions } = numbered([...(file === undefined ? [] : readLines(file)), ...own]);
      return select(entries, query, sessions.get(session) ?? sessions.size + 1);
    },
    written: () => writing,
  };
}

function readLines(file: string): Line[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return []; // no kernel has written one yet
  }
  return text.split("\n").flatMap((line) => {
    try {
      const value = JSON.parse(line) as Line;
      return typeof value.session === "string" && typeof value.line === "number" ? [value] : [];
    } catch {
      return []; // a line that a full disk or a crash cut off
    }
  });
}

/** Inputs and outputs put together, in order of session and line, and the number of each session. */
function numbered(lines: readonly Line[]): { entries: HistoryEntry[]; sessions: ReadonlyMap<string, number> } {
  const sessions = new Map<string, number>();
  const entries = new Map<string, HistoryEntry>();
  for (const { session: id, line, input, output } of lines) {
    const session = sessions.get(id) ?? sessions.size + 1;
    sessions.set(id, session);
    const key = `${session} ${line}`;
    if (input !== undefined) entries.set(key, { session, line, input, output });
    const known = entries.get(key);
    if (output !== undefined && known !== undefined) entries.set(key, { ...known, output });
  }
  return { entries: [...entries.values()].sort((a, b) => a.session - b.session || a.line - b.line), sessions };
}

/**
 * The entries that a query asks for, in their order.
 *
 * @param entries in order of session and line
 * @param current number of this session
 */
function select(entries: readonly HistoryEntry[], query: HistoryQuery, current: number): readonly HistoryEntry[] {
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
