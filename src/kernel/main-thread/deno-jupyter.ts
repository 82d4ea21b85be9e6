/** @file What cells find under the name `Deno`: the display functions of its kernel, https://docs.deno.com/api/deno/~/Deno.jupyter. */
import { readFileSync } from "node:fs";
import { types } from "node:util";
import { type Bundle, DISPLAY, mimeBundle, mimePart } from "../display/index.ts";
import { displayData, type JsonObject, type Output, updateDisplayData } from "../wire/index.ts";
import type { CellOutput } from "./cell-output.ts";
import { shown } from "./display-function.ts";

interface Shown {
  [DISPLAY](): Bundle;
}

type Tag = (text: TemplateStringsArray, ...values: unknown[]) => Shown;

export interface DenoJupyter {
  /** The symbol of the method that says how a value is shown. */
  readonly $display: typeof DISPLAY;
  readonly html: Tag;
  readonly md: Tag;
  readonly svg: Tag;
  /** A picture, as bytes or as the path of a file. */
  image(picture: string | Uint8Array): Shown;
  /** Shows a value; `raw` takes a MIME bundle as it is. */
  display(value: unknown, options?: { raw?: boolean; update?: boolean; display_id?: string }): Promise<void>;
  /** The MIME bundle of a value. */
  format(value: unknown): Promise<Bundle>;
  /** Publishes a message as an output of the cell. */
  broadcast(
    type: string,
    content: JsonObject,
    extra?: { metadata?: JsonObject; buffers?: Uint8Array[] },
  ): Promise<void>;
}

/** What a cell may publish by itself. */
const BROADCAST: ReadonlySet<string> = new Set<Output["type"]>([
  ...(["stream", "display_data", "update_display_data", "execute_result", "clear_output"] as const),
  ...(["comm_open", "comm_msg", "comm_close"] as const),
]);

/**
 * The object `Deno.jupyter`; nothing else of Deno is here.
 *
 * @param output of the cell that caused what is running now
 */
export function createDenoJupyter(output: () => CellOutput): DenoJupyter {
  return {
    $display: DISPLAY,
    html: tag("text/html"),
    md: tag("text/markdown"),
    svg: tag("image/svg+xml"),
    image(picture) {
      const bytes = typeof picture === "string" ? readFileSync(picture) : picture;
      if (!(bytes instanceof Uint8Array)) {
        throw new TypeError(`Deno.jupyter.image requires a path or bytes, got ${typeof picture}`);
      }
      return { [DISPLAY]: () => mimeBundle(bytes) as Bundle };
    },
    async display(value, { raw = false, update = false, display_id } = {}) {
      const bundle = raw ? { [DISPLAY]: () => value } : value;
      const wrap = (data: JsonObject): Output =>
        update ? updateDisplayData(data, required(display_id)) : displayData(data, display_id);
      output().emit(shown(bundle, wrap));
    },
    format: async (value) => mimeBundle(value),
    async broadcast(type, content, { metadata = {}, buffers = [] } = {}) {
      if (!BROADCAST.has(type)) {
        throw new TypeError(`Deno.jupyter.broadcast requires one of ${[...BROADCAST].join(", ")}, got ${type}`);
      }
      output().emit({
        type: type as Output["type"],
        content: mimePart(type, content) as JsonObject,
        metadata,
        buffers,
      });
    },
  };
}

function required(id: string | undefined): string {
  if (id !== undefined) return id;
  throw new TypeError("Deno.jupyter.display requires display_id where update is true");
}

/** A template's text, with what stands in its places. */
function tag(type: string): Tag {
  return (text, ...values) => {
    if (!Array.isArray(text) || types.isProxy(text)) {
      throw new TypeError("a tag of Deno.jupyter requires a template (hint: write html`...`, without parentheses)");
    }
    const whole = text.map((part, at) => part + (at < values.length ? String(values[at]) : "")).join("");
    return { [DISPLAY]: () => ({ [type]: whole }) };
  };
}
