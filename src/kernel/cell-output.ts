/** @file The output of one cell, in the order in which it was made, even where a figure takes a while to draw. */
import type { OutputPort } from "./output-port.ts";
import { type Output, streamOutput } from "./wire/output.ts";

export interface CellOutput {
  readonly cell: string;
  /** Aborted when the cell is interrupted. */
  readonly abort: AbortController;
  write(name: "stdout" | "stderr", text: string): void;
  /** Sends an output, or one that is still being made: what comes after it waits. */
  emit(output: Output | Promise<Output>): void;
  /** Resolves when every output so far has been sent. */
  drained(): Promise<void>;
}

/**
 * An empty output.
 *
 * @param cell id of the request that runs the cell
 */
export function createCellOutput(cell: string, port: OutputPort): CellOutput {
  let waitingFor: Promise<void> | undefined; // the last output still being made

  /** Now, or when the outputs before it have been made. */
  function inOrder(send: () => void): void {
    if (waitingFor === undefined) send();
    else waitFor(waitingFor.then(send));
  }

  function waitFor(next: Promise<void>): void {
    const settled = next.then(() => {
      if (waitingFor === settled) waitingFor = undefined;
    });
    waitingFor = settled;
  }

  async function sendWhenMade(made: Promise<Output>, earlier: Promise<void> | undefined): Promise<void> {
    const output = await made.catch((error: unknown) =>
      streamOutput("stderr", `an output could not be shown: ${String(error)}\n`),
    );
    await earlier;
    port.send(cell, output);
  }

  return {
    cell,
    abort: new AbortController(),
    write: (name, text) => inOrder(() => port.sendText(cell, name, text)),
    emit(output) {
      if (output instanceof Promise) waitFor(sendWhenMade(output, waitingFor));
      else inOrder(() => port.send(cell, output));
    },
    async drained() {
      while (waitingFor !== undefined) await waitingFor;
    },
  };
}
