/** @file Bytes travel beside a state, not inside of it: out of it with their paths, and back, https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md. */
import { types } from "node:util";
import type { Json, JsonObject } from "../wire/index.ts";

/** Keys from a state down to where bytes were. */
export type BufferPath = readonly (string | number)[];

export interface Separated {
  /** Without the bytes: their places in lists are null, in objects they are left out. */
  readonly state: JsonObject;
  readonly paths: readonly BufferPath[];
  readonly buffers: readonly ArrayBufferView[];
}

/**
 * Takes the bytes out of a state.
 *
 * @param state JSON, with buffers and typed arrays anywhere in it; it is not changed
 */
export function separateBuffers(state: Readonly<Record<string, unknown>>): Separated {
  const paths: BufferPath[] = [];
  const buffers: ArrayBufferView[] = [];

  function without(value: unknown, path: BufferPath): unknown {
    if (isBytes(value)) {
      paths.push(path);
      buffers.push(ArrayBuffer.isView(value) ? value : new Uint8Array(value));
      return null;
    }
    if (Array.isArray(value)) return value.map((part, index) => without(part, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    const parts = Object.entries(value).map(([key, part]) => [key, without(part, [...path, key]), isBytes(part)]);
    return Object.fromEntries(parts.filter(([, , bytes]) => !bytes));
  }

  return { state: without(state, []) as JsonObject, paths, buffers };
}

/**
 * Puts bytes back into a state.
 *
 * @param paths as the frontend sent them
 * @returns a copy
 * @throws TypeError when a path leads nowhere
 */
export function joinBuffers(state: JsonObject, paths: Json, buffers: readonly Uint8Array[]): Record<string, unknown> {
  const whole = structuredClone(state) as Record<string, unknown>;
  for (const [at, path] of (Array.isArray(paths) ? paths : []).entries()) {
    const keys = Array.isArray(path) ? path.map(String) : [];
    const last = keys.pop();
    const holder = keys.reduce<unknown>(
      (part, key) => (isHolder(part) && Object.hasOwn(part, key) ? part[key] : null),
      whole,
    );
    if (last === undefined || last === "__proto__" || !isHolder(holder)) {
      throw new TypeError(`a state requires buffer_paths that lead into it, got ${JSON.stringify(path)}`);
    }
    holder[last] = buffers[at];
  }
  return whole;
}

function isBytes(value: unknown): value is ArrayBufferView | ArrayBuffer {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}
