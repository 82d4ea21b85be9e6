/** @file Which cell caused what is running now, through promises and timers, and what a stopped cell may still run. */
import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import stream from "node:stream";
import timers from "node:timers";
import { promiseHooks } from "node:v8";
import { resetting } from "./async-hooks.ts";
import { withOwnMethods } from "./own-methods.ts";
import { createResources, type Resources } from "./resources.ts";
import { createUnseen } from "./unseen.ts";
import { isBound, isCellCode } from "./user-code.ts";

export interface CellContext<Cell extends object> {
  /** The cell that caused what is running now; the latest one where that cannot be known. */
  current(): Cell;
  /** Runs a function as a new cell: all that it starts is that cell's. */
  run<Result>(cell: Cell, task: () => Result): Result;
  /** Runs a function for the cell that causes what is running now, which stops and ends it, under another name. */
  runAs<Result>(cell: Cell, task: () => Result): Result;
  /** The cell behind an error or a rejected promise that nobody caught; undefined when it was stopped. */
  causeOf(thrown: unknown, promise?: Promise<unknown>): Cell | undefined;
  /** From now on nothing of the cell's own code runs, save its `finally` blocks; of all that was ever stopped, neither those. */
  stop(cell: Cell): void;
  wasStopped(cell: Cell): boolean;
  /** What the cell has scheduled for the very next turn of the event loop, as far as it goes. */
  nextTurn(cell: Cell): NextTurn;
  /** Ends what a stopped cell has started and left open. */
  close(cell: Cell): void;
  /** Forgets what was running: it was terminated. */
  reset(): void;
  isStopped(): boolean;
  /** A `finally` of a stopped cell begins. */
  enter(): unknown;
  leave(entered: unknown): void;
}

/** A timer of 0 or 1 ms is due some time after ticks and immediates. */
export type NextTurn = "nothing" | "immediates" | "timers";

/** Why something runs: on behalf of a cell, or of the `finally` blocks of a stopped one. */
interface Cause<Cell> {
  readonly cell: Cell;
  stopped: boolean;
  next: NextTurn;
  readonly resources: Resources;
}

type Call = (this: unknown, ...values: unknown[]) => unknown;

/** The functions of node:fs that call back; its streams are emitters, its promises are followed as all promises are. */
const FILE_CALLS = Object.entries(fs)
  .filter(([name, call]) => typeof call === "function" && (`${name}Sync` in fs || name.startsWith("watch")))
  .map(([name]) => name);

/** Functions of other modules that call back from code of Node, which would run whatever it is given. */
const OTHER_CALLS = [
  [childProcess, ["exec", "execFile"]],
  [stream, ["finished", "pipeline"]],
] as const;

