/** @file Markdown to HTML that cannot run: raw HTML stays text, unsafe links are dropped, mathematics becomes MathML. */
import MarkdownIt, { type MarkdownIt as Markdown, type StateBlock, type StateInline } from "markdown-it";
import temml from "temml";
import { isObject, type JsonObject } from "../json-text.ts";
import { highlight } from "./highlight.ts";
import { type Html, html, trusted } from "./html.ts";

/** The page has its title and its notebooks' names above: a cell's first heading comes below them. */
const HEADING_SHIFT = 2;

/**
 * Markdown as HTML.
 *
 * @param text Markdown with tables, and mathematics between $ or $$
 * @param attachments a cell's attachments: file name -> MIME bundle
 */
export function renderMarkdown(text: string, attachments: JsonObject = {}): Html {
  return trusted(markdown.render(text, { attachments }));
}

/** Mathematics as MathML; its source, marked as wrong, when it cannot be read. */
export function renderMath(tex: string, displayMode: boolean): Html {
  try {
    return trusted(temml.renderToString(tex, { displayMode, throwOnError: false, trust: false }));
  } catch {
    return html`<code class="reason">${tex}</code>`; // braces nested deeper than its parser can follow
  }
}

const markdown = createMarkdown();

function createMarkdown(): Markdown {
  const it = new MarkdownIt({
    html: false,
    linkify: false,
    highlight: (code, language) => highlight(code, language).html,
  });
  it.inline.ruler.after("escape", "math", mathBetweenDollars);
  it.block.ruler.before("fence", "math", mathBlock, { alt: ["paragraph", "blockquote", "list"] });
  it.core.ruler.push("heading-shift", ({ tokens }) => {
    for (const token of tokens) {
      if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + HEADING_SHIFT)}`;
    }
  });
  it.core.ruler.push("empty-heads", ({ tokens }) => {
    for (const [at, token] of tokens.entries()) {
      if (token.type !== "th_open" || tokens[at + 1]?.content !== "") continue;
      token.tag = "td"; // a head without a word says nothing to a screen reader
      const close = tokens[at + 2];
      if (close?.type === "th_close") close.tag = "td";
    }
  });
  const { rules } = it.renderer;
  rules.math_inline = (tokens, index) => renderMath(tokens[index]?.content ?? "", false).html;
  rules.math_block = (tokens, index) => renderMath(tokens[index]?.content ?? "", true).html;
  // a wide table scrolls by itself, also by keyboard
  rules.table_open = () => '<div class="wide" tabindex="0"><table>';
  rules.table_close = () => "</table></div>";
  rules.image = (tokens, index, _options, env) => {
    const token = tokens[index];
    return renderImage(String(token?.attrGet("src") ?? ""), token?.content ?? "", env?.attachments).html;
  };
  return it;
}

/** $x^2$: no blank inside its dollars, and no digit after them, so that prices stay prices. */
function mathBetweenDollars(state: StateInline, silent: boolean): boolean {
  const match = /^(\$\$?)(?!\s)((?:\\.|[^\\$])+?)(?<!\s)\1(?!\d)/s.exec(state.src.slice(state.pos, state.posMax));
  if (match === null) return false;
  const [whole, dollars, tex = ""] = match;
  if (!silent) state.push(dollars === "$" ? "math_inline" : "math_block", "math", 0).content = tex;
  state.pos += whole.length;
  return true;
}

/** Lines between $$ and $$. */
function mathBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const line = (index: number) =>
    state.src.slice((state.bMarks[index] ?? 0) + (state.tShift[index] ?? 0), state.eMarks[index]);
  if (!line(startLine).startsWith("$$")) return false;
  let last = startLine;
  const opensAndCloses = /^\$\$.+\$\$\s*$/s.test(line(startLine));
  if (!opensAndCloses) {
    do last++;
    while (last < endLine && !line(last).trimEnd().endsWith("$$"));
  }
  if (last >= endLine) return false;
  if (silent) return true;
  const lines = Array.from({ length: last - startLine + 1 }, (_, offset) => line(startLine + offset));
  const token = state.push("math_block", "math", 0);
  token.content = lines
    .join("\n")
    .trim()
    .replace(/^\$\$|\$\$$/g, "");
  token.block = true;
  state.line = last + 1;
  return true;
}

/** The name that an address gives in UTF-8; as it stands when it is of another encoding. */
function fileName(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

/** An attached picture is part of the page; another file or address would not be found, or not be loaded: a link to it. */
function renderImage(source: string, alt: string, attachments: unknown): Html {
  const bundle = isObject(attachments) ? attachments[fileName(source.replace(/^attachment:/, ""))] : undefined;
  const [type, data] = isObject(bundle) ? (Object.entries(bundle)[0] ?? []) : [];
  if (type !== undefined && typeof data === "string") return html`<img alt="${alt}" src="data:${type};base64,${data}">`;
  if (source.startsWith("data:image/")) return html`<img alt="${alt}" src="${source}">`;
  return html`<a href="${source}">${alt === "" ? source : alt}</a>`;
}
