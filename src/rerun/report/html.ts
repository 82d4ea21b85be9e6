/** @file HTML as a type of its own: a text becomes part of a page only escaped. */
import { escapeUTF8 } from "entities/escape";

export interface Html {
  readonly html: string;
}

type Part = Html | string | number | undefined | readonly Html[];

/**
 * A piece of HTML from a template: texts and numbers are escaped, undefined is left out, lists are joined by line ends.
 *
 * @example html`<b title="${'"'}">${"<i>"}</b>`.html // => '<b title="&quot;">&lt;i&gt;</b>'
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: String.raw({ raw: strings }, ...parts.map(partText)) };
}

/** HTML that is known to be safe: made by a library that escapes, or written here. */
export function trusted(text: string): Html {
  return { html: text };
}

function partText(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeUTF8(String(part));
  return "html" in part ? part.html : part.map(({ html }) => html).join("\n");
}
