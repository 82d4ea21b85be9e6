/** @file Which cell caused what is running now, through promises and timers. */
import { promiseHooks } from "node:v8";

export interface CellContext<Cell extends object> {
  /** The cell that caused what is running now; the latest one where that cannot be known. */
  current(): Cell;
  /** Runs a function as a new cell: all that it starts is that cell's. */
  run<Result>(cell: Cell, task: () => Result): Result;
  /** The cell behind an error or a rejected promise that nobody caught. */
  causeOf(thrown: unknown, promise?: Promise<unknown>): Cell;
}

/**
 * Starts to follow cells.
 *
 * Not by AsyncLocalStorage: before Node 24 it keeps a stack of ids in C++ that a terminated loop leaves unbalanced, and
 * the process aborts. The promise hooks of V8 keep nothing that an interrupt can break.
 *
 * @param nobody stands for the cell before the first one
 */
export function createCellContext<Cell extends object>(nobody: Cell): CellContext<Cell> {
  let latest = nobody;
  let current: Cell | undefined;
  let escaped: { readonly thrown: unknown; readonly cell: Cell } | undefined;
  const causes = new WeakMap<Promise<unknown>, Cell>();
  promiseHooks.createHook({
    init(promise) {
      if (current !== undefined) causes.set(promise, current);
    },
    before(promise) {
      current = causes.get(promise);
    },
    after() {
      current = undefined;
    },
  });

  /** A scheduler's first argument is what it calls later. */
  function follow(holder: object, name: string): void {
    const schedule = Reflect.get(holder, name) as (...values: unknown[]) => unknown;
    const following = function (this: unknown, task: unknown, ...rest: unknown[]): unknown {
      const cause = current;
      if (cause === undefined || typeof task !== "function") return schedule.call(this, task, ...rest);
      return schedule.call(this, (...values: unknown[]) => as(cause, () => task(...values)), ...rest);
    };
    Object.defineProperties(following, Object.getOwnPropertyDescriptors(schedule)); // util.promisify looks for its symbol
    Reflect.set(holder, name, following);
  }
  for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]) follow(globalThis, name);
  follow(process, "nextTick");

  function as<Result>(cell: Cell, task: () => Result): Result {
    const before = current;
    current = cell;
    try {
      return task();
    } catch (thrown) {
      escaped = { thrown, cell };
      throw thrown;
    } finally {
      current = before;
    }
  }

  return {
    current: () => current ?? latest,
    run(cell, task) {
      latest = cell;
      return as(cell, task);
    },
    causeOf: (thrown, promise) =>
      (promise && causes.get(promise)) ?? (escaped?.thrown === thrown ? escaped?.cell : undefined) ?? current ?? latest,
  };
}
