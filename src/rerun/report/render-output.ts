/** @file One output of a cell to HTML: the richest of its formats that a page without scripts of strangers can show. */
import { AnsiUp } from "ansi_up";
import { isObject, type JsonObject } from "../json-text.ts";
import { joinLines, type MimeBundle, type Output } from "../notebook/outputs.ts";
import { type Html, html, trusted } from "./html.ts";
import { packed } from "./packed.ts";
import { renderMarkdown, renderMath } from "./render-markdown.ts";

/** A longer text is cut in the page; the executed notebook has it whole. */
const SHOWN_LINES = { first: 300, last: 100 };
const SHOWN_CHARACTERS = 40_000;
/** HTML or Markdown beyond this is left to the plainer formats of its bundle. */
const MOST_MARKUP = 400_000;

/** The key of Plotly figures in a bundle. */
export const PLOTLY = "application/vnd.plotly.v1+json";

/** One output as HTML. */
export function renderOutput(output: Output): Html {
  switch (output.output_type) {
    case "stream":
      return html`${streamLabel(output.name)}<pre class="stream ${output.name}">${terminal(output.text)}</pre>`;
    case "error":
      return html`<pre class="traceback">${terminal(
        output.traceback.length > 0 ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`,
      )}</pre>`;
    default:
      return renderBundle(output.data);
  }
}

/** Standard error stands apart by its colour; who hears the page is told. */
function streamLabel(name: string): Html | undefined {
  return name === "stderr" ? html`<span class="unseen">standard error:</span>` : undefined;
}

type Renderer = (value: unknown, alt: string, bundle: MimeBundle) => Html | undefined;

/** From the richest to the plainest; a renderer that cannot show the value leaves it to the next. */
const RENDERERS: readonly (readonly [type: string, render: Renderer])[] = [
  [PLOTLY, renderFigure],
  ["image/png", (value, alt) => renderImage("image/png", value, alt)],
  ["image/jpeg", (value, alt) => renderImage("image/jpeg", value, alt)],
  ["image/gif", (value, alt) => renderImage("image/gif", value, alt)],
  ["image/svg+xml", renderSvg],
  ["text/markdown", (value) => withText(value, (text) => html`<div class="prose">${renderMarkdown(text)}</div>`)],
  ["text/html", (value) => withText(value, renderFrame)],
  ["text/latex", (value) => withText(value, (text) => renderMath(text.replace(/^\s*\$+|\$+\s*$/g, ""), true))],
  ["text/plain", (value) => html`<pre class="result">${terminal(joinLines(value) ?? "")}</pre>`],
  ["application/json", (value) => html`<pre class="result">${shortened(JSON.stringify(value, null, 2))}</pre>`],
];

/** The richest format of a bundle that the page can show. */
export function renderBundle(bundle: MimeBundle, alt = altText(bundle)): Html {
  for (const [type, render] of RENDERERS) {
    const shown = type in bundle ? attempted(() => render(bundle[type], alt, bundle)) : undefined;
    if (shown !== undefined) return shown;
  }
  return html`<p class="note">An output of ${Object.keys(bundle).join(", ")}, which this page does not show.</p>`;
}

/** A format that cannot be shown leaves its place to a plainer one, and the rest of the page as it is. */
function attempted(render: () => Html | undefined): Html | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The figure's data, drawn by the page's script; the picture is for print and for a browser without scripts. */
function renderFigure(value: unknown, alt: string, bundle: MimeBundle): Html | undefined {
  const { data, layout, config } = isObject(value) ? value : {};
  if (!Array.isArray(data)) return undefined;
  const json = JSON.stringify({ data, layout: layout ?? {}, config: harmless(config) });
  return html`<figure class="plot"><div class="plot-area" role="group" aria-label="${alt}"></div>
<script type="application/gzip">${packed(json)}</script>
<div class="plot-picture">${renderImage("image/png", bundle["image/png"], alt)}</div></figure>`;
}

/** Of a figure's settings those that change how it looks; others add buttons that send it to an address of the notebook's. */
function harmless(config: unknown): JsonObject {
  const looks = ["staticPlot", "scrollZoom", "displayModeBar", "doubleClick"];
  return Object.fromEntries(Object.entries(isObject(config) ? config : {}).filter(([key]) => looks.includes(key)));
}

/** A figure as its picture; as it can be shown when it has none. */
export function renderPicture(bundle: MimeBundle, kind: "saved" | "made"): Html {
  const type = Object.keys(bundle).find((key) => /^image\/(png|jpeg|gif)$/.test(key));
  const picture = type === undefined ? undefined : renderImage(type, bundle[type], altText(bundle), kind);
  return picture ?? renderBundle(bundle);
}

function renderImage(type: string, value: unknown, alt: string, kind = "made"): Html | undefined {
  const base64 = joinLines(value)?.replace(/\s/g, "");
  if (base64 === undefined || !/^[\w+/=]+$/.test(base64)) return undefined;
  return html`<img class="${kind}" alt="${alt}" src="data:${type};base64,${base64}">`;
}

/** As the source of an image, where its scripts do not run and its styles stay its own. */
function renderSvg(value: unknown, alt: string): Html | undefined {
  const text = joinLines(value);
  if (text === undefined) return undefined;
  return renderImage("image/svg+xml", Buffer.from(text).toString("base64"), alt);
}

/**
 * HTML of a notebook in a frame that may not run scripts and has no network: a sanitiser would have to know every way
 * in, and would change what the author wrote. The page's script, which may look into it, gives the frame its height.
 */
function renderFrame(text: string): Html {
  const style =
    "body{font:14px/1.5 system-ui,sans-serif;margin:0}table{border-collapse:collapse}td,th{padding:.2em .6em}";
  const document = `<!doctype html><meta name="color-scheme" content="light dark"><style>${style}</style>${text}`;
  return html`<iframe sandbox="allow-same-origin" title="HTML output" srcdoc="${document}"></iframe>`;
}

/** Text of a terminal: colours, and lines written over by a carriage return. */
function terminal(text: string): Html {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  return trusted(ansi.ansi_to_html(shortened(text).split("\n").map(lastState).join("\n")));
}

/** What a line shows after its carriage returns. */
function lastState(line: string): string {
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1);
}

function shortened(text: string): string {
  if (text.length > SHOWN_CHARACTERS) {
    return `${text.slice(0, SHOWN_CHARACTERS)}\n… ${text.length - SHOWN_CHARACTERS} more characters in the executed notebook …`;
  }
  const lines = text.split("\n");
  const { first, last } = SHOWN_LINES;
  const hidden = lines.length - first - last;
  if (hidden <= 0) return text;
  return [...lines.slice(0, first), `… ${hidden} more lines in the executed notebook …`, ...lines.slice(-last)].join(
    "\n",
  );
}

/** What a figure says in words. */
export function altText(bundle: MimeBundle): string {
  return joinLines(bundle["text/plain"])?.slice(0, 300) ?? "figure";
}

function withText(value: unknown, render: (text: string) => Html): Html | undefined {
  const text = joinLines(value);
  return text === undefined || text.length > MOST_MARKUP ? undefined : render(text);
}
