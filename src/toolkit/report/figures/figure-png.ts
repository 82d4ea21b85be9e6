/** @file Figures as SVG and PNG without a browser: Plotly draws under jsdom, resvg turns the SVG into pixels. */
import { requirePositive, wrong } from "../../core/argument-checks.ts";
import { indexedPng } from "./indexed-png.ts";
import type { Picture } from "./picture.ts";

/** Size of a picture: width and height in CSS pixels (default: the layout's), and pixels of the image a CSS pixel. */
export interface PictureSize {
  width?: number;
  height?: number;
  scale?: number;
}

/** Image pixels a CSS pixel: sharp in print at column width, and two thirds of the bytes of twice as many. */
const defaultScale = 1.5;

/**
 * Draws a figure as SVG.
 *
 * @param figure what to draw
 * @param size width and height in CSS pixels
 * @returns an SVG document; the same figure gives the same text, since Plotly's random ids are replaced
 * @throws RangeError when a size is not positive
 */
export async function figureToSvg(figure: Picture, size: Omit<PictureSize, "scale"> = {}): Promise<string> {
  if (typeof figure?.layout !== "object") throw wrong("figureToSvg", "a figure, as the plot functions give it", figure);
  const { width = Number(figure.layout.width), height = Number(figure.layout.height) } = size;
  requirePositive("figureToSvg", "width", width);
  requirePositive("figureToSvg", "height", height);
  const { draw } = await loaded(import("./plotly-page.ts")); // 1 s to load: only figures that are drawn pay it
  return withStableIds(await loaded(draw(figure, width, height)));
}

/**
 * Draws a figure as PNG.
 *
 * @param figure what to draw
 * @param size width and height in CSS pixels, scale in image pixels a CSS pixel
 * @returns the bytes of a PNG of width * scale by height * scale pixels, of 128 colours at most
 * @throws RangeError when a size or the scale is not positive
 */
export async function figureToPng(
  figure: Picture,
  { scale = defaultScale, ...size }: PictureSize = {},
): Promise<Uint8Array> {
  requirePositive("figureToPng", "scale", scale);
  const svg = await figureToSvg(figure, size);
  const [{ Resvg }, { fontOptions }] = await loaded(Promise.all([import("@resvg/resvg-js"), import("./fonts.ts")]));
  const fitTo = { mode: "zoom", value: scale } as const;
  const { width, height, pixels } = new Resvg(svg, { background: "#ffffff", fitTo, font: fontOptions() }).render();
  return indexedPng({ width, height, pixels });
}

/** What draws is not installed with the package: a fit needs none of it. */
const DRAWING = ["jsdom", "plotly.js-basic-dist-min", "@resvg/resvg-js", "@expo-google-fonts/arimo"];

/** A package that draws is not there; the message says how to install it. */
export class DrawingMissing extends Error {}

async function loaded<Value>(value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = (code ?? "").endsWith("MODULE_NOT_FOUND") && DRAWING.find((name) => message.includes(`'${name}`));
    if (!missing) throw error;
    const hint = `npm install ${DRAWING.join(" ")}`;
    throw new DrawingMissing(`a picture of a figure requires the package ${missing} (hint: ${hint})`, { cause: error });
  }
}

/** Plotly marks every id of a drawing with six random hexadecimal digits, to keep the figures of one page apart. */
function withStableIds(svg: string): string {
  const mark = /id="(?:topdefs|defs)-([0-9a-f]{6})"/.exec(svg)?.[1];
  return mark === undefined ? svg : svg.replaceAll(mark, "figure");
}
