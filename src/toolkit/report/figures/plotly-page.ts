/** @file The page on which Plotly draws: jsdom, with the measures of text that jsdom has not, taken by the renderer itself. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import { type DOMWindow, JSDOM } from "jsdom";
import { fontOptions } from "./fonts.ts";
import type { Picture } from "./picture.ts";

const require = createRequire(import.meta.url);

/** The part of Plotly that is used here. */
interface Plotly {
  toImage(figure: object, options: object): Promise<string>;
}

let page: Promise<Plotly> | undefined;

/**
 * Draws a figure on a page of its own.
 *
 * @param figure traces and layout
 * @param width in CSS pixels
 * @param height in CSS pixels
 * @returns the SVG document as Plotly wrote it
 */
export async function draw(figure: Picture, width: number, height: number): Promise<string> {
  page ??= openPage();
  const layout = structuredClone(figure.layout); // Plotly writes into what it is given
  const data = figure.data.map((trace, index) => ({ uid: `trace-${index}`, ...structuredClone(trace) })); // else random
  return (await page).toImage(
    { data, layout, config: { staticPlot: true } },
    { format: "svg", width, height, imageDataOnly: true },
  );
}

/** Loads Plotly as the script of an empty page, with what jsdom lacks put in place before the script runs. */
async function openPage(): Promise<Plotly> {
  const script = pathToFileURL(require.resolve("plotly.js-basic-dist-min"));
  const { window } = new JSDOM(`<!doctype html><script src="${script}"></script>`, {
    url: script.href, // a page from disk may load a script from disk
    runScripts: "dangerously", // that one script, from the package's own dependency
    resources: "usable",
    pretendToBeVisual: true,
    beforeParse: lendMeasures,
  });
  await new Promise((loaded, failed) => {
    window.addEventListener("load", loaded);
    window.addEventListener("error", ({ error, message }) =>
      failed(error ?? new Error(`Plotly did not load: ${message}`)),
    );
  });
  return window.Plotly as Plotly;
}

function lendMeasures(window: DOMWindow): void {
  window.URL.createObjectURL = () => ""; // asked for once, while Plotly loads; serves maps of tiles
  window.HTMLCanvasElement.prototype.getContext = () => null; // without a canvas Plotly measures text as SVG
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return box(this, false);
    },
    getBoundingClientRect(this: Element) {
      return box(this, true);
    },
    getComputedTextLength(this: Element) {
      return box(this, false).width;
    },
  });
}

/** A rectangle as both getBBox and getBoundingClientRect give it. */
interface Box {
  x: number;
  y: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  width: number;
  height: number;
}

const measured = new Map<string, Box>();
const empty: Box = { x: 0, y: 0, left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };

/** The box of an element as the renderer will draw it, with the transforms of its ancestors when `onPage`. */
function box(element: Element, onPage: boolean): Box {
  if (element.localName === "svg") return empty; // every drawing begins at the page's corner
  let markup = asXml(element.outerHTML);
  for (let above = element.parentElement; above !== null && above.localName !== "svg"; above = above.parentElement) {
    const transform = onPage ? above.getAttribute("transform") : null;
    if (transform !== null) markup = `<g transform="${transform}">${markup}</g>`;
  }
  const known = measured.get(markup);
  if (known !== undefined) return known;
  const found = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${markup}</svg>`,
    { font: fontOptions() },
  ).getBBox();
  const result = found === undefined ? empty : toBox(found);
  if (measured.size > 20_000) measured.clear(); // labels repeat within a figure; across thousands of figures they need no memory
  measured.set(markup, result);
  return result;
}

/** HTML leaves "<" in attributes as it is (Plotly keeps a text's markup in one); XML does not. */
function asXml(html: string): string {
  return html.replaceAll(/="[^"]*"/g, (attribute) => attribute.replaceAll("<", "&lt;"));
}

function toBox({ x, y, width, height }: Pick<Box, "x" | "y" | "width" | "height">): Box {
  return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
}
