/** @file Requests that this kernel does not serve are answered with an error, so that nobody waits for them. */
import { errorReply } from "./execute.ts";
import type { JsonObject } from "./message.ts";

/** The reply to a request of a type that the kernel does not know. */
export function unknownReply(type: string): JsonObject {
  return errorReply({ ename: "UnknownRequest", evalue: `this kernel does not answer ${type}`, traceback: [] });
}
