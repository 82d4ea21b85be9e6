/** @file Runs the cell of an execute_request: its output, its result, and the expressions that come with it. */
import { type Session, traceback, withIntrinsics } from "../cell/index.ts";
import { inspectText, mimeBundle } from "../display/index.ts";
import type { RunRequest } from "../thread-messages.ts";
import { type ExecuteOutcome, executeResult, type JsonObject } from "../wire/index.ts";
import type { CellOutput } from "./cell-output.ts";
import { shown } from "./display-function.ts";
import type { Results } from "./results.ts";

let runs = 0;

/**
 * Runs a cell to its end.
 *
 * @throws what the cell throws
 */
export async function runCell(
  session: Session,
  request: RunRequest,
  output: CellOutput,
  results: Results,
): Promise<ExecuteOutcome> {
  output.source = request.code;
  const name = request.storeHistory ? `In[${request.executionCount}]` : `In[uncounted ${++runs}]`;
  const reloads = await session.reload();
  if (reloads.length > 0) output.write("stderr", `${reloads.join("\n")}\n`);
  if (request.storeHistory) results.begin(request.executionCount, request.code);
  const { value } = await session.run(request.code, name, request.silent ? "aside" : "cell");
  if (value !== undefined && !request.silent && !output.sendsResult) {
    withIntrinsics(() => {
      output.emit(shown(value, (data) => executeResult(data, request.executionCount)));
      if (request.storeHistory) results.end(request.executionCount, value);
    });
  }
  const userExpressions: Record<string, JsonObject> = {};
  const keys = namesOf(request.userExpressions);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string; // by index: a cell may have changed all iterators
    userExpressions[key] = await evaluateExpression(session, `${request.userExpressions[key]}`);
  }
  return {
    status: "ok",
    userExpressions,
    pages: output.pages.length === 0 ? [] : await withIntrinsics(() => Promise.all(output.pages as JsonObject[])),
  };
}

/** Its own reference: a cell may overwrite the globals. */
const { keys: namesOf } = Object;

/** One of a request's `user_expressions`: a MIME bundle, or the error it gave. */
async function evaluateExpression(session: Session, expression: string): Promise<JsonObject> {
  try {
    const { value } = await session.run(`(${expression})`, `In[expression ${++runs}]`, "aside");
    return { status: "ok", data: (await withIntrinsics(() => mimeBundle(value))) as JsonObject, metadata: {} };
  } catch (thrown) {
    return { status: "error", ...traceback(thrown, inspectText) };
  }
}
