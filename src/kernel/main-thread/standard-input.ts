/** @file `process.stdin` as cells read it: each line is asked of the frontend when somebody waits for it, and not before. */
import { Readable } from "node:stream";
import type { Asked } from "./input.ts";

/** Who reads lines and says when one is wanted: an interface of node:readline reads from its begin, also one that asks nothing. */
export interface LineReader {
  isWaiting(): boolean;
  /** What is typed must not be seen. */
  isHidden(): boolean;
  /** Its line has come. */
  answered(): void;
}

/** The lines of one cell's `process.stdin`; later cells may read them too. */
export interface Lines {
  /** That the stream has this listener for data does not mean that a line is wanted, but for what the reader says. */
  add(reader: LineReader): void;
  remove(reader: LineReader): void;
  /** A reader may wait for a line from now on. */
  look(): void;
  /**
   * Asks for a line, when what runs now has ended: until then it may say that nobody must see it.
   *
   * @throws Error when nobody could answer
   */
  ask(prompt: string): void;
}

export interface StandardInput {
  /** Of a stream that `process.stdin` is, or was. */
  linesOf(stream: unknown): Lines | undefined;
  /** It is about to be found out whether a line is wanted. */
  isLooking(): boolean;
  /** A cell has ended; where it has failed, or was stopped, nobody reads any more what it wanted. */
  end(cell: string, hasFailed: boolean): void;
}

interface Surroundings {
  /** The cell that caused what is running now. */
  cell(): string;
  mayAsk(cell: string): boolean;
  /** @throws Error when nobody could answer the cell */
  requireAnswers(cell: string, by: string): void;
  /** Asks for a line; `answered` gets undefined when the cell has ended. Returns what takes the question back. */
  ask(cell: string, asked: Asked, answered: (line: string | undefined) => void): () => void;
}

/** Its own references: a cell may overwrite the globals, and what is begun here is nobody's. */
const { setImmediate: soon } = globalThis;
const { nextTick } = process;

const BY = "process.stdin";

/** What a terminal takes for the end of the input, alone in a line: Ctrl-D. */
const END = "\u0004";

/** Puts a stream in place of the process's own, another for each cell that asks for it: what one has left does not reach the next. */
export function captureStandardInput({ cell, mayAsk, requireAnswers, ask }: Surroundings): StandardInput {
  const known = new WeakMap<object, Lines>();
  const wanted = new Map<string, Set<Readable>>(); // by cell that has not ended
  let looks = 0;
  let current: { readonly cell: string; readonly stream: Readable } | undefined;

  function later(schedule: typeof soon, task: () => void): void {
    looks++;
    schedule(() => {
      looks--;
      task();
    });
  }

  function open(): Readable {
    const readers = new Set<LineReader>();
    const stream = asTerminal(new Readable({ read: look }), () => mayAsk(cell()));
    let isAsking = false;
    let isRefused = false; // in this turn, by an error that whoever asked has got
    let withdraw = (): void => {};
    let owner = ""; // the cell that wanted something last

    function want(): void {
      owner = cell();
      wanted.set(owner, (wanted.get(owner) ?? new Set()).add(stream));
    }

    /** A turn later: whoever goes through lines has then done with the last one, and may want no more. */
    function look(): void {
      later(soon, () => {
        if (isRefused || isAsking === isWanted()) return;
        if (isAsking) takeBack();
        else askNow("");
      });
    }

    /** Somebody waits for a line, or takes what comes as it comes. */
    function isWanted(): boolean {
      if (stream.listenerCount("readable") > 0) return true;
      if (stream.isPaused()) return false;
      if ([...readers].some((reader) => reader.isWaiting())) return true;
      return stream.listenerCount("data") > readers.size;
    }

    function askNow(prompt: string): void {
      if (stream.destroyed) return;
      const password = readers.size === 0 ? isRaw(stream) : [...readers].some((reader) => reader.isHidden());
      isAsking = true;
      try {
        withdraw = ask(owner, { by: BY, prompt, password }, answer);
      } catch (error) {
        stream.destroy(error as Error);
      }
    }

    function takeBack(): void {
      isAsking = false;
      withdraw();
    }

    function answer(line: string | undefined): void {
      isAsking = false;
      for (const reader of readers) reader.answered();
      if (line === undefined) stream.destroy();
      else if (line === END) stream.push(null);
      else stream.push(Buffer.from(`${line}${isRaw(stream) ? "\r" : "\n"}`));
    }

    stream.on("resume", look);
    stream.on("pause", look);
    stream.on("newListener", (event) => {
      if (event !== "data" && event !== "readable") return;
      want();
      look();
    });
    known.set(stream, {
      add: (reader) => void readers.add(reader),
      remove: (reader) => void readers.delete(reader),
      look() {
        want();
        look();
      },
      ask(prompt) {
        want();
        try {
          requireAnswers(owner, BY);
        } catch (error) {
          isRefused = true;
          later(soon, () => {
            isRefused = false; // behind the looks that are due
          });
          throw error;
        }
        if (isAsking) return;
        isAsking = true;
        later(nextTick as typeof soon, () => askNow(prompt));
      },
    });
    return stream;
  }

  Object.defineProperty(process, "stdin", {
    get() {
      const now = cell();
      const isOver = current === undefined || current.stream.destroyed || current.stream.readableEnded;
      if (isOver || current?.cell !== now) current = { cell: now, stream: open() };
      return current?.stream;
    },
    configurable: true,
    enumerable: true,
  });
  return {
    linesOf: (stream) => (typeof stream === "object" && stream !== null ? known.get(stream) : undefined),
    isLooking: () => looks > 0,
    end(ended, hasFailed) {
      if (hasFailed) for (const stream of wanted.get(ended) ?? []) stream.destroy();
      wanted.delete(ended);
    },
  };
}

/** Keys are read as they are pressed: a terminal shows none of them. */
function isRaw(stream: Readable): boolean {
  return (stream as Readable & { readonly isRaw?: boolean }).isRaw === true;
}

/** What a stream that reads from a terminal has beside all others, https://nodejs.org/api/tty.html#class-ttyreadstream. */
function asTerminal(stream: Readable, isTTY: () => boolean): Readable {
  let raw = false;
  const members: PropertyDescriptorMap = {
    fd: { value: 0 },
    isTTY: { get: isTTY },
    isRaw: { get: () => raw },
    setRawMode: {
      value(wanted: unknown) {
        raw = Boolean(wanted);
        return stream;
      },
    },
  };
  for (const [name, member] of Object.entries(members)) {
    Object.defineProperty(stream, name, { ...member, configurable: true });
  }
  return stream;
}
