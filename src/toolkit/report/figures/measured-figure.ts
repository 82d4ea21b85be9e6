/** @file Measured means with their intervals: errors, rates or multipliers of several methods against one quantity, or side by side. */
import { wrong } from "../../core/argument-checks.ts";
import { formatEstimate, type Measured, rangeOf } from "../../core/estimate-text.ts";
import { type Dash, methodColour, methodDash } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, legendOf, requireFigureOptions } from "./figure-layout.ts";
import { type LineFigureOptions, requireLines } from "./line-figure.ts";
import { linearAxis } from "./linear-axis.ts";
import { formatCount, logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/** The measurements of one method. */
export interface MeasuredLine {
  name: string;
  /** a quantity, its means joined by a line; or names that have no order, such as methods, whose means stand apart */
  x: readonly number[] | readonly string[];
  y: readonly Measured[];
  /** default the method's own, by which variants differ; the mechanism switched off is drawn dotted */
  dash?: Dash;
  /** the method whose colour is used; default the name */
  method?: string;
}

/**
 * A figure of means with 95 % bars. Points of several lines at one x are set a little apart, so that no bar hides another; the caption says so. An end
 * that the measured sizes cut off has an arrow; where there is only a bound, an open triangle points to where the truth may lie.
 *
 * @param lines methods in the order of the legend; two lines may share a method's colour when their dashes differ
 * @param options title, the claim; axes with units; log; caption
 * @returns a figure; a measurement with neither value nor bound is left out
 * @throws RangeError or TypeError when there is no line, one has names where another has numbers, or a logarithmic axis would
 *   show a mean that is not above 0 or names
 */
export function plotMeasured(lines: readonly MeasuredLine[], options: Omit<LineFigureOptions, "stacked"> = {}): Figure {
  requireLines("plotMeasured", lines);
  requireFigureOptions("plotMeasured", options, ["title", "xTitle", "yTitle", "log", "caption"]);
  const { xTitle = "x", yTitle = "y", log } = options;
  const { title = `${yTitle} against ${xTitle}` } = options;
  if (lines.length === 0) throw wrong("plotMeasured", "at least one line", [...lines]);
  requireMeasured(lines);
  const logX = log === "x" || log === "both";
  const logY = log === "y" || log === "both";
  const names = namesOf(lines);
  if (names !== undefined && logX) throw wrong("plotMeasured", "numbers on the logarithmic x axis", names);
  const points = lines.map((line, place) =>
    line.y.flatMap((measured, index): Point[] => {
      const x = line.x[index] ?? Number.NaN;
      const sharing = lines.flatMap((other, at) => ((other.x as readonly unknown[]).includes(x) ? [at] : []));
      const offset = sharing.indexOf(place) - (sharing.length - 1) / 2;
      if (typeof x === "string") return pointOf((names as string[]).indexOf(x) + offset * APART, measured);
      return pointOf(logX ? x * (1 + offset * SPREAD) : x, measured);
    }),
  );
  const bars = "Bars: 95 % intervals over seeds and test items.";
  const caption = options.caption ?? (logX && lines.length > 1 ? `${bars} ${SET_APART}` : bars);
  const values = points.flat().map(({ value }) => value);
  if (logY && !(Math.min(...values) > 0)) {
    throw wrong("plotMeasured", "values above 0 on the logarithmic y axis", Math.min(...values));
  }
  const ends = points.flat().flatMap(({ value, low, high }) => [value, low, high]);
  const yAxis = logY
    ? logAxis(
        yTitle,
        padded(
          ends.filter((end) => end > 0),
          1.15,
        ),
        String,
      )
    : linearAxis(yTitle);
  return makeFigure(
    lines.flatMap((line, place) => tracesOf(line, points[place] ?? [], markerSymbol(place), names === undefined)),
    {
      ...claimLayout({ title, ...legendOf(lines.map(({ name }) => name)), caption }),
      xaxis:
        names !== undefined
          ? namesAxis(xTitle, names)
          : logX
            ? placesAxis(xTitle, numbersOf(lines))
            : linearAxis(xTitle),
      yaxis: yAxis,
    },
    `${title}. ${lines.map(inWords).join("; ")}.`,
  );
}

const SPREAD = 0.018; // of x between neighbouring lines: a marker's width
const SET_APART = "Marks of one x stand side by side, so that no bar hides another.";
const APART = 0.16; // between neighbouring lines at one name, of the way to the next name

function requireMeasured(lines: readonly MeasuredLine[]): void {
  for (const [place, { y }] of lines.entries()) {
    for (const [index, measured] of y.entries()) {
      const known = typeof measured === "object" && measured !== null;
      if (known && ("reason" in measured || typeof measured.value === "number")) continue;
      throw wrong("plotMeasured", `lines[${place}].y[${index}] to be an estimate, a bound or a reason`, measured);
    }
  }
}

/** The names on the x axis, in the order in which they first come; undefined where it has numbers. */
function namesOf(lines: readonly MeasuredLine[]): string[] | undefined {
  const all: readonly (number | string)[] = lines.flatMap(({ x }) => [...x]);
  const names = all.filter((x) => typeof x === "string");
  if (names.length === 0) return undefined;
  if (names.length < all.length) throw wrong("plotMeasured", "x of numbers alone or of names alone", all);
  return [...new Set(names)];
}

function numbersOf(lines: readonly MeasuredLine[]): number[] {
  return [...new Set(lines.flatMap(({ x }) => x as readonly number[]))];
}

function namesAxis(title: string, names: readonly string[]): PlotlyPart {
  const axis = linearAxis(title, [-0.5, names.length - 0.5]);
  return {
    ...axis,
    tickvals: names.map((_, place) => place),
    ticktext: names.map(wrapped),
    tickangle: 0,
    zeroline: false,
  };
}

const WIDEST = 12; // characters: eight names side by side

/** A long name on several lines, broken after its hyphens and spaces. */
function wrapped(name: string): string {
  const lines = [""];
  for (const part of name.split(/(?<=[- ])/)) {
    const last = lines.at(-1) as string;
    if (last === "" || (last + part).length <= WIDEST) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines.map((line) => line.trim()).join("<br>");
}

/** A few measured places are labelled themselves; of many the axis chooses. */
function placesAxis(title: string, places: readonly number[]): PlotlyPart {
  const axis = logAxis(title, padded(places, 1.15), formatCount);
  return places.length > 8 ? axis : { ...axis, tickvals: [...places], ticktext: places.map(formatCount), minor: {} };
}

interface Point {
  x: number;
  value: number;
  low: number;
  high: number;
  /** arrows at the ends, or the open triangle of a bound */
  marks: { value: number; symbol: string }[];
  known: boolean;
}

function pointOf(x: number, measured: Measured): Point[] {
  if ("reason" in measured) {
    if (measured.bound === undefined) return [];
    const { kind, value } = measured.bound;
    const symbol = kind === "at least" ? "triangle-up-open" : "triangle-down-open";
    return [{ x, value, low: value, high: value, marks: [{ value, symbol }], known: false }];
  }
  const { value, censored = "none" } = measured;
  const range = rangeOf(measured);
  const { low, high } = "reason" in range ? { low: measured.value, high: measured.value } : range;
  const marks = [
    ...(censored === "high" || censored === "both" ? [{ value: high, symbol: "triangle-up" }] : []),
    ...(censored === "low" || censored === "both" ? [{ value: low, symbol: "triangle-down" }] : []),
  ];
  return [{ x, value, low, high, marks, known: true }];
}

function tracesOf(
  { name, method = name, dash = methodDash(method) }: MeasuredLine,
  points: readonly Point[],
  symbol: string,
  joined: boolean,
): PlotlyPart[] {
  const color = methodColour(method);
  const marks = points.flatMap(({ x, marks: own }) => own.map((mark) => ({ x, ...mark })));
  const own: PlotlyPart = { type: "scatter", legendgroup: name };
  return [
    {
      ...own,
      mode: joined ? "lines+markers" : "markers",
      name,
      x: points.map(({ x }) => x),
      y: points.map(({ known, value }) => (known ? value : null)),
      marker: { color, symbol: dash === "solid" ? symbol : `${symbol}-open`, size: 8 },
      line: { color, width: 2, dash },
      error_y: {
        type: "data",
        symmetric: false,
        array: points.map(({ value, high }) => high - value),
        arrayminus: points.map(({ value, low }) => value - low),
        color,
        thickness: 1.2,
        width: 3,
      },
      hovertemplate: joined ? `${name}<br>%{x:.3s}: %{y:.3g}<extra></extra>` : `${name}: %{y:.3g}<extra></extra>`,
    },
    {
      ...own,
      mode: "markers",
      showlegend: false,
      hoverinfo: "skip",
      x: marks.map(({ x }) => x),
      y: marks.map(({ value }) => value),
      marker: { color, symbol: marks.map((mark) => mark.symbol), size: 10, line: { width: 2, color } },
    },
  ];
}

function inWords({ name, x, y }: MeasuredLine): string {
  const texts = y.map((measured, index) => {
    const place = x[index] ?? 0;
    const at = typeof place === "string" ? `for ${place}` : `at ${formatCount(place)}`;
    if (!("reason" in measured)) return `${formatEstimate(measured)} ${at}`;
    const { bound } = measured;
    return bound === undefined ? `unknown ${at}` : `${bound.kind} ${Number(bound.value.toPrecision(3))} ${at}`;
  });
  return `${name}: ${texts.join(", ")}`;
}
