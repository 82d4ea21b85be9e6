/** @file The main thread: runs cells, one at a time, and hands their output to the kernel's thread. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import { lookAt } from "./assist/live-values.ts";
import {
  captureIntrinsics,
  completeness,
  createSession,
  registerModuleHooks,
  type Session,
  traceback,
  warmUpSlices,
  withIntrinsics,
} from "./cell/index.ts";
import { createCellContext } from "./cell-context.ts";
import { type CellOutput, createCellOutput } from "./cell-output.ts";
import { createComms } from "./comms.ts";
import { inspectText, mimeBundle } from "./display/index.ts";
import { shown } from "./display-function.ts";
import { installGlobals } from "./globals.ts";
import { createInput } from "./input.ts";
import { createOutputPort } from "./output-port.ts";
import { type Port, type RunRequest, SHARED, type ToKernel, type ToMain } from "./thread-messages.ts";
import { type ExecuteOutcome, executeResult, type JsonObject } from "./wire/index.ts";

/** Its own reference: a cell may overwrite the globals. */
const { notify, store, wait } = Atomics;

/** A process that ends gives its sockets this long to send what is queued. */
const CLOSE_MS = 2000;

/** So many errors that come after a cell are shown. */
const LATE_ERRORS = 20;

/** A kernel that has started is idle for so long, or its first cell is there already. */
const IDLE_MS = 100;
/** Then it may well be idle for another while, in which a thread for the module loader can start. */
const LONG_IDLE_MS = 1000;

/**
 * Serves the kernel's thread until the process ends.
 *
 * @param port to the kernel's thread
 * @param answers from the kernel's thread: what people typed
 * @param shared with it, as SHARED says
 */
export function serveCells(port: Port<ToKernel, ToMain>, answers: MessagePort, shared: Int32Array): void {
  const idle = startIdleWork();
  const session = createSession(process.cwd());
  const outputs = createOutputPort(port, shared);
  const context = createCellContext(createCellOutput("", outputs));
  const input = createInput(port, answers, shared);
  const running = new Map<string, CellOutput>();
  const lateErrors = new WeakMap<CellOutput, number>();
  const { comms, receive } = createComms((output) => context.current().emit(output));
  const say = (message: ToKernel): void => port.postMessage(message);

  installGlobals({
    require: createRequire(join(process.cwd(), "cell.ts")),
    output: context.current,
    comms,
    ask: (asked) => input.ask(context.current().cell, asked),
  });

  const exit = process.exit.bind(process);
  process.exit = (code) => {
    say({ type: "leaving" }); // open sockets of another thread would abort the process
    wait(shared, SHARED.closed, 0, CLOSE_MS);
    store(shared, SHARED.closed, 2);
    notify(shared, SHARED.closed);
    return exit(code);
  };
  process.on("SIGINT", () => say({ type: "sigint" }));
  /** After so many late errors of one cell the others are not shown: a loop can make millions. */
  function reportLate(thrown: unknown, output: CellOutput): void {
    withIntrinsics(() => {
      const count = (lateErrors.get(output) ?? 0) + 1;
      lateErrors.set(output, count);
      if (count <= LATE_ERRORS) {
        say({ type: "late error", cell: output.cell, error: traceback(thrown, inspectText) });
      } else if (count === LATE_ERRORS + 1) {
        output.write(
          "stderr",
          `more than ${LATE_ERRORS} errors of this cell came after its end; the others are not shown\n`,
        );
      }
    });
  }
  process.on("uncaughtException", (thrown) => reportLate(thrown, context.causeOf(thrown)));
  process.on("unhandledRejection", (thrown, promise) => reportLate(thrown, context.causeOf(thrown, promise)));

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
        outcome = withIntrinsics(() => ({ status: "error", ...traceback(thrown, inspectText) }));
      }
      await withIntrinsics(output.drained);
      withIntrinsics(() => {
        output.end();
        running.delete(cell);
        input.end(cell);
        say({ type: "done", cell, outcome });
      });
    });
  }

  captureIntrinsics();
  port.on("message", (message: ToMain) => withIntrinsics(() => receiveMessage(message)));

  function receiveMessage(message: ToMain): void {
    switch (message.type) {
      case "run":
        idle.stop();
        input.begin(message.cell, message.allowStdin);
        serve(message.cell, (output) => runCell(session, message, output));
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
        input.end(message.cell);
        running.get(message.cell)?.abort.abort(new Error("the cell was interrupted"));
        running.get(message.cell)?.end();
        running.delete(message.cell);
        break;
      case "exit":
        process.exit(0);
    }
  }
}

/** What the first cell would have to wait for, done in small slices until that cell comes. */
function startIdleWork(): { stop(): void } {
  const slices = warmUpSlices();
  const next = (): void => {
    slices.shift()?.();
    if (slices.length > 0) setImmediate(next);
  };
  const warmUp = setTimeout(next, IDLE_MS);
  setTimeout(registerModuleHooks, LONG_IDLE_MS);
  return {
    stop() {
      clearTimeout(warmUp);
      slices.length = 0;
    },
  };
}

let runs = 0;

async function runCell(session: Session, request: RunRequest, output: CellOutput): Promise<ExecuteOutcome> {
  const name = request.storeHistory ? `In[${request.executionCount}]` : `In[uncounted ${++runs}]`;
  const reloads = await session.reload();
  if (reloads.length > 0) output.write("stderr", `${reloads.join("\n")}\n`);
  const value = await session.run(request.code, name, request.silent ? "aside" : "cell");
  if (value !== undefined && !request.silent) {
    withIntrinsics(() => output.emit(shown(value, (data) => executeResult(data, request.executionCount))));
  }
  const userExpressions: Record<string, JsonObject> = {};
  for (const key in request.userExpressions) {
    userExpressions[key] = await evaluateExpression(session, String(request.userExpressions[key]));
  }
  return { status: "ok", userExpressions };
}

/** One of a request's `user_expressions`: a MIME bundle, or the error it gave. */
async function evaluateExpression(session: Session, expression: string): Promise<JsonObject> {
  try {
    const value = await session.run(`(${expression})`, `In[expression ${++runs}]`, "aside");
    return { status: "ok", data: (await withIntrinsics(() => mimeBundle(value))) as JsonObject, metadata: {} };
  } catch (thrown) {
    return { status: "error", ...traceback(thrown, inspectText) };
  }
}
