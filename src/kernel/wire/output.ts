/** @file What a cell publishes on IOPub, https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-iopub-pub-sub-channel. */
import type { ErrorContent } from "./execute.ts";
import type { JsonObject } from "./message.ts";

/** A value in several formats: MIME type -> text, base64 text, or JSON. */
export type MimeBundle = JsonObject;

/** One output, as type and content. */
export interface Output {
  readonly type:
    | "stream"
    | "display_data"
    | "update_display_data"
    | "execute_result"
    | "clear_output"
    | "error"
    | "comm_open"
    | "comm_msg"
    | "comm_close";
  readonly content: JsonObject;
  /** Of the message, beside its content. */
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

export function streamOutput(name: "stdout" | "stderr", text: string): Output {
  return { type: "stream", content: { name, text } };
}

export function displayData(data: MimeBundle, displayId?: string): Output {
  return { type: "display_data", content: { data, metadata: {}, transient: transient(displayId) } };
}

export function updateDisplayData(data: MimeBundle, displayId: string): Output {
  return { type: "update_display_data", content: { data, metadata: {}, transient: transient(displayId) } };
}

export function executeResult(data: MimeBundle, executionCount: number): Output {
  return { type: "execute_result", content: { data, metadata: {}, execution_count: executionCount } };
}

export function errorOutput({ ename, evalue, traceback }: ErrorContent): Output {
  return { type: "error", content: { ename, evalue, traceback } };
}

/** Removes what the cell has shown; with `wait` only when its next output comes. */
export function clearOutput(wait: boolean): Output {
  return { type: "clear_output", content: { wait } };
}

function transient(displayId: string | undefined): JsonObject {
  return displayId === undefined ? {} : { display_id: displayId };
}
