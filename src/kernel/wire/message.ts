/** @file The envelope of every Jupyter message, https://jupyter-client.readthedocs.io/en/stable/messaging.html#general-message-format. */
import { randomUUID } from "node:crypto";

/** The protocol version this package speaks. */
export const PROTOCOL_VERSION = "5.5";

/** A value that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object, the type of every part of a message but its buffers. */
export type JsonObject = { readonly [key: string]: Json };

export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601 time of creation. */
  readonly date: string;
  readonly version: string;
}

export interface Message {
  readonly header: MessageHeader;
  /** Header of the message that caused this one; empty for a message that nothing caused. */
  readonly parent_header: MessageHeader | Record<string, never>;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

export interface MessageParts {
  readonly type: string;
  /** One id for all messages of a process. */
  readonly session: string;
  readonly content: JsonObject;
  readonly parent?: Message["parent_header"] | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

let sent = 0;

/**
 * A new message with an id of its own.
 *
 * @param parts type, session and content; parent, metadata and buffers when there are any
 * @returns the message, ready for `encodeMessage`
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#message-header
 */
export function createMessage({ type, session, content, parent, metadata, buffers }: MessageParts): Message {
  const header: MessageHeader = {
    msg_id: `${session}_${sent++}`,
    msg_type: type,
    session,
    username: "username",
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  return { header, parent_header: parent ?? {}, metadata: metadata ?? {}, content, buffers: buffers ?? [] };
}

/** An id for all messages of one process, unique among processes. */
export function createSession(): string {
  return randomUUID();
}
