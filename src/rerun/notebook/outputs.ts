/** @file Collecting what cells publish on IOPub into the outputs of a notebook file, as nbclient does. */
import type { Message } from "@eightfold/kernel/wire";
import { isDeep, isObject, type JsonObject, MOST_LEVELS, sizeOf, textOf } from "../json-text.ts";

/** MIME type -> text, base64 text, or JSON. */
export type MimeBundle = JsonObject;

interface StreamOutput {
  readonly output_type: "stream";
  readonly name: string;
  text: string;
}

export interface DisplayOutput {
  readonly output_type: "display_data";
  data: MimeBundle;
  metadata: JsonObject;
}

export interface ResultOutput {
  readonly output_type: "execute_result";
  data: MimeBundle;
  metadata: JsonObject;
  readonly execution_count: number | null;
}

export interface ErrorOutput {
  readonly output_type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** What is kept of the outputs of all cells of a notebook. */
export class Kept {
  /** The outputs on show under each display id. */
  readonly displays = new Map<string, (DisplayOutput | ResultOutput)[]>();
  readonly #sizes = new Map<object, number>();
  #bytes = 0;

  /** About the bytes that all outputs take which have not been replaced or cleared. */
  get bytes(): number {
    return this.#bytes;
  }

  /** An output, or another thing that is kept, that is new or has another content now. */
  count(output: object, size = sizeOf(output)): void {
    this.#bytes += size - (this.#sizes.get(output) ?? 0);
    this.#sizes.set(output, size);
  }

  /** A stream's output that has grown. */
  grow(output: Output, by: number): void {
    this.count(output, (this.#sizes.get(output) ?? 0) + by);
  }

  /** An output that has gone, and is updated no more. */
  drop(output: Output): void {
    this.#bytes -= this.#sizes.get(output) ?? 0;
    this.#sizes.delete(output);
    for (const [id, shown] of this.displays) {
      const rest = shown.filter((one) => one !== output);
      if (rest.length === 0) this.displays.delete(id);
      else if (rest.length < shown.length) this.displays.set(id, rest);
    }
  }
}

/**
 * The outputs of one cell, in the order in which they came.
 *
 * @source nbclient 0.11, client.py (process_message, output, clear_output, _update_display_id); unlike it, adjacent
 *   pieces of one stream are joined, as Jupyter's own pages do
 */
export class CellOutputs {
  readonly outputs: Output[] = [];
  executionCount: number | null = null;
  readonly #kept: Kept;
  #clearBeforeNext = false;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /** Takes an IOPub message whose parent is this cell's request. */
  receive({ header, content }: Message): void {
    if (typeof content.execution_count === "number") this.executionCount = content.execution_count;
    const displayId = isObject(content.transient) ? content.transient.display_id : undefined;
    switch (header.msg_type) {
      case "clear_output":
        if (content.wait === true) this.#clearBeforeNext = true;
        else this.#clear();
        break;
      case "stream":
        this.#append({ output_type: "stream", name: textOf(content.name), text: textOf(content.text) });
        break;
      case "error":
        this.#append(errorOutput(content));
        break;
      case "update_display_data":
        this.#update(displayId, content);
        break;
      case "display_data":
        this.#update(displayId, content);
        this.#show(displayId, { output_type: "display_data", ...bundle(content) });
        break;
      case "execute_result":
        this.#update(displayId, content);
        this.#show(displayId, {
          output_type: "execute_result",
          ...bundle(content),
          execution_count: this.executionCount,
        });
        break;
    }
  }

  #append(output: Output): void {
    if (this.#clearBeforeNext) this.#clear();
    const last = this.outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
      this.#kept.grow(last, output.text.length);
    } else {
      this.outputs.push(output);
      this.#kept.count(output);
    }
  }

  #show(displayId: unknown, output: DisplayOutput | ResultOutput): void {
    this.#append(output);
    if (typeof displayId !== "string") return;
    const shown = this.#kept.displays.get(displayId);
    if (shown === undefined) this.#kept.displays.set(displayId, [output]);
    else shown.push(output);
  }

  #update(displayId: unknown, content: JsonObject): void {
    if (typeof displayId !== "string") return;
    for (const output of this.#kept.displays.get(displayId) ?? []) {
      Object.assign(output, bundle(content));
      this.#kept.count(output);
    }
  }

  #clear(): void {
    for (const output of this.outputs) this.#kept.drop(output);
    this.outputs.length = 0;
    this.#clearBeforeNext = false;
  }
}

/** An error's output from the content of an error message or of a reply. */
export function errorOutput(content: JsonObject): ErrorOutput {
  return {
    output_type: "error",
    ename: textOf(content.ename),
    evalue: textOf(content.evalue),
    traceback: Array.isArray(content.traceback) ? content.traceback.map(textOf) : [],
  };
}

/** A bundle of its own for each output: an update of one must not reach another by a shared object. */
function bundle(content: JsonObject): { data: MimeBundle; metadata: JsonObject } {
  if (isDeep(content)) {
    return { data: { "text/plain": `(an output nested more than ${MOST_LEVELS} deep is left out)` }, metadata: {} };
  }
  return {
    data: isObject(content.data) ? { ...content.data } : {},
    metadata: isObject(content.metadata) ? { ...content.metadata } : {},
  };
}

/** The outputs that a file holds for a cell, texts in one piece; what is no output is left out. */
export function readOutputs(saved: unknown): Output[] {
  if (!Array.isArray(saved)) return [];
  return saved.filter(isObject).flatMap((output): Output[] => {
    const { output_type: type, execution_count: count } = output;
    switch (type) {
      case "stream":
        return [{ output_type: type, name: textOf(output.name), text: joinLines(output.text) ?? "" }];
      case "error":
        return [errorOutput(output)];
      case "display_data":
        return [{ output_type: type, ...bundle(output) }];
      case "execute_result":
        return [{ output_type: type, ...bundle(output), execution_count: typeof count === "number" ? count : null }];
      default:
        return [];
    }
  });
}

/** The bundles among a cell's outputs that are figures. */
export function figuresIn(outputs: readonly Output[]): MimeBundle[] {
  return outputs.flatMap((output) => {
    if (output.output_type !== "display_data" && output.output_type !== "execute_result") return [];
    const isFigure = Object.keys(output.data).some((type) => type.startsWith("image/") || isDataFormat(type));
    return isFigure ? [output.data] : [];
  });
}

/** Plotly's and Vega's JSON: figures that carry their data. */
export function isDataFormat(type: string): boolean {
  return /^application\/vnd\.(plotly|vega|vegalite)\.v\d+\+json$/.test(type);
}

/** Text that may be stored as a list of lines; undefined when it is neither. */
export function joinLines(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  return undefined;
}
