/** @file The page on which Plotly draws: jsdom, with the measures of text that jsdom has not, taken by the renderer itself. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { JSDOM } from "jsdom";
import type { Figure } from "./figure.ts";
import { fontOptions } from "./fonts.ts";

/** The part of Plotly that is used here. */
interface Plotly {
  toImage(figure: object, options: object): Promise<string>;
}

let page: Plotly | undefined;

/**
 * Draws a figure on a page of its own.
 *
 * @param figure traces and layout
 * @param width in CSS pixels
 * @param height in CSS pixels
 * @returns the SVG document as Plotly wrote it
 */
export async function draw(figure: Pick<Figure, "data" | "layout">, width: number, height: number): Promise<string> {
  page ??= openPage();
  const layout = structuredClone(figure.layout); // Plotly writes into what it is given
  const data = figure.data.map((trace, index) => ({ uid: `trace-${index}`, ...structuredClone(trace) })); // else random
  return page.toImage(
    { data, layout, config: { staticPlot: true } },
    { format: "svg", width, height, imageDataOnly: true },
  );
}

function openPage(): Plotly {
  const { window } = new JSDOM("<!doctype html><body></body>", { runScripts: "outside-only", pretendToBeVisual: true });
  window.URL.createObjectURL = () => ""; // asked for once, while Plotly loads; serves WebGL maps
  window.HTMLCanvasElement.prototype.getContext = () => null; // Plotly's answer to "no canvas" is to measure SVG text
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
  window.eval(readFileSync(createRequire(import.meta.url).resolve("plotly.js-basic-dist-min"), "utf8"));
  return (window as unknown as { Plotly: Plotly }).Plotly;
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
  let markup = element.outerHTML;
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

function toBox({ x, y, width, height }: Pick<Box, "x" | "y" | "width" | "height">): Box {
  return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
}
