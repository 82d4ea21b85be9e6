/** @file debug, https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request: messages of the Debug Adapter Protocol. */
import { errorReply } from "./execute.ts";
import type { JsonObject } from "./message.ts";

export interface DebugRequest {
  readonly command: string;
  readonly arguments: JsonObject;
}

/**
 * The content of a debug_request, checked.
 *
 * @throws TypeError when it names no command
 * @source https://microsoft.github.io/debug-adapter-protocol/specification#Base_Protocol_Request
 */
export function parseDebugRequest({ command, arguments: given = {} }: JsonObject): DebugRequest {
  if (typeof command !== "string") throw new TypeError(`debug_request requires command to be text, got ${command}`);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`debug_request requires arguments to be an object, got ${JSON.stringify(given)}`);
  }
  return { command, arguments: given as JsonObject };
}

/** The reply to a request that was served. */
export function debugReply(request: JsonObject, body: JsonObject): JsonObject {
  return { status: "ok", ...response(request), success: true, body };
}

/** The reply to one that was not: an error of Jupyter's protocol, and a failed response of the other. */
export function debugFailure(request: JsonObject, { name, message }: Error): JsonObject {
  const error = errorReply({ ename: name, evalue: message, traceback: [] });
  return { ...error, ...response(request), success: false, message, body: {} };
}

/** The content of a debug_event. */
export function debugEvent(seq: number, event: string, body: JsonObject): JsonObject {
  return { type: "event", seq, event, body };
}

function response({ seq = 0, command = "" }: JsonObject): JsonObject {
  return { type: "response", seq, request_seq: seq, command };
}
