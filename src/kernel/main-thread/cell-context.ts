/** @file Which cell caused what is running now, through promises and timers. */
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import { promiseHooks } from "node:v8";

export interface CellContext<Cell extends object> {
  /** The cell that caused what is running now; the latest one where that cannot be known. */
  current(): Cell;
  /** Runs a function as a new cell: all that it starts is that cell's. */
  run<Result>(cell: Cell, task: () => Result): Result;
  /** The cell behind an error or a rejected promise that nobody caught. */
  causeOf(thrown: unknown, promise?: Promise<unknown>): Cell;
}

/** The functions of node:fs that call back; its streams are emitters, its promises are followed as all promises are. */
const FILE_CALLS = Object.entries(fs)
  .filter(([name, call]) => typeof call === "function" && (`${name}Sync` in fs || name.startsWith("watch")))
  .map(([name]) => name);

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
  Object.assign(causes, { get: causes.get, set: causes.set }); // its own: a cell may overwrite the prototype's
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

  /** What a function calls later, its first or its last argument, is the cell's that calls the function now. */
  function follow(holder: object, name: string, place: 0 | -1): void {
    const schedule = Reflect.get(holder, name) as (...values: unknown[]) => unknown;
    const following = function (this: unknown, ...values: unknown[]): unknown {
      const cause = current;
      const task = values.at(place);
      if (cause !== undefined && typeof task === "function") {
        values[place === 0 ? 0 : values.length - 1] = (...results: unknown[]) => as(cause, () => task(...results));
      }
      return schedule.apply(this, values);
    };
    Object.defineProperties(following, Object.getOwnPropertyDescriptors(schedule)); // util.promisify looks for its symbol
    Reflect.set(holder, name, following);
  }
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    follow(globalThis, name, 0);
    timers[name] = globalThis[name] as never;
  }
  follow(globalThis, "queueMicrotask", 0);
  follow(process, "nextTick", 0);
  for (const name of FILE_CALLS) follow(fs, name, -1);

  // An event that comes from outside, from a stream, a socket or a child process, is the cell's that listened last.
  const listeners = new WeakMap<object, Cell>();
  const { on, emit } = EventEmitter.prototype;
  const listen = function (this: EventEmitter, ...values: Parameters<typeof on>): EventEmitter {
    if (current !== undefined) listeners.set(this, current);
    return on.apply(this, values);
  };
  Object.assign(EventEmitter.prototype, {
    on: listen,
    addListener: listen,
    emit(this: EventEmitter, ...values: Parameters<typeof emit>): boolean {
      const cause = current === undefined ? listeners.get(this) : undefined;
      return cause === undefined ? emit.apply(this, values) : as(cause, () => emit.apply(this, values));
    },
  });
  syncBuiltinESMExports(); // for cells that import them by name

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
      current = undefined; // an interrupt may have left it
      return as(cell, task);
    },
    causeOf: (thrown, promise) =>
      (promise && causes.get(promise)) ?? (escaped?.thrown === thrown ? escaped?.cell : undefined) ?? current ?? latest,
  };
}
