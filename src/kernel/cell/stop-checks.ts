/** @file What a stop calls in rewritten code: each check throws when the cell behind what is running now was stopped. */
import { Script } from "node:vm";
import { plainError } from "./plain-errors.ts";

/** Who knows which cell is behind what is running now. */
export interface StopGuard {
  isStopped(): boolean;
  /** A `finally` begins, which may run to its end: returns what `leave` needs; undefined when nothing was stopped. */
  enter(): unknown;
  /** That `finally` is over. */
  leave(entered: unknown): void;
}

/**
 * Whose code runs: "idle" when none does; "Node" when a cell or a package has called it, so that the loop may be theirs; "first
 * turn" for a cell that has awaited nothing yet, so that nothing of it waits for a check; "hook" while Node calls async hooks,
 * which cannot be disabled then.
 */
export type Place = "cell" | "first turn" | "Node" | "Node alone" | "hook" | "idle";

/** Thrown into a stopped cell; whoever awaits the cell's promises later gets it too. */
export const interrupted = Object.assign(new Error("the cell was interrupted"), { name: "Interrupted" });
interrupted.stack = `${interrupted}`;

let leaving = false; // a check has thrown since that was last asked

function leave(): never {
  leaving = true;
  throw interrupted;
}

let guard: StopGuard = { isStopped: () => false, enter: () => undefined, leave() {} };

/** What rewritten code calls, by the name __stop. */
const checks = {
  /** After an await, whose value it returns, and where a stopped cell's functions begin. */
  on<Value>(value?: Value): Value | undefined {
    if (guard.isStopped()) leave();
    return value;
  },
  enter: () => guard.enter(),
  leave: (entered: unknown) => guard.leave(entered),
  /** What is given to a promise's `then`. */
  callback: (callback: unknown): unknown =>
    typeof callback === "function"
      ? (value: unknown): unknown => {
          if (guard.isStopped()) leave();
          return callback(value);
        }
      : callback,
  /** What a cell's `catch` has caught. */
  caught: plainError,
  /** What is given to a promise's `catch`. */
  rejected: (handler: unknown): unknown =>
    typeof handler === "function" ? (thrown: unknown): unknown => handler(plainError(thrown)) : handler,
  /**
   * For the kernel's thread, by the inspector: what runs now is about to be terminated. Says whose code it is in; "leaving"
   * is a cell's that ends by itself.
   */
  halt: (): Place | "leaving" => "cell",
  /** For the kernel's thread too: what a debugger asks, in the middle of what runs (`debug-answers.ts`). */
  debug: undefined as object | undefined,
};

const PLACE = "eightfold.stop-checks";
let installed = false;

/** Makes the checks known to all scripts and modules of this thread, by a name that no cell can overwrite. */
export function installStopChecks(): void {
  if (installed) return;
  installed = true;
  Reflect.set(globalThis, Symbol.for(PLACE), checks);
  new Script(`const __stop = globalThis[Symbol.for("${PLACE}")];`).runInThisContext();
  Reflect.deleteProperty(globalThis, Symbol.for(PLACE));
}

/**
 * From now on the checks ask this guard.
 *
 * @param halt called in the middle of what runs, which may be terminated next when it says "cell"
 */
export function guardCells(next: StopGuard, halt: () => Place): void {
  installStopChecks(); // a debugger asks for them before the first cell
  guard = next;
  checks.halt = () => {
    const place = halt();
    const isLeaving = leaving && place === "cell";
    leaving = false;
    return isLeaving ? "leaving" : place;
  };
}

/** Throws when what is running now belongs to a stopped cell. */
export function checkStop(): void {
  if (guard.isStopped()) leave();
}

/** From now on this answers a debugger, also before the first cell. */
export function answerDebugger(answers: object): void {
  installStopChecks();
  checks.debug = answers;
}
