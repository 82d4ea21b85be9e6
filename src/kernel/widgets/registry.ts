/** @file All open models, for a frontend that comes to a running kernel and asks for them, https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md#control-widget-messages. */
import type { JsonObject } from "../wire/index.ts";
import { separateBuffers } from "./buffers.ts";
import { host } from "./host.ts";

const TARGET = "jupyter.widget.control";
const MODEL_REFERENCE = "IPY_MODEL_";

/** A state as the frontend knows it, bytes inside of it. */
export type WireState = Readonly<Record<string, unknown>>;

interface Entry {
  /** All of its state. */
  state(): WireState;
  /** What cells have in their hands; undefined for a layout or a style. */
  readonly widget: object | undefined;
}

const models = new Map<string, Entry>();
let isServed = false;

/** From now on the frontend is told of it when it asks. */
export function addModel(id: string, entry: Entry): void {
  models.set(id, entry);
  if (isServed) return;
  isServed = true;
  host.comms.register(TARGET, (control) =>
    control.onMessage(({ data }) => {
      if (data.method !== "request_states") {
        throw new TypeError(`${TARGET} requires the method request_states, got ${JSON.stringify(data.method)}`);
      }
      const { state, paths, buffers } = separateBuffers(allStates());
      control.send({ method: "update_states", states: state, buffer_paths: paths }, { buffers });
    }),
  );
}

export function removeModel(id: string): void {
  models.delete(id);
}

/** What another model's state says of this one. */
export function referenceTo(id: string): string {
  return MODEL_REFERENCE + id;
}

/** The open widget that a state names; undefined when it names none. */
export function referredWidget(reference: unknown): object | undefined {
  const isReference = typeof reference === "string" && reference.startsWith(MODEL_REFERENCE);
  return isReference ? models.get(reference.slice(MODEL_REFERENCE.length))?.widget : undefined;
}

function allStates(): Record<string, JsonObject> {
  return Object.fromEntries(
    Array.from(models, ([id, entry]) => {
      const state = entry.state();
      const { _model_name, _model_module, _model_module_version } = state;
      const names = {
        model_name: _model_name,
        model_module: _model_module,
        model_module_version: _model_module_version,
      };
      return [id, { ...names, state } as JsonObject];
    }),
  );
}
