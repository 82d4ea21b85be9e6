/** @file The main thread: runs cells, one at a time, and hands their output to the kernel's thread. */
import { types } from "node:util";
import type { MessagePort } from "node:worker_threads";
import { lookAt } from "../assist/live-values.ts";
import {
  answerDebugger,
  captureIntrinsics,
  completeness,
  createSession,
  guardCells,
  lostIntrinsic,
  traceback,
  withIntrinsics,
} from "../cell/index.ts";
import { inspectText, mimeBundle } from "../display/index.ts";
import { type Port, SHARED, type ToKernel, type ToMain } from "../thread-messages.ts";
import type { ErrorContent, ExecuteOutcome } from "../wire/index.ts";
import { followAsyncHooks } from "./async-hooks.ts";
import { createCellContext } from "./cell-context.ts";
import { type CellOutput, createCellOutput } from "./cell-output.ts";
import { createComms } from "./comms.ts";
import { captureExits } from "./exits.ts";
import { installGlobals } from "./globals.ts";
import { startIdleWork } from "./idle-work.ts";
import { createInput } from "./input.ts";
import { reportLateErrors } from "./late-errors.ts";
import { teachReadline } from "./line-readers.ts";
import { createOutputPort } from "./output-port.ts";
import { withOwnMethods } from "./own-methods.ts";
import { createResults } from "./results.ts";
import { runCell } from "./run-cell.ts";
import { goOn, standStill } from "./stand-still.ts";
import { captureStandardInput } from "./standard-input.ts";
import { whatRuns } from "./user-code.ts";
import { installWidgetHost } from "./widget-host.ts";

/** Its own reference: a cell may overwrite the globals. */
const { notify, store, wait } = Atomics;
const { setImmediate: soon, setTimeout: later } = globalThis;

/** A process that ends gives its sockets this long to send what is queued. */
const CLOSE_MS = 2000;

/**
 * Serves the kernel's thread until the process ends.
 *
 * @param port to the kernel's thread
 * @param answers from the kernel's thread: what people typed
 * @param shared with it, as SHARED says
 */
