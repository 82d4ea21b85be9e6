/** @file Learning curves and their laws in one log-log figure: points with error bars, curve, band, hold-out, exponent. */

import { requirePositive } from "../../core/argument-checks.ts";
import { formatEstimate } from "../../core/estimate-text.ts";
import { type FittedLaw, type LawFit, measurementDeviation, predictionBand } from "../../scaling/index.ts";
import { type Fits, fitList } from "../fits.ts";
import { methodColours, translucent } from "./colours.ts";
import { type CurveLine, type CurveOptions, type CurvePoint, curveLines, namedParameters } from "./curve-points.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, requireFigureOptions } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import { formatCount, logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/** What a figure of scaling laws says beside its curves. */
export interface ScalingFigureOptions extends CurveOptions {
  /** the claim that the figure supports, a sentence; without one the figure says what its axes are */
  title?: string;
  /** the horizontal axis with its unit */
  xTitle?: string;
  /** the vertical axis with its unit */
  yTitle?: string;
  /** a size, > 0, to which laws and bands are drawn, where it lies beyond the points */
  extendTo?: number;
}

const normal95 = 1.959963984540054; // R 4: qnorm(0.975)

/**
 * One figure of fitted laws: measured points with 95 % error bars, the curve (dotted where it is extrapolated), its band,
 * open markers for points kept out of the fit, and each law's exponent and floor, or its parameters, with their intervals in the legend.
 * A law with several inputs is drawn along one of them, a line for each set of values of the others.
 *
 * @param fits as a list or by name; one that failed shows its points alone
 * @param options title, the claim; axis titles with units; extendTo, the size that the laws are to be read at; for laws with several
 *   inputs along, the column on the horizontal axis, and held, the others' values by column, one set or several
 * @returns a figure with logarithmic axes; linear ones for laws that take their inputs as they are, within a factor of 20
 * @throws RangeError or TypeError when there is no fit, no point to show, or an option is out of range
 */
export function plotScalingLaws(fits: Fits, options: ScalingFigureOptions = {}): Figure {
  requireFigureOptions("plotScalingLaws", options, ["title", "xTitle", "yTitle", "extendTo", "along", "held"]);
  const { along, extendTo, xTitle = along ?? "training data", yTitle = "test error" } = options;
  const { title = `${yTitle} against ${xTitle}` } = options;
  if (extendTo !== undefined) requirePositive("plotScalingLaws", "extendTo", extendTo);
  const list = fitList("plotScalingLaws", fits);
  const lines = list.flatMap((fit) => curveLines("plotScalingLaws", fit, options));
  const targets = extendTo === undefined ? [] : [extendTo];
  const logarithmic = isLogarithmic(list, [...lines.flatMap(({ sizes }) => sizes), ...targets]);
  const shown = logarithmic ? lines.map(withoutNegative) : lines;
  const points = shown.flatMap((line) => line.points);
  if (points.length === 0 && shown.every(({ fit, alone }) => alone || !fit.ok)) {
    throw new RangeError("plotScalingLaws requires a point with an error above 0, got none");
  }
  const colours = methodColours(lines.map(({ name }) => name));
  const around = logarithmic ? padded : widened;
  const xRange = around([...shown.flatMap(({ sizes }) => sizes), ...targets], 1.25);
  const ends = shown.flatMap((line) => endsAt(line, targets)).filter((end) => !logarithmic || end > 0);
  const yRange = around([...points.map(({ y }) => y), ...ends], 1.12);
  const scale = { yRange, targets, logarithmic };
  const traces = shown.flatMap((line, index) =>
    curveTraces(line, colours[index] ?? "#000000", markerSymbol(index), scale),
  );
  const heldOut = points.some((point) => point.heldOut);
  const words = { title, legendEntries: lines.length + (heldOut ? 1 : 0), caption: caption(list) };
  return makeFigure(
    heldOut ? [...traces, heldOutKey()] : traces,
    {
      ...claimLayout(words),
      xaxis: logarithmic ? logAxis(xTitle, xRange, formatCount) : linearAxis(xTitle, xRange),
      yaxis: logarithmic ? logAxis(yTitle, yRange, String) : linearAxis(yTitle, yRange),
    },
    `${title}. ${list.map(inWords).join("; ")}.`,
  );
}

/** Sizes span factors; shares and losses do not. */
function isLogarithmic(fits: readonly LawFit[], places: readonly number[]): boolean {
  if (fits.some(({ law }) => law.takes === "logarithms")) return true;
  const [least, most] = [Math.min(...places), Math.max(...places)];
  return least > 0 && most / least > LINEAR;
}

const LINEAR = 20;

/** The range of values on a linear axis, with a little room on both sides. */
function widened(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (most - least || 1);
  return [least - room, most + room];
}

/** The points that logarithmic axes have a place for. */
function withoutNegative(line: CurveLine): CurveLine {
  return {
    ...line,
    points: line.points.filter(({ x, y }) => x > 0 && y > 0),
    sizes: line.sizes.filter((x) => x > 0),
  };
}

/** The ends of the band at the targets, and of a line without points everywhere, so that it is not clipped there. */
function endsAt({ fit, points, sizes, rowAt }: CurveLine, targets: readonly number[]): number[] {
  const places = points.length > 0 ? targets : [...sizes, ...targets];
  return fit.ok ? predictionBand(fit, places.map(rowAt)).flatMap(({ low, high }) => [low, high] as number[]) : [];
}

interface Scale {
  yRange: [number, number];
  targets: readonly number[];
  logarithmic: boolean;
}

