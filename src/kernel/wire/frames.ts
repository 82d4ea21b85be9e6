/** @file Messages as signed multipart frames, https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { JsonObject, Message, MessageHeader } from "./message.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** A message as it came: who sent it, and what it says. */
export type Decoded =
  | { readonly ok: true; readonly identities: readonly Uint8Array[]; readonly message: Message }
  | { readonly ok: false; readonly reason: string };

/**
 * Frames of one message: identities, delimiter, signature, header, parent header, metadata, content, buffers.
 *
 * @param message what to send
 * @param key the connection file's key; an empty key leaves the signature empty
 * @param identities routing prefix: the identities of the request for a reply, a topic for IOPub
 * @returns frames for one multipart send
 */
export function encodeMessage(message: Message, key: string, identities: readonly Uint8Array[] = []): Uint8Array[] {
  const body = [message.header, message.parent_header, message.metadata, message.content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return [...identities, DELIMITER, Buffer.from(sign(body, key)), ...body, ...message.buffers];
}

/**
 * The message in a multipart receive, after its signature is checked in constant time.
 *
 * @param frames what the socket gave
 * @param key the connection file's key; an empty key accepts every signature
 * @returns the message and its routing prefix, or the reason why it must be dropped
 */
export function decodeMessage(frames: readonly Uint8Array[], key: string): Decoded {
  const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (delimiter < 0) return { ok: false, reason: "a message without its <IDS|MSG> delimiter" };
  const [signature, ...rest] = frames.slice(delimiter + 1);
  const body = rest.slice(0, 4);
  if (signature === undefined || body.length < 4) {
    return { ok: false, reason: `a message of ${frames.length} frames; at least ${delimiter + 6} were expected` };
  }
  if (!signatureMatches(signature, sign(body, key))) {
    return { ok: false, reason: "a message with a wrong signature" };
  }
  const parts: JsonObject[] = [];
  for (const frame of body) {
    const part = parseObject(frame);
    if (part === undefined) return { ok: false, reason: "a message with a part that is not a JSON object" };
    parts.push(part);
  }
  const [header, parentHeader, metadata, content] = parts as [JsonObject, JsonObject, JsonObject, JsonObject];
  if (!isHeader(header)) return { ok: false, reason: "a message whose header lacks msg_id, msg_type or session" };
  const message: Message = {
    header,
    parent_header: isHeader(parentHeader) ? parentHeader : {},
    metadata,
    content,
    buffers: rest.slice(4),
  };
  return { ok: true, identities: frames.slice(0, delimiter), message };
}

function sign(body: readonly Uint8Array[], key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const frame of body) hmac.update(frame);
  return hmac.digest("hex");
}

function signatureMatches(got: Uint8Array, wanted: string): boolean {
  const expected = Buffer.from(wanted);
  return wanted === "" || (got.length === expected.length && timingSafeEqual(got, expected));
}

function parseObject(frame: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined; // the caller says what was wrong with the message
  }
}

function isHeader(part: JsonObject): part is JsonObject & MessageHeader {
  return typeof part.msg_id === "string" && typeof part.msg_type === "string" && typeof part.session === "string";
}
