/** @file is_complete, https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness. */
import type { JsonObject } from "./message.ts";

/** Whether code may run as it stands; `incomplete` carries the indentation of the next line. */
export type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

export function isCompleteReply(completeness: Completeness): JsonObject {
  return { ...completeness };
}
