/** @file Runs the cell of an execute_request: its output, its result, and the expressions that come with it. */
import { type Session, traceback, withIntrinsics } from "../cell/index.ts";
import { inspectText, mimeBundle } from "../display/index.ts";
import type { RunRequest } from "../thread-messages.ts";
import { type ExecuteOutcome, executeResult, type JsonObject } from "../wire/index.ts";
import type { CellOutput } from "./cell-output.ts";
import { shown } from "./display-function.ts";

let runs = 0;

/**
 * Runs a cell to its end.
 *
 * @throws what the cell throws
 */
export async function runCell(session: Session, request: RunRequest, output: CellOutput): Promise<ExecuteOutcome> {
  output.source = request.code;
  const name = request.storeHistory ? `In[${request.executionCount}]` : `In[uncounted ${++runs}]`;
  const reloads = await session.reload();
  if (reloads.length > 0) output.write("stderr", `${reloads.join("\n")}\n`);
  const value = await session.run(request.code, name, request.silent ? "aside" : "cell");
  if (value !== undefined && !request.silent && !output.sendsResult) {
    withIntrinsics(() => output.emit(shown(value, (data) => executeResult(data, request.executionCount))));
  }
  const userExpressions: Record<string, JsonObject> = {};
  const keys = withIntrinsics(() => Object.keys(request.userExpressions));
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string; // by index: a cell may have changed all iterators
    userExpressions[key] = await evaluateExpression(session, `${request.userExpressions[key]}`);
  }
  return {
    status: "ok",
    userExpressions,
    pages: (await withIntrinsics(() => Promise.all(output.pages))) as JsonObject[],
  };
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
