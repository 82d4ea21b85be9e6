/** @file inspect, https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection. */
import { type CompleteRequest, requirePlace } from "./complete.ts";
import type { JsonObject } from "./message.ts";
import type { MimeBundle } from "./output.ts";

export interface InspectRequest extends CompleteRequest {
  /** detail_level 1. */
  readonly detailed: boolean;
}

/**
 * The content of an inspect_request, checked, with the protocol's defaults.
 *
 * @throws TypeError when code is not text, or the cursor is no count
 */
export function parseInspectRequest({ code, cursor_pos = Infinity, detail_level }: JsonObject): InspectRequest {
  return { ...requirePlace("inspect_request", code, cursor_pos), detailed: detail_level === 1 };
}

/** The reply: what was found, or that nothing was. */
export function inspectReply(data: MimeBundle | undefined): JsonObject {
  return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
}
