/** @file Lines that a cell asks people for: it waits on the main thread while the kernel's thread talks to the frontend. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Answer, type Port, type Question, SHARED, type ToKernel, type ToMain } from "../thread-messages.ts";

/** What a cell asks for, and by which function. */
export interface Asked extends Omit<Question, "id"> {
  readonly by: string;
}

export interface Input {
  /** A cell that starts: may it ask? */
  begin(cell: string, allowStdin: boolean): void;
  end(cell: string): void;
  /**
   * Waits for a line; an interrupt ends the wait.
   *
   * @throws Error when nobody could answer
   */
  ask(cell: string, asked: Asked): string;
}

/** Its own references: a cell may overwrite the globals. */
const { load, wait } = Atomics;

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

  function answerTo(id: number): string {
    while (true) {
      const count = load(shared, SHARED.answers); // before reading, so that an answer in between ends the wait at once
      for (let got = receiveMessageOnPort(answers); got !== undefined; got = receiveMessageOnPort(answers)) {
        const answer: Answer = got.message;
        if (answer.id === id) return answer.text; // another's: its cell was interrupted
      }
      wait(shared, SHARED.answers, count);
    }
  }

  return {
    begin: (cell, allowStdin) => void allowed.set(cell, allowStdin),
    end: (cell) => void allowed.delete(cell),
    ask(cell, { by, prompt, password }) {
      const mayAsk = allowed.get(cell);
      if (mayAsk === undefined) throw new Error(`${by} requires its cell to be running, and it has ended`);
      if (!mayAsk) {
        throw new Error(
          `${by} requires a frontend that takes input, and this one does not: allow_stdin is false (hint: nbclient, nbconvert and papermill never do)`,
        );
      }
      const id = ++asked;
      port.postMessage({ type: "ask", cell, question: { id, prompt, password } });
      return answerTo(id);
    },
  };
}
