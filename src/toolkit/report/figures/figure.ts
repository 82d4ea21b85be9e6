/** @file A figure is data: Plotly traces and a layout, with the MIME bundle that a notebook asks a value for. */

import { requireText } from "../../core/argument-checks.ts";
import { displayMethod, type Json, type MimeBundle } from "../../core/mime-bundle.ts";
import { DrawingMissing, figureToPng } from "./figure-png.ts";
import type { Picture, PlotlyPart } from "./picture.ts";

/** A picture as data. `description` says in words what the picture shows, for front ends and readers without pictures. */
export interface Figure extends Picture {
  readonly description: string;
  /** `application/vnd.plotly.v1+json` (interactive), `image/png` (base64; not where what draws it is not installed) and `text/plain`, in this order */
  [displayMethod](): Promise<MimeBundle>;
}

/** Text and sizes of every figure: a font that ships with the package, in Arial's widths, on white. */
const house: PlotlyPart = {
  width: 820,
  height: 540,
  font: { family: "Arimo, Arial, Helvetica, sans-serif", size: 13, color: "#1a1a1a" },
  paper_bgcolor: "#ffffff",
  plot_bgcolor: "#ffffff",
  hoverlabel: { align: "left" },
};

/**
 * Makes a figure of Plotly traces and a layout.
 *
 * No `text/html` is offered: saved notebooks are shown untrusted, where scripts do not run, and the picture would be lost.
 *
 * @param data traces
 * @param layout layout; what it leaves out is filled with the house's font, size and background
 * @param description what the figure shows, in words
 * @returns a frozen figure whose parts are plain JSON
 * @throws TypeError when there is no description
 * @source Plotly JSON chart schema, https://plotly.com/chart-studio-help/json-chart-schema/
 * @example makeFigure([], { width: 300 }, "nothing yet").layout.width // => 300
 */
export function makeFigure(data: readonly PlotlyPart[], layout: PlotlyPart, description: string): Figure {
  requireText("makeFigure", "description", description);
  if (description.trim() === "") {
    throw new TypeError(`makeFigure requires a description in words, got ${JSON.stringify(description)}`);
  }
  const figure = { data, layout: { ...house, ...layout }, description };
  const show = async (): Promise<MimeBundle> => ({
    "application/vnd.plotly.v1+json": {
      data: data.map(inNineDigits),
      layout: inNineDigits(figure.layout),
      config: { displaylogo: false },
    },
    ...(await pictureOf(figure)),
    "text/plain": description,
  });
  // Not enumerable: a figure that is compared, cloned or stored is its data alone.
  Object.defineProperty(figure, displayMethod, { value: show });
  return Object.freeze(figure) as Figure;
}

/** A notebook's file need not hold what no screen can show: numbers lose what is beyond their ninth digit. */
function inNineDigits(value: Json): Json {
  if (typeof value === "number") return Number(value.toPrecision(9));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inNineDigits);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inNineDigits(part)]));
}

let isTold = false;

/** Where a package that draws is not installed the figure is interactive all the same; this is told once. */
async function pictureOf(figure: Picture): Promise<MimeBundle> {
  try {
    return { "image/png": Buffer.from(await figureToPng(figure)).toString("base64") };
  } catch (error) {
    if (!(error instanceof DrawingMissing)) throw error;
    const pages = "which pages that know no Plotly show, such as a notebook's on the web";
    if (!isTold) process.stderr.write(`eightfold shows figures without pictures, ${pages}: ${error.message}\n`);
    isTold = true;
    return {};
  }
}
