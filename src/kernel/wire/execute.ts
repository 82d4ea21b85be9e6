/** @file execute, https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute. */
import type { JsonObject } from "./message.ts";

export interface ExecuteRequest {
  readonly code: string;
  /** Run without output messages, counter and history. */
  readonly silent: boolean;
  /** Names of expressions to evaluate after the code, each with its text. */
  readonly userExpressions: Readonly<Record<string, string>>;
  /** Abort the requests already queued when this one fails. */
  readonly stopOnError: boolean;
  /** Its sender can answer an input_request. */
  readonly allowStdin: boolean;
  /** Count it and keep it. */
  readonly storeHistory: boolean;
  /** A person wrote it just now: whoever runs notebooks by himself does not offer to be asked. */
  readonly attended: boolean;
}

/** An exception as messages carry it. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** How a cell ended. */
export type ExecuteOutcome =
  | {
      readonly status: "ok";
      readonly userExpressions: Readonly<Record<string, JsonObject>>;
      /** What the frontend shows in its pager: a MIME bundle each. */
      readonly pages?: readonly JsonObject[];
    }
  | ({ readonly status: "error" } & ErrorContent);

/**
 * The content of an execute_request, checked, with the protocol's defaults.
 *
 * @throws TypeError when code is not text
 */
export function parseExecuteRequest(content: JsonObject): ExecuteRequest {
  if (typeof content.code !== "string") {
    throw new TypeError(`execute_request requires code to be text, got ${JSON.stringify(content.code)}`);
  }
  const expressions = Object.entries((content.user_expressions ?? {}) as JsonObject);
  return {
    code: content.code,
    silent: content.silent === true,
    userExpressions: Object.fromEntries(
      expressions.map(([name, text]) => [name, typeof text === "string" ? text : JSON.stringify(text)]),
    ),
    stopOnError: content.stop_on_error !== false,
    allowStdin: content.allow_stdin !== false,
    storeHistory: content.silent !== true && content.store_history !== false,
    attended: content.allow_stdin === true,
  };
}

/** The reply to an execute_request that ran. */
export function executeReply(executionCount: number, outcome: ExecuteOutcome): JsonObject {
  if (outcome.status === "error") return { execution_count: executionCount, ...errorReply(outcome) };
  return {
    status: "ok",
    execution_count: executionCount,
    user_expressions: outcome.userExpressions,
    payload: (outcome.pages ?? []).map((data) => ({ source: "page", data, start: 0 })),
  };
}

/** The reply to an execute_request that was queued behind one that failed. */
export function abortedReply(executionCount: number): JsonObject {
  return {
    execution_count: executionCount,
    ...errorReply({ ename: "Aborted", evalue: "an earlier cell failed", traceback: [] }),
    status: "aborted",
  };
}

/** An exception as reply content. */
export function errorReply({ ename, evalue, traceback }: ErrorContent): JsonObject {
  return { status: "error", ename, evalue, traceback };
}
