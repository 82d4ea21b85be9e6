/** @file The state of Jupyter's widgets, followed as a page would, so that the executed notebook shows them: nbclient's way. */
import type { Message } from "@eightfold/kernel/wire";
import { isDeep, isObject, type JsonObject, sizeOf, textOf } from "../json-text.ts";
import { CellOutputs, type Kept, type Output } from "./outputs.ts";

/** The key of widgets' state in a notebook's metadata. */
const STATE = "application/vnd.jupyter.widget-state+json";
const TARGET = "jupyter.widget";
const OUTPUTS = new Set(["stream", "display_data", "execute_result", "error", "clear_output"]);

interface Buffer64 {
  readonly encoding: "base64";
  readonly path: readonly unknown[];
  readonly data: string;
}

interface Model {
  readonly state: JsonObject;
  /** By their paths within the state. */
  readonly buffers: Map<string, Buffer64>;
  /** Of an Output widget: what it shows. */
  readonly outputs: CellOutputs;
  /** The request whose output it shows instead of the cell; undefined when it shows none. */
  captures: string | undefined;
}

/**
 * The widgets of one notebook.
 *
 * @source nbclient 0.11, client.py (handle_comm_msg, set_widgets_metadata) and output_widget.py; ipywidgets 8,
 *   https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */
export class Widgets {
  readonly #models = new Map<string, Model>();
  readonly #kept: Kept;
  readonly #untold = new Set<string>();

  /** @param kept their state counts among what is kept of the notebook */
  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /** Takes an IOPub message; true for an output that a widget shows, so that the cell does not. */
  receive(message: Message): boolean {
    const { header, content } = message;
    if (header.msg_type === "comm_open" && content.target_name === TARGET) this.#open(textOf(content.comm_id));
    if (header.msg_type === "comm_open" || header.msg_type === "comm_msg") this.#update(message);
    return OUTPUTS.has(header.msg_type) && this.#show(message);
  }

  /** The value of `widgets` in the notebook's metadata; undefined when there is no widget. */
  metadata(): JsonObject | undefined {
    const models = [...this.#models].filter(([, { state }]) => "_model_name" in state);
    if (models.length === 0) return undefined;
    const state = Object.fromEntries(models.map(([id, model]) => [id, serialized(model)]));
    return { [STATE]: { state, version_major: 2, version_minor: 0 } };
  }

  #open(commId: string): void {
    const model = { state: {}, buffers: new Map(), outputs: new CellOutputs(this.#kept), captures: undefined };
    this.#models.set(commId, model);
  }

  #update({ content, buffers }: Message): void {
    const model = this.#models.get(textOf(content.comm_id));
    const { data } = content;
    if (model === undefined || !isObject(data) || !isObject(data.state) || isDeep(data.state)) return;
    Object.assign(model.state, data.state);
    const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
    for (const [index, path] of paths.entries()) {
      const buffer = buffers[index];
      if (buffer === undefined || !Array.isArray(path)) continue;
      model.buffers.set(JSON.stringify(path), {
        encoding: "base64",
        path,
        data: Buffer.from(buffer).toString("base64"),
      });
    }
    if ("msg_id" in data.state) model.captures = textOf(data.state.msg_id ?? "") || undefined;
    this.#kept.count(model, sizeOf(model.state) + sizeOf([...model.buffers.values()]));
  }

  /** An output of a request that an Output widget has asked for. */
  #show(message: Message): boolean {
    const request = message.parent_header.msg_id;
    const shown = [...this.#models].findLast(([, { captures }]) => captures !== undefined && captures === request);
    if (shown === undefined) return false;
    const [commId, { outputs, state }] = shown;
    outputs.receive(message);
    state.outputs = outputs.outputs;
    this.#untold.add(commId);
    return true;
  }

  /**
   * What Output widgets show that their models in the kernel have not been told. A page tells each output as it comes; a
   * kernel that runs a cell hears of none before its end.
   */
  takeUntold(): { readonly commId: string; readonly outputs: readonly Output[] }[] {
    const untold = [...this.#untold].map((commId) => {
      return { commId, outputs: this.#models.get(commId)?.outputs.outputs ?? [] };
    });
    this.#untold.clear();
    return untold;
  }
}

function serialized({ state, buffers }: Model): JsonObject {
  const { _model_name, _model_module, _model_module_version } = state;
  const named = { model_name: _model_name, model_module: _model_module, model_module_version: _model_module_version };
  return { ...named, state, ...(buffers.size > 0 ? { buffers: [...buffers.values()] } : {}) };
}

/** A notebook's `widgets` after a run: those of the run, and nothing of an earlier one; undefined to leave it as it is. */
export function widgetsAfter(saved: unknown, ran: JsonObject | undefined): JsonObject | undefined {
  if (!isObject(saved)) return ran;
  const { [STATE]: _, ...others } = saved;
  return { ...others, ...ran };
}
