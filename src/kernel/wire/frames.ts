/** @file Messages as signed multipart frames, https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { readJsonFrame, writeJsonFrame } from "./json-frame.ts";
import type { JsonObject, Message, MessageHeader } from "./message.ts";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Of the body, in their order. */
const PARTS = ["header", "parent header", "metadata", "content"];

/** A message may have so many: identities, six of its own, and one a buffer. */
const MAX_FRAMES = 4096;

/** A message as it came: who sent it, and what it says. */
export type Decoded =
  | { readonly ok: true; readonly identities: readonly Uint8Array[]; readonly message: Message }
  | {
      readonly ok: false;
      readonly reason: string;
      /** Who sent it and under which header, where that could still be read: so that they can be told. */
      readonly sender?: { readonly identities: readonly Uint8Array[]; readonly header: MessageHeader };
    };

/**
 * Frames of one message: identities, delimiter, signature, header, parent header, metadata, content, buffers.
 *
 * @param message what to send
 * @param key the connection file's key; an empty key leaves the signature empty
 * @param identities routing prefix: the identities of the request for a reply, a topic for IOPub
 * @returns frames for one multipart send
 */
export function encodeMessage(message: Message, key: string, identities: readonly Uint8Array[] = []): Uint8Array[] {
  const { header, parent_header, metadata, content } = message;
  const body = [header, parent_header, metadata, content].map((part) => writeJsonFrame(part as unknown as JsonObject));
  return [...identities, DELIMITER, Buffer.from(sign(body, key)), ...body, ...message.buffers];
}

/**
 * The message in a multipart receive, after its signature is checked in constant time.
 *
 * @param frames what the socket gave
 * @param key the connection file's key; an empty key accepts every signature
 * @param isNew tells whether a signature comes for the first time; every one is taken for new when left out
 * @returns the message and its routing prefix, or the reason why it must be dropped
 */
export function decodeMessage(
  frames: readonly Uint8Array[],
  key: string,
  isNew: (signature: string) => boolean = () => true,
): Decoded {
  if (frames.length > MAX_FRAMES)
    return { ok: false, reason: `a message of ${frames.length} frames, more than ${MAX_FRAMES}` };
  const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (delimiter < 0) return { ok: false, reason: "a message without its <IDS|MSG> delimiter" };
  const [signature, ...rest] = frames.slice(delimiter + 1);
  const body = rest.slice(0, 4);
  if (signature === undefined || body.length < 4) {
    return { ok: false, reason: `a message of ${frames.length} frames; at least ${delimiter + 6} were expected` };
  }
  const expected = sign(body, key);
  if (!signatureMatches(signature, expected)) return { ok: false, reason: "a message with a wrong signature" };
  if (key !== "" && !isNew(expected)) return { ok: false, reason: "a message that came before: a replay" };
  const identities = frames.slice(0, delimiter);
  const parts: JsonObject[] = [];
  for (const [index, frame] of body.entries()) {
    const part = readJsonFrame(frame);
    if ("wrong" in part) return refused(`a message whose ${PARTS[index]} ${part.wrong}`, identities, parts[0]);
    parts.push(part.object);
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
  return { ok: true, identities, message };
}

function refused(reason: string, identities: readonly Uint8Array[], header: JsonObject | undefined): Decoded {
  return header !== undefined && isHeader(header)
    ? { ok: false, reason, sender: { identities, header } }
    : { ok: false, reason };
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

function isHeader(part: JsonObject): part is JsonObject & MessageHeader {
  return typeof part.msg_id === "string" && typeof part.msg_type === "string" && typeof part.session === "string";
}
