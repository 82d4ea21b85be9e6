/** @file A model in the frontend: its comm, its whole state when it opens and the changes after, https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md. */
import type { Json, JsonObject } from "../wire/index.ts";
import { joinBuffers, separateBuffers } from "./buffers.ts";
import { host } from "./host.ts";
import { addModel, removeModel, type WireState } from "./registry.ts";

const TARGET = "jupyter.widget";
/** Of the protocol. */
const VERSION = "2.1.0";

/** What the frontend asks of a model. */
interface Served {
  readonly widget: object | undefined;
  /** All of the state. */
  state(): WireState;
  /** The frontend has changed these. */
  update(sent: WireState): unknown;
  custom(content: Json, buffers: readonly Uint8Array[]): unknown;
}

export interface Model {
  readonly id: string;
  /** Tells the frontend of a change, or that its own has come. */
  send(method: "update" | "echo_update", state: WireState): void;
  sendCustom(content: JsonObject, buffers: readonly ArrayBufferView[]): void;
  /** Takes it out of the page; what changes after that is told to nobody. */
  close(): void;
}

/** Opens a model; it is there until one of both sides closes it. */
export function openModel(served: Served): Model {
  const id = host.newId();
  const { state, paths, buffers } = separateBuffers(served.state());
  const comm = host.comms.open(TARGET, { state, buffer_paths: paths }, { id, metadata: { version: VERSION }, buffers });
  let isOpen = true;
  addModel(id, served);
  comm.onClose(forget);
  comm.onMessage(({ data, buffers }) => receive(data, buffers));

  function forget(): void {
    isOpen = false;
    removeModel(id);
  }

  function send(method: "update" | "echo_update", changes: WireState): void {
    if (!isOpen) return;
    const { state, paths, buffers } = separateBuffers(changes);
    comm.send({ method, state, buffer_paths: paths }, { buffers });
  }

  function receive({ method, state, buffer_paths, content }: JsonObject, buffers: readonly Uint8Array[]): unknown {
    switch (method) {
      case "update":
        return served.update(joinBuffers((state ?? {}) as JsonObject, buffer_paths ?? [], buffers));
      case "request_state":
        return send("update", served.state());
      case "custom":
        return served.custom(content ?? null, buffers);
      default:
        throw new TypeError(
          `a widget requires the method update, request_state or custom, got ${JSON.stringify(method)}`,
        );
    }
  }

  return {
    id,
    send,
    sendCustom(content, buffers) {
      if (!isOpen) throw new Error("send requires a widget that is open, and this one is closed");
      comm.send({ method: "custom", content }, { buffers });
    },
    close() {
      if (!isOpen) return;
      forget();
      comm.close();
    },
  };
}