/** Its own references: a cell may overwrite the globals. */
const { apply } = Reflect;
const { nextTick } = process;
const { clearTimeout: clear } = globalThis;

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
  let current: Cause<Cell> | undefined;
  let escaped: { readonly thrown: unknown; readonly cause: Cause<Cell> } | undefined;
  let stops = 0;
  let leaving: Cause<Cell>[] = []; // `finally` blocks of stopped cells
  const running = withOwnMethods(new WeakMap<Cell, Cause<Cell>>());
  const causes = createUnseen<Cause<Cell>>(); // of promises
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
  function follow(holder: object, name: string, place: 0 | -1, call: typeof callBack = callBack): void {
    const schedule = Reflect.get(holder, name) as Call;
    const following = function (this: unknown, ...values: unknown[]): unknown {
      const cause = current;
      const at = place === 0 ? 0 : values.length - 1;
      const task = values[at];
      if (cause !== undefined && typeof task === "function") {
        if (name === "setTimeout" && !((values[1] as number) > 1)) cause.next = "timers";
        else if (cause.next === "nothing") cause.next = "immediates";
        values[at] = function (this: unknown, ...results: unknown[]): unknown {
          return call(cause, this, task as Call, results);
        };
      }
      return apply(schedule, this, values);
    };
    Object.defineProperties(following, Object.getOwnPropertyDescriptors(schedule)); // util.promisify looks for its symbol
    Reflect.set(holder, name, following);
  }

  function callBack(cause: Cause<Cell>, self: unknown, task: Call, results: unknown[]): unknown {
    return cause.stopped && isCellCode(task) ? undefined : as(cause, () => apply(task, self, results));
  }

  /**
   * A stopped cell's timers are over, also those of packages. What resolves a promise is called, so that `finally` is
   * reached; and so are Node's own, which keep nothing alive and which cells share.
   */
  function callTimer(cause: Cause<Cell>, timer: unknown, task: Call, results: unknown[]): unknown {
    const isOver = cause.stopped && (isCellCode(task) || ((timer as NodeJS.Timeout).hasRef() && !isBound(task)));
    return isOver ? clear(timer as NodeJS.Timeout) : as(cause, () => apply(task, timer, results));
  }

  /** One turn later: a loop that is terminated inside of an immediate would leave Node's list of them in pieces. */
  function callImmediate(cause: Cause<Cell>, self: unknown, task: Call, results: unknown[]): void {
    apply(nextTick, process, [() => (cause.stopped && !isBound(task)) || as(cause, () => apply(task, self, results))]);
  }

  for (const [name, call] of [
    ["setTimeout", callTimer],
    ["setInterval", callTimer],
    ["setImmediate", callImmediate],
  ] as const) {
    follow(globalThis, name, 0, call);
    timers[name] = globalThis[name] as never;
  }
  follow(globalThis, "queueMicrotask", 0);
  follow(process, "nextTick", 0);
  for (const name of FILE_CALLS) follow(fs, name, -1);
  for (const [holder, names] of OTHER_CALLS) for (const name of names) follow(holder, name, -1);

  // An event that comes from outside, from a stream, a socket or a child process, is the cell's that listened last.
  const listeners = withOwnMethods(new WeakMap<object, Cause<Cell>>()); // by emitter, and by the listening function
  const owners = withOwnMethods(new WeakMap<object, Cause<Cell>>()); // by emitter: who listened first
  const { emit, on, once, prependListener, prependOnceListener } = EventEmitter.prototype;
  const listen = (add: typeof on) =>
    function (this: EventEmitter, ...values: Parameters<typeof on>): EventEmitter {
      if (current !== undefined) {
        listeners.set(this, current);
        if (typeof values[1] === "function") listeners.set(values[1], current);
        if (owners.get(this) === undefined) {
          owners.set(this, current);
          current.resources.add(this);
        }
      }
      return apply(add as Call, this, values) as EventEmitter;
    };
  Object.assign(EventEmitter.prototype, {
    on: listen(on),
    addListener: listen(on),
    once: listen(once),
    prependListener: listen(prependListener),
    prependOnceListener: listen(prependOnceListener),
    emit(this: EventEmitter, ...values: Parameters<typeof emit>): boolean {
      if (values[1] === resetting) return true;
      const cause = current === undefined || current.stopped ? (listeners.get(this) ?? current) : current;
      const send = (): boolean =>
        (stops > 0 ? emitToLiving(this, values) : apply(emit as Call, this, values)) as boolean;
      return cause === undefined || cause === current ? send() : as(cause, send);
    },
  });
  syncBuiltinESMExports(); // for cells that import them by name

  /** Leaves out the listeners of stopped cells; those of Node and of packages keep order in what cells share. */
  function emitToLiving(emitter: EventEmitter, values: Parameters<typeof emit>): boolean {
    const all = emitter.rawListeners(values[0] as string) as (Call & { readonly listener?: Call })[];
    const living = all.filter(({ listener }, at) => !isOver(listener ?? all[at], emitter));
    if (living.length === all.length) return apply(emit as Call, emitter, values) as boolean;
    for (const listener of living) apply(listener, emitter, values.slice(1));
    return true;
  }

  function isOver(listener: unknown, emitter: object): boolean {
    const isStopped = listeners.get(listener as object)?.stopped === true;
    return isStopped && (isCellCode(listener) || (isBound(listener) && owners.get(emitter)?.stopped === true));
  }

  function as<Result>(cause: Cause<Cell>, task: () => Result): Result {
    const before = current;
    current = cause;
    try {
      return task();
    } catch (thrown) {
      escaped = { thrown, cause };
      throw thrown;
    } finally {
      current = before;
    }
  }

  return {
    current: () => current?.cell ?? latest,
    run(cell, task) {
      const cause: Cause<Cell> = { cell, stopped: false, next: "nothing", resources: createResources() };
      latest = cell;
      running.set(cell, cause);
      current = undefined; // an interrupt may have left it
      return as(cause, task);
    },
    runAs(cell, task) {
      const cause = current ?? running.get(latest);
      return cause === undefined ? task() : as(Object.create(cause, { cell: { value: cell } }), task);
    },
    causeOf(thrown, promise) {
      const cause =
        (promise && causes.get(promise)) ?? (escaped?.thrown === thrown ? escaped?.cause : undefined) ?? current;
      return cause?.stopped ? undefined : (cause?.cell ?? latest);
    },
    stop(cell) {
      stops++;
      for (const cause of leaving) cause.stopped = true; // stopped twice
      leaving = [];
      const cause = running.get(cell);
      if (cause !== undefined) cause.stopped = true;
    },
    wasStopped: (cell) => running.get(cell)?.stopped === true,
    nextTurn: (cell) => running.get(cell)?.next ?? "nothing",
    close: (cell) => running.get(cell)?.resources.close(),
    reset() {
      current = undefined;
    },
    isStopped: () => current?.stopped === true,
    enter() {
      if (!current?.stopped) return undefined;
      const before = current;
      current = { cell: before.cell, stopped: false, next: "nothing", resources: before.resources };
      leaving[leaving.length] = current;
      return before;
    },
    leave(entered) {
      if (entered !== undefined) current = entered as Cause<Cell>;
    },
  };
}
