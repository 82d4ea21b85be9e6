/** @file Errors that nobody caught: shown on the cell that caused them, and survived, whatever a cell does to the listeners. */
import { interrupted, withIntrinsics } from "../cell/index.ts";
import type { CellContext } from "./cell-context.ts";
import type { CellOutput } from "./cell-output.ts";

/** Its own reference: a cell may overwrite the globals. */
const { apply } = Reflect;

/** So many errors that come after a cell are shown: a loop can make millions. */
const SHOWN = 20;

/** Calls of an emitter after which a listener may be gone. */
const REMOVALS = ["removeAllListeners", "removeListener", "off"] as const;

/**
 * Listens from now on.
 *
 * @param context knows the cell behind an error
 * @param report shows an error on a cell
 */
export function reportLateErrors(
  context: CellContext<CellOutput>,
  report: (cell: string, thrown: unknown) => void,
): void {
  const counts = new WeakMap<CellOutput, number>();

  function show(thrown: unknown, output: CellOutput | undefined): void {
    if (output === undefined || thrown === interrupted) return; // of a cell that was stopped
    withIntrinsics(() => {
      const count = (counts.get(output) ?? 0) + 1;
      counts.set(output, count);
      if (count <= SHOWN) report(output.cell, thrown);
      else if (count === SHOWN + 1) {
        output.write("stderr", `more than ${SHOWN} errors of this cell came after its end; the others are not shown\n`);
      }
    });
  }

  const uncaught = (thrown: unknown): void => show(thrown, context.causeOf(thrown));
  const rejected = (thrown: unknown, promise: Promise<unknown>): void => show(thrown, context.causeOf(thrown, promise));
  const listen = (): void => {
    if (!process.listeners("uncaughtException").includes(uncaught)) process.on("uncaughtException", uncaught);
    if (!process.listeners("unhandledRejection").includes(rejected)) process.on("unhandledRejection", rejected);
  };
  listen();
  guardEmit(uncaught);
  for (const name of REMOVALS) {
    const remove = process[name] as (...values: unknown[]) => unknown;
    Reflect.set(process, name, (...values: unknown[]): unknown => {
      remove.apply(process, values);
      withIntrinsics(listen); // without them the next error would end the process
      return process;
    });
  }
}

type Emit = typeof process.emit;

/**
 * Node calls `process.emit` with an error that nobody caught, and ends the process when that throws: what a cell or a package
 * puts in its place, or in that of all emitters, may do so.
 */
function guardEmit(uncaught: (thrown: unknown) => void): void {
  let emit = guarded(process.emit);
  Object.defineProperty(process, "emit", {
    get: () => emit,
    set: (next: Emit) => {
      emit = guarded(next);
    },
    configurable: false,
    enumerable: false,
  });
  Object.defineProperty(process, "_fatalException", { writable: false, configurable: false });

  function guarded(next: Emit): Emit {
    return function (this: NodeJS.Process, ...values: unknown[]): boolean {
      const isLast = values[0] === "uncaughtException";
      if (!isLast && values[0] !== "uncaughtExceptionMonitor") return apply(next, this, values);
      try {
        return apply(next, this, values);
      } catch (thrown) {
        if (isLast) uncaught(values[1]);
        uncaught(thrown);
        return true;
      }
    } as Emit;
  }
}
