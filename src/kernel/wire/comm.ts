/** @file Comms, https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages. */
import type { JsonObject } from "./message.ts";
import type { Output } from "./output.ts";

/** What a comm message says, whoever sends it. */
export type CommContent =
  | { readonly kind: "comm_open"; readonly commId: string; readonly target: string; readonly data: JsonObject }
  | { readonly kind: "comm_msg" | "comm_close"; readonly commId: string; readonly data: JsonObject };

/** What travels beside a comm message's data. */
export interface CommExtras {
  readonly metadata?: JsonObject | undefined;
  readonly buffers?: readonly ArrayBufferView[] | undefined;
}

/**
 * The content of a comm message, checked.
 *
 * @param kind the message's type
 * @throws TypeError when an id or a target is no text, or the data no JSON object
 */
export function parseComm(kind: CommContent["kind"], content: JsonObject): CommContent {
  const { comm_id: commId, target_name: target, data = {} } = content;
  if (typeof commId !== "string")
    throw new TypeError(`${kind} requires comm_id to be text, got ${JSON.stringify(commId)}`);
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new TypeError(`${kind} requires data to be a JSON object, got ${JSON.stringify(data)}`);
  if (kind !== "comm_open") return { kind, commId, data: data as JsonObject };
  if (typeof target !== "string")
    throw new TypeError(`${kind} requires target_name to be text, got ${JSON.stringify(target)}`);
  return { kind, commId, target, data: data as JsonObject };
}

/** A comm message to the frontends. */
export function commOutput(content: CommContent, { metadata, buffers }: CommExtras = {}): Output {
  const target = content.kind === "comm_open" ? { target_name: content.target } : {};
  return {
    type: content.kind,
    content: { comm_id: content.commId, ...target, data: content.data },
    ...(metadata === undefined ? {} : { metadata }),
    ...(buffers === undefined ? {} : { buffers: buffers.map(bytes) }),
  };
}

/** A copy: a view would take all of its array along to the other thread. */
function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/**
 * The comms that are open, by id, each with the name of its target.
 *
 * @param request content of the comm_info_request; its target_name leaves the others out
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#comm-info
 */
export function commInfoReply(open: ReadonlyMap<string, string>, request: JsonObject): JsonObject {
  const wanted = [...open].filter(
    ([, target]) => typeof request.target_name !== "string" || request.target_name === target,
  );
  return { status: "ok", comms: Object.fromEntries(wanted.map(([id, target]) => [id, { target_name: target }])) };
}
