/** @file Data multipliers against the error at which they are read, beside the one number of a shared shape. */
import { requireList, wrong } from "../../core/argument-checks.ts";
import { formatEstimate } from "../../core/estimate-text.ts";
import type { DataMultiplierEstimate, DataMultiplierFailure, SharedShapeMultiplier } from "../../scaling/index.ts";
import { methodColours, translucent } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, requireFigureOptions } from "./figure-layout.ts";
import { logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/** A multiplier read at one error, or why there is none there. */
export type MultiplierReading = DataMultiplierEstimate | DataMultiplierFailure;

/** What is known of each method: readings, one number for all errors, or both. */
export type Multipliers = Readonly<
  Record<
    string,
    readonly MultiplierReading[] | { readings: readonly MultiplierReading[]; shared: SharedShapeMultiplier }
  >
>;

/**
 * Multipliers with their intervals at each error, on logarithmic axes. An end that the measured sizes cut off has an arrow
 * instead of a cap; where there is only a bound, an open triangle stands at it and points to where the truth may lie. A shared
 * shape is a line with its band across.
 *
 * @param multipliers by method, as dataMultiplier gives them at several errors
 * @param options title, the claim, by default what the axes are; xTitle: the error with its unit; yTitle
 * @returns a figure; a reading with neither value nor bound is left out
 * @throws RangeError or TypeError when there is nothing to show, or something that is no reading
 */
export function plotMultipliers(
  multipliers: Multipliers,
  options: { title?: string; xTitle?: string; yTitle?: string } = {},
): Figure {
  requireFigureOptions("plotMultipliers", options, ["title", "xTitle", "yTitle"]);
  const { xTitle = "test error", yTitle = "data multiplier (times)" } = options;
  const { title = `${yTitle} against ${xTitle}` } = options;
  if (typeof multipliers !== "object" || multipliers === null) {
    throw wrong("plotMultipliers", "multipliers to be an object of readings by method", multipliers);
  }
  const list = Object.entries(multipliers).map(([name, given]) => methodOf(name, given));
  const known = list.flatMap(({ readings }) => readings.filter((reading) => reading.ok || reading.bound !== undefined));
  if (known.length === 0) throw new RangeError("plotMultipliers requires a reading with a value or a bound, got none");
  const colours = methodColours(list.map(({ name }) => name));
  const xRange = padded(
    known.map(({ atError }) => atError),
    1.06,
  );
  const yRange = padded([1, ...list.flatMap(endsOf)], 1.2);
  const texts = list.map(legendText);
  const traces = list.flatMap((method, index) =>
    methodTraces(method, colours[index] ?? "#000000", markerSymbol(index), texts[index] ?? "", xRange),
  );
  const caption =
    "Bars: intervals. Arrow: the measured sizes cut that end off. Open triangle: only a bound is known. Dashed: no difference.";
  return makeFigure(
    traces,
    {
      ...claimLayout({ title, legendEntries: list.length, caption }),
      xaxis: logAxis(xTitle, xRange, String),
      yaxis: logAxis(yTitle, yRange, String),
      shapes: [
        { type: "line", xref: "paper", x0: 0, x1: 1, y0: 1, y1: 1, line: { color: "#4d4d4d", width: 1, dash: "dash" } },
      ],
    },
    `${title}. ${texts.join("; ")}.`,
  );
}

interface Method {
  name: string;
  readings: readonly MultiplierReading[];
  shared: SharedShapeMultiplier | undefined;
}

function methodOf(name: string, given: Multipliers[string]): Method {
  const isBoth = typeof given === "object" && given !== null && "readings" in given;
  const { readings, shared } = isBoth ? given : { readings: given, shared: undefined };
  requireList("plotMultipliers", `${name} to be an array of what dataMultiplier gives`, readings);
  for (const [index, reading] of readings.entries()) {
    if (typeof reading?.atError === "number") continue;
    throw wrong("plotMultipliers", `${name}[${index}] to be what dataMultiplier gives`, reading);
  }
  return { name, readings, shared };
}

function endsOf({ readings, shared }: Method): number[] {
  const ends = readings.flatMap((reading) => {
    if (reading.ok) return [reading.low, reading.high];
    return reading.bound === undefined ? [] : [reading.bound.value];
  });
  return shared === undefined ? ends : [...ends, shared.low, shared.high];
}

function methodTraces(
  method: Method,
  colour: string,
  symbol: string,
  name: string,
  xRange: [number, number],
): PlotlyPart[] {
  const read = method.readings.filter((reading) => reading.ok);
  const own = { type: "scatter", legendgroup: method.name };
  const quiet = { ...own, showlegend: false, hoverinfo: "skip" };
  const bounds = method.readings.flatMap((reading) =>
    !reading.ok && reading.bound !== undefined ? [{ atError: reading.atError, ...reading.bound }] : [],
  );
  const arrows = read.flatMap(({ atError, low, high, censored }) => [
    ...(censored === "high" || censored === "both" ? [{ atError, value: high, symbol: "triangle-up" }] : []),
    ...(censored === "low" || censored === "both" ? [{ atError, value: low, symbol: "triangle-down" }] : []),
  ]);
  const marks = [
    ...arrows,
    ...bounds.map(({ atError, value, kind }) => {
      return { atError, value, symbol: kind === "at least" ? "triangle-up-open" : "triangle-down-open" };
    }),
  ];
  return [
    ...sharedTraces(method.shared, colour, xRange, quiet),
    {
      ...own,
      mode: "lines+markers",
      name,
      x: read.map(({ atError }) => atError),
      y: read.map(({ value }) => value),
      marker: { color: colour, symbol, size: 8 },
      line: { color: colour, width: 1, dash: "dot" },
      error_y: {
        type: "data",
        symmetric: false,
        array: read.map(({ value, high }) => high - value),
        arrayminus: read.map(({ value, low }) => value - low),
        color: colour,
        thickness: 1.2,
        width: 4,
      },
      hovertemplate: `${method.name}<br>at %{x:.3g}: %{y:.3g}<extra></extra>`,
    },
    {
      ...quiet,
      mode: "markers",
      x: marks.map(({ atError }) => atError),
      y: marks.map(({ value }) => value),
      marker: { color: colour, symbol: marks.map((mark) => mark.symbol), size: 10, line: { width: 2, color: colour } },
    },
  ];
}

function sharedTraces(
  shared: SharedShapeMultiplier | undefined,
  colour: string,
  [left, right]: [number, number],
  quiet: PlotlyPart,
): PlotlyPart[] {
  if (shared === undefined) return [];
  const { value, low, high } = shared;
  const band = { x: [left, right, right, left], y: [low, low, high, high] };
  return [
    { ...quiet, ...band, mode: "lines", fill: "toself", fillcolor: translucent(colour, 0.15), line: { width: 0 } },
    { ...quiet, mode: "lines", x: [left, right], y: [value, value], line: { color: colour, width: 2 } },
  ];
}

function legendText({ name, readings, shared }: Method): string {
  if (shared !== undefined) return `${name}: ${formatEstimate(shared)} by one shape`;
  const read = readings.filter((reading) => reading.ok);
  const last = read.reduce<DataMultiplierEstimate | undefined>((least, reading) => {
    return least === undefined || reading.atError < least.atError ? reading : least;
  }, undefined);
  return last === undefined ? `${name}: bounds alone` : `${name}: ${formatEstimate(last)} at ${last.atError}`;
}
