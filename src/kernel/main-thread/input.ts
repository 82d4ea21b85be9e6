/** @file Lines that a cell asks people for, while the kernel's thread talks to the frontend: it waits, or goes on until they come. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { withIntrinsics } from "../cell/index.ts";
import { type Answer, type Port, type Question, SHARED, type ToKernel, type ToMain } from "../thread-messages.ts";
import { standStill } from "./stand-still.ts";

/** What a cell asks for, and by which function. */
export interface Asked extends Omit<Question, "id"> {
  readonly by: string;
}

/** Told once, outside of the kernel's own work: the line, or undefined when the cell was stopped. */
type Answered = (line: string | undefined) => void;

export interface Input {
  /** A cell that starts: may it ask? */
  begin(cell: string, allowStdin: boolean): void;
  /** A cell has ended, or was stopped: its question is forgotten. */
  end(cell: string): void;
  mayAsk(cell: string): boolean;
  /** @throws Error when nobody could answer the cell */
  requireAnswers(cell: string, by: string): void;
  /**
   * Waits for a line; an interrupt ends the wait.
   *
   * @throws Error when nobody could answer
   */
  ask(cell: string, asked: Asked): string;
  /**
   * Asks for a line, after others that were asked for so, and goes on.
   *
   * @throws Error when nobody could answer
   */
  askLater(cell: string, asked: Asked, answered: Answered): void;
  /** The cell has asked for a line that has not come. */
  waitsFor(cell: string): boolean;
  /** Resolves when the line that was asked for has come, and who asked was told. */
  next(): Promise<void>;
}

/** A question whose answer nobody stands still for. */
interface Open {
  readonly cell: string;
  readonly question: Question;
  readonly answered: Answered;
}

/** Its own references: a cell may overwrite the globals. */
const { load, wait } = Atomics;
const { nextTick } = process;

/**
 * The main thread's end.
 *
 * @param port to the kernel's thread
 * @param answers from the kernel's thread
 * @param shared with the kernel's thread, as SHARED says
 */
export function createInput(port: Port<ToKernel, ToMain>, answers: MessagePort, shared: Int32Array): Input {
  const allowed = new Map<string, boolean>(); // the cells that run
  let asked = 0;
  let open: Open[] = []; // the first one is before the frontend
  let waiting: (() => void)[] = []; // for an answer to it

  function answerTo(id: number): string {
    while (true) {
      const count = load(shared, SHARED.answers); // before reading, so that an answer in between ends the wait at once
      for (let got = receiveMessageOnPort(answers); got !== undefined; got = receiveMessageOnPort(answers)) {
        const answer: Answer = got.message;
        if (answer.id === id) return answer.text;
        withIntrinsics(() => take(answer)); // or another's: its cell was interrupted
      }
      standStill(() => wait(shared, SHARED.answers, count));
    }
  }

  /** The answer to what was asked for without waiting. */
  function take({ id, text }: Answer): void {
    const [first, ...others] = open;
    if (first?.question.id !== id) return;
    open = others;
    nextTick(first.answered, text);
    goOn();
  }

  /** Shows the question that is first now. */
  function goOn(): void {
    const [first] = open;
    if (first !== undefined) port.postMessage({ type: "ask", cell: first.cell, question: first.question });
    for (let at = 0; at < waiting.length; at++) waiting[at]?.();
    waiting = [];
  }

  function requireAnswers(cell: string, by: string): void {
    const mayAsk = allowed.get(cell);
    if (mayAsk === undefined) throw new Error(`${by} requires its cell to be running, and it has ended`);
    if (!mayAsk) {
      throw new Error(
        `${by} requires a frontend that takes input, and this one does not: allow_stdin is false (hint: nbclient, nbconvert and papermill never do)`,
      );
    }
  }

  answers.on("message", (answer: Answer) => withIntrinsics(() => take(answer)));
  return {
    begin: (cell, allowStdin) => void allowed.set(cell, allowStdin),
    end(cell) {
      allowed.delete(cell);
      const gone = open.filter((each) => each.cell === cell);
      if (gone.length === 0) return;
      open = open.filter((each) => each.cell !== cell);
      for (const { answered } of gone) nextTick(answered, undefined);
      goOn();
    },
    requireAnswers,
    mayAsk: (cell) => allowed.get(cell) === true,
    ask(cell, { by, prompt, password }) {
      requireAnswers(cell, by);
      const id = ++asked;
      port.postMessage({ type: "ask", cell, question: { id, prompt, password } });
      const text = answerTo(id);
      withIntrinsics(goOn); // with what was put aside
      return text;
    },
    askLater(cell, { by, prompt, password }, answered) {
      requireAnswers(cell, by);
      open = [...open, { cell, question: { id: ++asked, prompt, password }, answered }];
      if (open.length === 1) goOn();
    },
    waitsFor: (cell) => open.some((each) => each.cell === cell),
    next: () =>
      new Promise((resolve) => {
        waiting[waiting.length] = resolve;
      }),
  };
}