function curveTraces(line: CurveLine, colour: string, symbol: string, scale: Scale): PlotlyPart[] {
  const { fit, points } = line;
  const key = {
    x: [null],
    y: [null],
    name: line.alone ? withinLegend(legendText(fit)) : line.name,
    legendgroup: line.name,
    marker: { color: colour, symbol, size: 8 },
    line: { color: colour, width: 2 },
  };
  return [
    ...(fit.ok ? lawTraces(fit, line, colour, scale) : []),
    pointTrace(
      line,
      points.filter((point) => !point.heldOut),
      { color: colour, symbol, size: 8 },
    ),
    pointTrace(
      line,
      points.filter((point) => point.heldOut),
      { color: colour, symbol: `${symbol}-open`, size: 10, line: { width: 2 } },
    ),
    { type: "scatter", mode: fit.ok ? "lines+markers" : "markers", ...key },
  ];
}

/** The band over all sizes and to the targets, the curve solid between the fitted sizes and dotted outside them. */
function lawTraces(fit: FittedLaw, line: CurveLine, colour: string, scale: Scale): PlotlyPart[] {
  const [bottom, top] = scale.yRange;
  const sizes = [...line.sizes, ...scale.targets];
  const inFit = line.points.filter((point) => !point.heldOut).map(({ x }) => x);
  const grid = (scale.logarithmic ? logGrid : evenGrid)(Math.min(...sizes), Math.max(...sizes), 121);
  const fitted = inFit.length > 0 ? inFit : grid.filter((size) => !line.isExtrapolated(fit, size));
  const [first, last] = [Math.min(...fitted), Math.max(...fitted)]; // without any, from Infinity to -Infinity
  const band = predictionBand(fit, grid.map(line.rowAt));
  const clip = (error: number) => Math.min(Math.max(error, bottom), top);
  const drawn = (xs: number[], dash: string): PlotlyPart => ({
    ...quiet(line),
    mode: "lines",
    x: xs,
    y: xs.map((x) => line.valueAt(fit, x)),
    line: { color: colour, width: 2, dash },
  });
  const before = grid.filter((size) => size < first);
  const beyond = grid.filter((size) => size > last);
  const inside = grid.filter((size) => size > first && size < last);
  return [
    {
      ...quiet(line),
      mode: "lines",
      x: [...grid, ...grid.toReversed()],
      y: [...band.map((row) => clip(row.high as number)), ...band.map((row) => clip(row.low as number)).reverse()],
      fill: "toself",
      fillcolor: translucent(colour, 0.15),
      line: { width: 0 },
    },
    ...(fitted.length === 0 ? [drawn(grid, "dot")] : [drawn([first, ...inside, last], "solid")]),
    ...(before.length === 0 || fitted.length === 0 ? [] : [drawn([...before, first], "dot")]),
    ...(beyond.length === 0 || fitted.length === 0 ? [] : [drawn([last, ...beyond], "dot")]),
  ];
}

function pointTrace({ fit, name }: CurveLine, points: CurvePoint[], marker: PlotlyPart): PlotlyPart {
  const bars = points.map((point) => normal95 * noiseOf(fit, point));
  return {
    ...quiet({ name }),
    mode: "markers",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    marker,
    error_y: {
      type: "data",
      array: bars,
      color: marker.color ?? "#000000",
      thickness: 1.2,
      width: 3,
      visible: bars.some((bar) => bar > 0),
    },
    hovertemplate: `${name}<br>%{x:.4s}: %{y:.4f}<extra></extra>`,
    hoverinfo: "x+y",
  };
}

/** What all traces of a curve share: no legend entry of their own, no hover box. */
function quiet({ name }: Pick<CurveLine, "name">): PlotlyPart {
  return { type: "scatter", name, legendgroup: name, showlegend: false, hoverinfo: "skip" };
}

function heldOutKey(): PlotlyPart {
  const marker = { color: "#4d4d4d", symbol: "circle-open", size: 10, line: { width: 2 } };
  return { type: "scatter", mode: "markers", x: [null], y: [null], name: "held out of the fit", marker };
}

function legendText(fit: LawFit): string {
  if (!fit.ok) return `${fit.name}: no fit`;
  const named = namedParameters(fit).map((parameter) => {
    const estimate = fit.parameters[parameter];
    return estimate === undefined ? "" : `${NAMES[parameter] ?? parameter} ${formatEstimate(estimate)}`;
  });
  return `${fit.name}: ${named.join(", ")}`;
}

/** A legend's entry is one line: what is too long ends after a whole parameter; the figure's description has all. */
function withinLegend(text: string): string {
  if (text.length <= LEGEND_LENGTH) return text;
  const end = text.lastIndexOf("], ", LEGEND_LENGTH - 3);
  return end < 0 ? text : `${text.slice(0, end + 2)} …`;
}

const LEGEND_LENGTH = 124; // characters that reach over the figure's width

const NAMES: Record<string, string> = { irreducibleError: "floor" };

function inWords(fit: LawFit): string {
  return fit.ok ? legendText(fit) : `${legendText(fit)} (${fit.reason})`;
}

function caption(fits: readonly LawFit[]): string {
  const percent = `${Number((100 * (fits.find((fit) => fit.ok)?.level ?? 0.95)).toPrecision(3))} %`;
  return `Lines: fitted law, dotted where extrapolated. Bands and brackets: ${percent} intervals. Bars: 95 % noise of a point.`;
}

/** A fit that failed knows no noise but the points' own. */
function noiseOf(fit: LawFit, { measurement, y }: CurvePoint): number {
  return fit.ok ? measurementDeviation(fit, measurement, y) : (measurement.standardError ?? 0);
}

function logGrid(low: number, high: number, count: number): number[] {
  const ratio = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? high : low * Math.exp(index * ratio)));
}

function evenGrid(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => low + ((high - low) * index) / (count - 1));
}
