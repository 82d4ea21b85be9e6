/** @file stdin, https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel. */
import type { JsonObject } from "./message.ts";

/** The content of an input_request. */
export function inputRequest(prompt: string, password: boolean): JsonObject {
  return { prompt, password };
}

/** What was typed, from the content of an input_reply; empty when the frontend sent none. */
export function parseInputReply(content: JsonObject): string {
  return typeof content.value === "string" ? content.value : "";
}
