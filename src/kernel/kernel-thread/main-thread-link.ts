/** @file The main thread as the kernel's thread sees it: it runs a cell, answers, and can be interrupted. */
import type { Look, Seen } from "../assist/live-values.ts";
import {
  type Answer,
  type CommRequest,
  type Port,
  type Question,
  type RunRequest,
  SHARED,
  type ToKernel,
  type ToMain,
} from "../thread-messages.ts";
import { type Completeness, type ErrorContent, type ExecuteOutcome, type Output, streamOutput } from "../wire/index.ts";
import { childProcesses, interruptChildren } from "./child-processes.ts";
import { createHeapGuard } from "./heap-guard.ts";
import { connectToMainThread, createInterrupter, disconnectAll } from "./interrupt.ts";
import { createTextBuffer } from "./text-buffer.ts";

/** A main thread that takes longer to look at a value is busy with something else. */
const LOOK_MS = 100;

/** A cell that has ended may use the next turn of the event loop, and no longer: a timer of it may never come to its end. */
const LAST_TURN_MS = 200;

export interface MainThread {
  /** Resolves when it has started: before, an inspector finds nothing there to ask. */
  readonly ready: Promise<void>;
  /** Runs a cell, or the listeners of a comm; resolves when it has ended, or when it was interrupted. */
  run(request: RunRequest | CommRequest): Promise<ExecuteOutcome>;
  completeness(code: string): Promise<Completeness>;
  /** Looks at live values; resolves with undefined when the main thread is busy. */
  look(look: Look): Promise<Seen | undefined>;
  /** Hands over what was typed; the main thread waits for it. */
  answer(answer: Answer): void;
  /** Ends the cell that runs, if one does; resolves when the next one could run. */
  interrupt(): Promise<void>;
  /** Ends the process. */
  exit(): void;
}

interface Running {
  /** Child processes that were there when it started. */
  readonly children: ReadonlySet<number>;
  /** Ends it when its last turn takes too long. */
  lastTurn?: NodeJS.Timeout;
  readonly end: (outcome: ExecuteOutcome) => void;
}

interface Listener {
  /** Resolves when the sockets have taken it. */
  output(cell: string, output: Output): Promise<void>;
  lateError(cell: string, error: ErrorContent): void;
  /** A cell waits for a line of input. */
  ask(cell: string, question: Question): void;
  /** Someone pressed Ctrl-C. */
  interrupted(): void;
  /** A stop begins. */
  stopping(): void;
  /** What runs is about to be terminated. */
  terminating(): void;
  /** The stop is over. */
  stopped(): void;
  /** The sessions with the main thread are about to be ended, and then the process. */
  exiting(): void;
  /** The main thread waits for the sockets to be closed, to end the process. */
  leaving(): void;
}

/**
 * Connects to the main thread.
 *
 * @param port to it
 * @param answers to it: read by a cell that waits for input
 * @param shared with it, as SHARED says
 * @param heapLimit of the main thread, in bytes
 */