export function serveCells(port: Port<ToKernel, ToMain>, answers: MessagePort, shared: Int32Array): void {
  withOwnMethods(port);
  withOwnMethods(answers);
  const stopIdleWork = startIdleWork();
  const session = createSession(process.cwd());
  const outputs = createOutputPort(port, shared);
  const context = createCellContext(createCellOutput("", outputs));
  const asyncHooks = followAsyncHooks();
  const input = createInput(port, answers, shared);
  const running = new Map<string, CellOutput>();
  const { comms, receive } = createComms((output) => context.current().emit(output));
  installWidgetHost({ context, comms, outputs });
  const say = (message: ToKernel): void => port.postMessage(message);

  let lastError: unknown;

  /** Ends the process when the sockets are closed: open ones of another thread would abort it. */
  const { exit } = process;
  function endProcess(code: number): never {
    say({ type: "leaving" });
    wait(shared, SHARED.closed, 0, CLOSE_MS);
    store(shared, SHARED.closed, 2);
    notify(shared, SHARED.closed);
    return exit.call(process, code);
  }
  /** The other thread ends what runs here, as a stop does. */
  function endCell(outcome: ExecuteOutcome): never {
    const output = context.current();
    context.stop(output);
    context.close(output);
    say({ type: "ended", cell: output.cell, outcome });
    while (true) standStill(() => wait(shared, SHARED.closed, 0));
  }
  captureExits({ endCell, endProcess });
  const stdin = captureStandardInput({
    cell: () => context.current().cell,
    mayAsk: input.mayAsk,
    requireAnswers: input.requireAnswers,
    ask: input.askLater,
  });
  teachReadline(stdin);
  const ofOtherKernels = installGlobals({
    require: session.commonJs.require,
    output: context.current,
    comms,
    ask: (asked) => input.ask(context.current().cell, asked),
    lastError: () => lastError,
  });
  session.provide(ofOtherKernels);
  const results = createResults(session.provide);
  answerDebugger({ ...session.debugAnswers, bundle: bundleNow, place: whatRuns });

  process.on("SIGINT", () => say({ type: "sigint" }));
  reportLateErrors(context, (cell, thrown) => {
    lastError = thrown;
    say({ type: "late error", cell, error: traceback(thrown, inspectText) });
  });

  /** Runs something as a cell of its own, and says how it ended. */
  function serve(cell: string, task: (output: CellOutput) => Promise<ExecuteOutcome>): void {
    const output = createCellOutput(cell, outputs);
    running.set(cell, output);
    void context.run(output, async () => {
      let outcome: ExecuteOutcome;
      try {
        await undefined; // from here on it is the cell's code that runs, with what the cell has made of the built-ins
        outcome = await task(output);
      } catch (thrown) {
        lastError = thrown;
        outcome = withIntrinsics(() => ({ status: "error", ...(afterLoss() ?? traceback(thrown, inspectText)) }));
      }
      if (context.wasStopped(output)) return; // the kernel's thread has ended it
      try {
        await drawn(output); // before the last turn, whose time is short
        await lastTurn(output, outcome);
        await drawn(output);
      } finally {
        // also where a cell has made that nothing can be awaited
        withIntrinsics(() => {
          stdin.end(cell, outcome.status === "error");
          output.end();
          running.delete(cell);
          input.end(cell);
          say({ type: "done", cell, outcome });
        });
      }
    });
  }

  /** Waits for the outputs that are still being made, however long that takes. */
  function drawn(output: CellOutput): Promise<void> | undefined {
    const drawing = output.drained();
    if (drawing !== undefined) say({ type: "drawing", cell: output.cell });
    return drawing;
  }

  /**
   * What a cell has begun for the very next turn of the event loop is still before its end; and one that ended well waits
   * for the lines of input that it has asked for.
   */
  async function lastTurn(output: CellOutput, outcome: ExecuteOutcome): Promise<void> {
    const { cell } = output;
    while (true) {
      const next = context.nextTurn(output);
      const reads = stdin.isLooking() || input.waitsFor(cell);
      if (next !== "nothing" && !reads) say({ type: "ending", cell, outcome });
      if (next === "timers") await new Promise((resolve) => later(resolve, 1));
      if (next !== "nothing" || reads) await new Promise((resolve) => soon(resolve));
      if (outcome.status === "error" || !input.waitsFor(cell)) return;
      await input.next();
    }
  }

  captureIntrinsics();
  port.on("message", (message: ToMain) => withIntrinsics(() => receiveMessage(message)));

  guardCells(context, () =>
    withIntrinsics(() => {
      for (const output of running.values()) context.stop(output);
      const place = whatRuns();
      if (place !== "idle" && place !== "hook") asyncHooks.suspend();
      return place;
    }),
  );

  say({ type: "ready" });

  /** The cell was stopped: says so to all that runs for it. */
  function abandon(cell: string): void {
    input.end(cell);
    const output = running.get(cell);
    if (output === undefined) return; // it has ended
    context.stop(output);
    output.abort.abort(new Error("the cell was interrupted"));
    context.close(output);
    stdin.end(cell, true);
    output.end();
    running.delete(cell);
  }

  function receiveMessage(message: ToMain): void {
    context.reset();
    goOn();
    switch (message.type) {
      case "run":
        stopIdleWork();
        input.begin(message.cell, message.allowStdin);
        serve(message.cell, (output) => runCell(session, message, output, results));
        break;
      case "comm":
        serve(message.cell, () => receive(message));
        break;
      case "complete?":
        say({ type: "completeness", id: message.id, completeness: completeness(message.code) });
        break;
      case "look?":
        say({ type: "seen", id: message.id, seen: lookAt(message.look, session.variables) });
        break;
      case "ping":
        say({ type: "pong", id: message.id });
        break;
      case "abandon":
        abandon(message.cell);
        break;
      case "terminated":
        asyncHooks.resume();
        break;
      case "exit":
        endProcess(0);
    }
  }
}

/** The formats of a value while nothing else runs, so that none can be waited for. */
function bundleNow(value: unknown): unknown {
  return withIntrinsics(() => {
    const bundle = mimeBundle(value);
    return types.isPromise(bundle) ? { "text/plain": inspectText(value) } : bundle;
  });
}

/** What is said instead of an error when a cell has taken away for good what the kernel needs. */
function afterLoss(): ErrorContent | undefined {
  const name = lostIntrinsic();
  if (name === undefined) return undefined;
  const evalue = `a cell has replaced ${name} and made that final, and the kernel needs it (hint: restart the kernel)`;
  return { ename: "KernelHarmed", evalue, traceback: [`KernelHarmed: ${evalue}`] };
}
