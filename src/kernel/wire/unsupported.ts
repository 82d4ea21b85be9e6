/** @file Requests that this kernel does not serve are answered with an error, so that nobody waits for them. */
import { errorReply } from "./execute.ts";
import type { JsonObject } from "./message.ts";

/** The reply to a request of a type that the kernel does not know. */
export function unknownReply(type: string): JsonObject {
  return errorReply({ ename: "UnknownRequest", evalue: `this kernel does not answer ${type}`, traceback: [] });
}

/**
 * The reply to a debug_request: an error of the protocol, and a failed response of the debug adapter protocol.
 *
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request
 */
export function debugReply({ seq = 0, command = "" }: JsonObject): JsonObject {
  const message = "this kernel has no debugger (kernel_info_reply says debugger: false)";
  return {
    ...errorReply({ ename: "Unsupported", evalue: message, traceback: [] }),
    type: "response",
    request_seq: seq,
    success: false,
    command,
    message,
  };
}
