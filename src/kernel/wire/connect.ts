/** @file connect, https://jupyter-client.readthedocs.io/en/stable/messaging.html#connect. */
import type { ConnectionInfo } from "./connection.ts";
import type { JsonObject } from "./message.ts";

/** The ports that the kernel listens on, as its connection file said. */
export function connectReply({
  shell_port,
  iopub_port,
  stdin_port,
  hb_port,
  control_port,
}: ConnectionInfo): JsonObject {
  return { status: "ok", shell_port, iopub_port, stdin_port, hb_port, control_port };
}