export function connectMainThread(
  port: Port<ToMain, ToKernel>,
  answers: Pick<Port<Answer, never>, "postMessage">,
  shared: Int32Array,
  heapLimit: number,
  listener: Listener,
): MainThread {
  const running = new Map<string, Running>(); // a cell, and comm messages while it awaits something
  const pings = new Map<number, () => void>();
  const looks = new Map<number, (seen: Seen) => void>();
  const questions = new Map<number, (completeness: Completeness) => void>();
  let asked = 0;
  const say = (message: ToMain): void => port.postMessage(message);
  let started = (): void => {};
  const ready = new Promise<void>((resolve) => {
    started = resolve;
  });

  /** The sockets have taken so many characters: a producer that waits may go on. */
  function arrived(characters: number): void {
    Atomics.sub(shared, SHARED.backlog, characters);
    Atomics.notify(shared, SHARED.backlog);
  }

  const printed = createTextBuffer((cell, name, text) => {
    void listener.output(cell, streamOutput(name, text)).finally(() => arrived(text.length));
  });

  port.on("message", (message: ToKernel) => {
    if (typeof message === "string") return printed.add(message);
    printed.flush();
    switch (message.type) {
      case "ready":
        started();
        break;
      case "writer":
        printed.setWriter(message.cell, message.name);
        break;
      case "output":
        void listener.output(message.cell, message.output).finally(() => arrived(message.characters));
        break;
      case "ending":
        allowLastTurn(message.cell, message.outcome);
        break;
      case "drawing":
        clearTimeout(running.get(message.cell)?.lastTurn);
        break;
      case "done":
        end(message.cell, message.outcome);
        break;
      case "ask":
        clearTimeout(running.get(message.cell)?.lastTurn); // it goes on
        listener.ask(message.cell, message.question);
        break;
      case "late error":
        listener.lateError(message.cell, message.error);
        break;
      case "completeness":
        questions.get(message.id)?.(message.completeness);
        questions.delete(message.id);
        break;
      case "seen":
        looks.get(message.id)?.(message.seen);
        looks.delete(message.id);
        break;
      case "pong":
        pings.get(message.id)?.();
        pings.delete(message.id);
        break;
      case "ended":
        leave(message.cell, message.outcome);
        break;
      case "sigint":
        listener.interrupted();
        break;
      case "leaving":
        listener.leaving();
    }
  });

  function allowLastTurn(cell: string, outcome: ExecuteOutcome): void {
    const task = running.get(cell);
    if (task !== undefined) task.lastTurn = setTimeout(end, LAST_TURN_MS, cell, outcome);
  }

  function end(cell: string, outcome: ExecuteOutcome): void {
    const task = running.get(cell);
    running.delete(cell);
    clearTimeout(task?.lastTurn);
    task?.end(outcome); // unless it was interrupted, and is over already
  }

  /** A cell has ended itself; one that was over already, by a timer that it left behind. */
  function leave(cell: string, outcome: ExecuteOutcome): void {
    if (!running.has(cell) && outcome.status === "error") listener.lateError(cell, outcome);
    void stop(outcome);
  }

  function ping(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const id = ++asked;
      const late = setTimeout(() => {
        pings.delete(id);
        resolve(false);
      }, withinMs);
      pings.set(id, () => {
        clearTimeout(late);
        resolve(true);
      });
      say({ type: "ping", id });
    });
  }

  let used = false; // has anyone's code run?
  const terminate = createInterrupter(
    ping,
    () => interruptChildren([...running.values()][0]?.children ?? new Set()),
    listener.terminating,
    () => say({ type: "terminated" }),
  );
  const heap = createHeapGuard(heapLimit, connectToMainThread);

  /** Ends the cell that runs, if one does. */
  async function stop(outcome: ExecuteOutcome): Promise<void> {
    const cells = [...running.keys()];
    const children = [...running.values()][0]?.children;
    if (!used) return; // all that runs is the kernel's own start, and that must come to its end
    for (const cell of cells) say({ type: "abandon", cell }); // read before the ping that ends the next line
    listener.stopping();
    await terminate(); // without a cell there may be a timer that one left behind
    listener.stopped();
    if (children !== undefined) interruptChildren(children);
    for (const cell of cells) end(cell, outcome);
  }

  return {
    ready,
    run: (request) =>
      new Promise((resolve) => {
        used = true;
        const release = heap.watch((usedBytes) => void stop(outOfMemory(usedBytes, heapLimit)));
        const children = childProcesses(); // before the cell can start one
        running.set(request.cell, {
          children,
          end(outcome) {
            release();
            resolve(outcome);
          },
        });
        say(request);
      }),
    completeness: (code) =>
      new Promise((resolve) => {
        const id = ++asked;
        questions.set(id, resolve);
        say({ type: "complete?", id, code });
      }),
    look: (look) =>
      new Promise((resolve) => {
        const id = ++asked;
        const late = setTimeout(() => {
          looks.delete(id);
          resolve(undefined);
        }, LOOK_MS);
        looks.set(id, (seen) => {
          clearTimeout(late);
          resolve(seen);
        });
        say({ type: "look?", id, look });
      }),
    answer(answer) {
      answers.postMessage(answer);
      Atomics.add(shared, SHARED.answers, 1);
      Atomics.notify(shared, SHARED.answers);
    },
    interrupt: () => stop(INTERRUPTED),
    exit() {
      listener.exiting();
      disconnectAll();
      say({ type: "exit" });
    },
  };
}

const INTERRUPTED = stopped("Interrupted", "the cell was interrupted; variables keep the values they had");

function outOfMemory(usedBytes: number, limitBytes: number): ExecuteOutcome {
  const [used, limit] = [usedBytes, limitBytes].map((bytes) => `${Math.round(bytes / 2 ** 20)} MB`);
  return stopped(
    "OutOfMemory",
    `the cell was stopped at ${used} of the heap's ${limit}, before Node would end the kernel; variables keep the values ` +
      "they had (hint: assign undefined to large ones; for more, set NODE_OPTIONS=--max-old-space-size=MEGABYTES " +
      "and start the kernel again)",
  );
}

function stopped(ename: string, evalue: string): ExecuteOutcome {
  return { status: "error", ename, evalue, traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`] };
}
