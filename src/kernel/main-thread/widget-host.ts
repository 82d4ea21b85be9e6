/** @file What widgets need of the kernel that runs them: ids, the cell of a listener, and outputs that go elsewhere. */
import { createHash } from "node:crypto";
import { types } from "node:util";
import { interrupted, traceback } from "../cell/index.ts";
import { inspectText } from "../display/index.ts";
import { errorOutput, type Output, streamOutput } from "../wire/index.ts";
import type { CellContext } from "./cell-context.ts";
import { type CellOutput, createCellOutput } from "./cell-output.ts";
import type { Comms } from "./comms.ts";
import type { OutputPort } from "./output-port.ts";

/** Where widgets find it, whichever copy of this package they are from. */
const HOST = Symbol.for("eightfold.widgets");

export interface WidgetHost {
  readonly comms: Comms;
  /** An id for a model, new in this session, and the same whenever the same cells run in the same order. */
  newId(): string;
  /** The cell that causes what is running now. */
  cell(): string;
  /** Calls a listener for a message of the frontend: what it puts out and what it throws is shown under a cell. */
  callUnder(cell: string, listener: () => unknown): Promise<void>;
  /**
   * Calls a function whose outputs are offered to `take`; what that does not take is shown as usual.
   *
   * @param ended called when all of it was offered, also a figure that takes a while to draw
   * @returns what the function returns; where that is a promise, one that waits for `ended`
   */
  capture<Result>(take: (output: Output) => boolean, ended: () => void, task: () => Result): Result;
  /** Shows an error as that of the cell that causes what is running now. */
  showError(thrown: unknown): void;
}

interface Surroundings {
  readonly context: CellContext<CellOutput>;
  readonly comms: Comms;
  readonly outputs: OutputPort;
}

/** Makes widgets work in this process. */
export function installWidgetHost({ context, comms, outputs }: Surroundings): void {
  const made = new Map<string, number>(); // models, by the text of the cell that made them

  /** An output of the cell that runs now that is shown elsewhere. */
  function redirected(cell: string, port: OutputPort): CellOutput {
    const { abort, pages, source } = context.current();
    return { ...createCellOutput(cell, port), abort, pages, source };
  }

  const host: WidgetHost = {
    comms,
    newId() {
      const { source } = context.current();
      const count = (made.get(source) ?? 0) + 1;
      made.set(source, count);
      return createHash("sha256").update(`${count}\n${source}`).digest("hex").slice(0, 32);
    },
    cell: () => context.current().cell,
    async callUnder(cell, listener) {
      const output = redirected(cell, outputs);
      try {
        await context.runAs(output, listener);
      } catch (thrown) {
        if (thrown === interrupted) throw thrown;
        output.emit(errorOutput(traceback(thrown, inspectText)));
      }
      await output.drained();
      output.end();
    },
    capture(take, ended, task) {
      const shown = context.current();
      const offer = (output: Output): void => {
        if (!take(output)) shown.emit(output);
      };
      const output = redirected(shown.cell, {
        send: (_cell, made) => offer(made),
        sendText: (_cell, name, text) => offer(streamOutput(name, text)),
      });
      const end = (): undefined => {
        output.end();
        ended();
      };
      let result: ReturnType<typeof task> | undefined;
      try {
        result = context.runAs(output, task);
      } finally {
        const drawing = output.drained();
        if (types.isPromise(result))
          result = result.finally(() => output.drained()?.then(end) ?? end()) as typeof result;
        else if (drawing === undefined) end();
        else shown.emit(drawing.then(end)); // what the cell shows after it waits
      }
      return result;
    },
    showError(thrown) {
      if (thrown === interrupted) throw thrown;
      context.current().emit(errorOutput(traceback(thrown, inspectText)));
    },
  };
  Object.defineProperty(globalThis, HOST, { value: host, configurable: true });
}
