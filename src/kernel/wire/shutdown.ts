/** @file shutdown, https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-shutdown. */
import type { JsonObject } from "./message.ts";

export function shutdownReply(request: JsonObject): JsonObject {
  return { status: "ok", restart: request.restart === true };
}
